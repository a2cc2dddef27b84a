"""Places where goods lie."""

import django.db.models.deletion
import negotiation_hub.kernel.ids
import negotiation_hub.kernel.sealed
from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_guards'),
        ('people', '0002_authority'),
    ]

    operations = [
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('mail', negotiation_hub.kernel.sealed.SealedText()),
                ('language', models.CharField(max_length=10)),
                ('street', models.CharField(max_length=200)),
                ('postal_code', models.CharField(blank=True, max_length=20)),
                ('city', models.CharField(max_length=100)),
                ('country', models.CharField(max_length=2)),
                ('pick_up', models.BooleanField(default=False)),
                ('hours', models.CharField(blank=True, max_length=200)),
                ('closed_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='people.organisation')),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PlaceStock',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('pieces', models.IntegerField()),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='at_places', to='catalog.listing')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock', to='catalog.place')),
            ],
        ),
        migrations.CreateModel(
            name='PlaceMove',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('cause', models.UUIDField()),
                ('change', models.IntegerField()),
                ('reason', models.CharField(choices=[('counted', 'Counted'), ('picked', 'Picked'), ('put_back', 'Put Back'), ('missing', 'Missing')], max_length=16)),
                ('at', models.DateTimeField()),
                ('stock', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='catalog.placestock')),
            ],
        ),
        migrations.AddConstraint(
            model_name='placestock',
            constraint=models.UniqueConstraint(fields=('place', 'listing'), name='place_stock_once'),
        ),
        migrations.AddConstraint(
            model_name='placestock',
            constraint=models.CheckConstraint(condition=models.Q(('pieces__gte', 0)), name='place_stock_never_negative'),
        ),
        migrations.AddConstraint(
            model_name='placemove',
            constraint=models.UniqueConstraint(fields=('cause', 'stock'), name='place_move_once_per_cause'),
        ),
        migrations.AddConstraint(
            model_name='placemove',
            constraint=models.CheckConstraint(condition=models.Q(('change', 0), _negated=True), name='place_move_moves'),
        ),
        immutable("catalog_placestock", may_change=["pieces"]),
        immutable("catalog_placemove"),
    ]
