"""The tables of catalog."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import negotiation_hub.kernel.ids
import uuid
from django.conf import settings
from django.db import migrations, models

from negotiation_hub.kernel.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0001_tables'),
        ('people', '0001_tables'),
    ]

    operations = [Tables(
        migrations.CreateModel(
            name='Subscriber',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='subscribers', to='people.organisation')),
                ('email', models.EmailField(max_length=254)),
                ('language', models.CharField(max_length=10)),
                ('status', models.CharField(choices=[('unconfirmed', 'not confirmed yet'), ('confirmed', 'confirmed'), ('unsubscribed', 'unsubscribed'), ('bounced', 'not deliverable')], max_length=16)),
                ('ask', models.UUIDField(null=True, unique=True)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'status', 'id'], name='subscriber_by_status')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'email'), name='subscriber_once'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='subscriber_email_lower_case')],
            },
        ),
        migrations.CreateModel(
            name='Listing',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='people.organisation')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('title', models.CharField(max_length=200)),
                ('slug', models.SlugField(db_index=False, max_length=80)),
                ('description', models.TextField(blank=True)),
                ('kind', models.CharField(choices=[('goods', 'goods'), ('information', 'information'), ('service', 'service')], default='goods', max_length=16)),
                ('price_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('floor_minor', models.BigIntegerField(null=True)),
                ('stock', models.IntegerField(null=True)),
                ('status', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('archived', 'archived')], max_length=16)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'published')), fields=['-id'], name='listing_public'), models.Index(fields=['organisation', '-id'], name='listing_of_organisation')],
                'constraints': [models.CheckConstraint(condition=models.Q(('price_minor__gt', 0), ('price_minor__lte', 9007199254740991)), name='listing_price_possible'), models.CheckConstraint(condition=models.Q(('floor_minor', None), models.Q(('floor_minor__gt', 0), ('floor_minor__lte', models.F('price_minor'))), _connector='OR'), name='listing_floor_possible'), models.CheckConstraint(condition=models.Q(('stock', None), ('stock__gte', 0), _connector='OR'), name='listing_stock_possible')],
            },
        ),
        migrations.CreateModel(
            name='Storefront',
            fields=[
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='storefront', serialize=False, to='people.organisation')),
                ('story', models.TextField(blank=True)),
                ('policies', models.TextField(blank=True)),
                ('contact', models.CharField(blank=True, max_length=200)),
                ('published', models.BooleanField(default=False)),
                ('updated_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='people.organisation')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject', models.CharField(max_length=150)),
                ('text', models.TextField()),
                ('listing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.listing')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('scheduled', 'scheduled'), ('running', 'running'), ('paused', 'paused'), ('canceled', 'canceled'), ('finished', 'finished')], max_length=16)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('scheduled_at', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('run', models.PositiveIntegerField(default=0)),
                ('slices', models.PositiveIntegerField(default=0)),
                ('cursor', models.UUIDField(null=True)),
                ('handed', models.BooleanField(default=False)),
                ('audience', models.PositiveIntegerField(default=0)),
                ('mails', models.PositiveIntegerField(default=0)),
                ('sent', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('skipped', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-created_at'], name='campaign_of_organisation')],
                'constraints': [models.CheckConstraint(condition=models.Q(('mails__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('sent'), '+', models.F('failed')), '+', models.F('skipped')))), name='campaign_counts_add_up')],
            },
        ),
        migrations.CreateModel(
            name='ListingPicture',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='catalog.listing')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
                ('thumbnail', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
                ('order', models.PositiveSmallIntegerField()),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('thumbnail_width', models.PositiveIntegerField()),
                ('thumbnail_height', models.PositiveIntegerField()),
                ('alt', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['order', 'id'],
                'constraints': [models.UniqueConstraint(fields=('listing', 'order'), name='picture_order_once')],
            },
        ),
        migrations.CreateModel(
            name='ListingFile',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='catalog.listing')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
                ('order', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('stamp', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['order', 'id'],
                'constraints': [models.UniqueConstraint(fields=('listing', 'order'), name='listing_file_order_once')],
            },
        ),
        migrations.CreateModel(
            name='StockMove',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock_moves', to='catalog.listing')),
                ('cause', models.UUIDField()),
                ('change', models.IntegerField()),
                ('reason', models.CharField(choices=[('counted', 'counted'), ('taken', 'taken'), ('returned', 'returned'), ('changed', 'changed')], max_length=16)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cause', 'listing'), name='stock_move_once_per_cause'), models.CheckConstraint(condition=models.Q(('change', 0), _negated=True), name='stock_move_moves')],
            },
        ),
        migrations.CreateModel(
            name='StockHold',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='catalog.listing')),
                ('cause', models.UUIDField()),
                ('pieces', models.PositiveIntegerField()),
                ('gone', models.PositiveIntegerField(default=0)),
                ('reserved_at', models.DateTimeField()),
                ('returned_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cause', 'listing'), name='stock_hold_once_per_cause'), models.CheckConstraint(condition=models.Q(('gone__lte', models.F('pieces')), ('pieces__gte', 0)), name='stock_hold_never_negative')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='catalog.subscriber')),
                ('what', models.CharField(choices=[('asked', 'asked'), ('confirmed', 'confirmed'), ('unsubscribed', 'unsubscribed'), ('suppressed', 'suppressed')], max_length=16)),
                ('at', models.DateTimeField()),
                ('source', models.CharField(max_length=200)),
                ('client', models.BinaryField(max_length=44, null=True)),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.campaign')),
            ],
        ),
        migrations.CreateModel(
            name='CampaignMail',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.campaign')),
                ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.subscriber')),
                ('mail', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.mail')),
                ('queued_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('queued', 'queued'), ('sent', 'sent'), ('failed', 'failed'), ('skipped', 'skipped')], max_length=8)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['campaign', 'id'], name='campaign_mail_waits')],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'subscriber'), name='campaign_mail_once'), models.UniqueConstraint(fields=('mail',), name='campaign_mail_of_its_own')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(choices=[('campaign', 'campaign'), ('utm', 'marked link'), ('referral', 'another site'), ('search', 'search engine')], max_length=16)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.campaign')),
                ('listing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.listing')),
                ('detail', models.CharField(blank=True, max_length=200)),
                ('visitor', models.UUIDField()),
                ('once', models.CharField(max_length=100)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'at'], name='visit_of_organisation')],
                'constraints': [models.UniqueConstraint(fields=('visitor', 'once'), name='visit_counted_once'), models.CheckConstraint(condition=models.Q(models.Q(('campaign__isnull', False), ('source', 'campaign')), models.Q(models.Q(('source', 'campaign'), _negated=True), ('campaign__isnull', True)), _connector='OR'), name='visit_of_a_campaign')],
            },
        ),
        migrations.CreateModel(
            name='Attribution',
            fields=[
                ('room', models.UUIDField(primary_key=True, serialize=False)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rooms', to='catalog.visit')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'at'], name='attribution_of_organisation')],
            },
        ),
    )]
