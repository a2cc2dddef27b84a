"""Subscribers and their consent, campaigns, visits, and the rooms that came of them."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import negotiation_hub.kernel.ids
import uuid
from django.conf import settings
from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_storefronts_search_stock'),
        ('kernel', '0004_mail_in_and_out'),
        ('people', '0002_authority'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('subject', models.CharField(max_length=150)),
                ('text', models.TextField()),
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
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('listing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.listing')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='people.organisation')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Subscriber',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('language', models.CharField(max_length=10)),
                ('status', models.CharField(choices=[('unconfirmed', 'not confirmed yet'), ('confirmed', 'confirmed'), ('unsubscribed', 'unsubscribed'), ('bounced', 'not deliverable')], max_length=16)),
                ('ask', models.UUIDField(null=True, unique=True)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='subscribers', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('what', models.CharField(choices=[('asked', 'asked'), ('confirmed', 'confirmed'), ('unsubscribed', 'unsubscribed'), ('suppressed', 'suppressed')], max_length=16)),
                ('at', models.DateTimeField()),
                ('source', models.CharField(max_length=200)),
                ('client', models.BinaryField(max_length=44, null=True)),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.campaign')),
                ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='catalog.subscriber')),
            ],
        ),
        migrations.CreateModel(
            name='CampaignMail',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('queued_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('queued', 'queued'), ('sent', 'sent'), ('failed', 'failed'), ('skipped', 'skipped')], max_length=8)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.campaign')),
                ('mail', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.mail')),
                ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.subscriber')),
            ],
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(choices=[('campaign', 'campaign'), ('utm', 'marked link'), ('referral', 'another site'), ('search', 'search engine')], max_length=16)),
                ('detail', models.CharField(blank=True, max_length=200)),
                ('visitor', models.UUIDField()),
                ('once', models.CharField(max_length=100)),
                ('at', models.DateTimeField()),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.campaign')),
                ('listing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.listing')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Attribution',
            fields=[
                ('room', models.UUIDField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rooms', to='catalog.visit')),
            ],
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(fields=['organisation', '-created_at'], name='campaign_of_organisation'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('mails__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('sent'), '+', models.F('failed')), '+', models.F('skipped')))), name='campaign_counts_add_up'),
        ),
        migrations.AddIndex(
            model_name='subscriber',
            index=models.Index(fields=['organisation', 'status', 'id'], name='subscriber_by_status'),
        ),
        migrations.AddConstraint(
            model_name='subscriber',
            constraint=models.UniqueConstraint(fields=('organisation', 'email'), name='subscriber_once'),
        ),
        migrations.AddConstraint(
            model_name='subscriber',
            constraint=models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='subscriber_email_lower_case'),
        ),
        migrations.AddIndex(
            model_name='campaignmail',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['campaign', 'id'], name='campaign_mail_waits'),
        ),
        migrations.AddConstraint(
            model_name='campaignmail',
            constraint=models.UniqueConstraint(fields=('campaign', 'subscriber'), name='campaign_mail_once'),
        ),
        migrations.AddConstraint(
            model_name='campaignmail',
            constraint=models.UniqueConstraint(fields=('mail',), name='campaign_mail_of_its_own'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['organisation', 'at'], name='visit_of_organisation'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.UniqueConstraint(fields=('visitor', 'once'), name='visit_counted_once'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('campaign__isnull', False), ('source', 'campaign')), models.Q(models.Q(('source', 'campaign'), _negated=True), ('campaign__isnull', True)), _connector='OR'), name='visit_of_a_campaign'),
        ),
        migrations.AddIndex(
            model_name='attribution',
            index=models.Index(fields=['organisation', 'at'], name='attribution_of_organisation'),
        ),
        immutable('catalog_consent'),
        immutable('catalog_visit'),
        immutable('catalog_attribution'),
    ]
