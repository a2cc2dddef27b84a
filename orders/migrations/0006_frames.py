"""Frame agreements and what is called off of them. What was agreed and taken never changes."""

import django.db.models.deletion
import negotiation_hub.kernel.ids
import negotiation_hub.kernel.sealed
from django.conf import settings
from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0005_goods_disputes'),
        ('people', '0002_authority'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Frame',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('room_id', models.UUIDField(db_index=True)),
                ('buyer_name', models.CharField(max_length=200)),
                ('seller_name', models.CharField(max_length=200)),
                ('title', models.CharField(max_length=200)),
                ('currency', models.CharField(max_length=3)),
                ('tax_basis', models.CharField(max_length=8)),
                ('tax_rate_bp', models.PositiveIntegerField(default=0)),
                ('issues', negotiation_hub.kernel.sealed.Sealed(default=list)),
                ('terms_hash', models.CharField(max_length=64)),
                ('offer_version', models.PositiveIntegerField()),
                ('annexes', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('ends_on', models.DateField()),
                ('moves', models.PositiveIntegerField(default=0)),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='frames_bought', to='people.organisation')),
                ('buyer_person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='frames_sold', to='people.organisation')),
                ('seller_person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='CallOff',
            fields=[
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='call_off', serialize=False, to='orders.order')),
                ('by', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('frame', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='call_offs', to='orders.frame')),
            ],
        ),
        migrations.CreateModel(
            name='FrameLine',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('title', negotiation_hub.kernel.sealed.SealedText()),
                ('volume', models.CharField(max_length=40)),
                ('unit', models.CharField(max_length=8)),
                ('unit_price', models.BigIntegerField()),
                ('tiers', models.JSONField(default=list)),
                ('listing_id', models.UUIDField(null=True)),
                ('kind', models.CharField(default='goods', max_length=16)),
                ('frame', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='orders.frame')),
            ],
            options={
                'ordering': ['frame', 'position'],
            },
        ),
        migrations.CreateModel(
            name='FrameMove',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('seq', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=12)),
                ('start', models.CharField(max_length=40)),
                ('quantity', models.CharField(max_length=40)),
                ('called', models.CharField(max_length=40)),
                ('call_off', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='orders.calloff')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='orders.frameline')),
            ],
            options={
                'ordering': ['line', 'seq'],
            },
        ),
        migrations.AddConstraint(
            model_name='frame',
            constraint=models.CheckConstraint(condition=models.Q(('buyer', models.F('seller')), _negated=True), name='frame_has_two_sides'),
        ),
        migrations.AddConstraint(
            model_name='frame',
            constraint=models.CheckConstraint(condition=models.Q(('tax_basis__in', ['none', 'added', 'included'])), name='frame_tax_basis_known'),
        ),
        migrations.AddConstraint(
            model_name='frameline',
            constraint=models.UniqueConstraint(fields=('frame', 'position'), name='frameline_position_once'),
        ),
        migrations.AddConstraint(
            model_name='frameline',
            constraint=models.CheckConstraint(condition=models.Q(('unit_price__gt', 0)), name='frameline_price_positive'),
        ),
        migrations.AddConstraint(
            model_name='framemove',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['take', 'give_back', 'take_again'])), name='framemove_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='framemove',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'take')), fields=('line', 'call_off'), name='framemove_taken_first_once'),
        ),
        immutable("orders_frame", may_change=["moves"], may_reseal=["issues"]),
        immutable("orders_frameline", may_reseal=["title"]),
        immutable("orders_calloff"),
        immutable("orders_framemove"),
    ]
