"""The tables of feedback."""

import django.db.models.deletion
import feedback.machine
import negotiation_hub.kernel.ids
from django.conf import settings
from django.db import migrations, models

from negotiation_hub.kernel.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orders', '0001_tables'),
        ('people', '0001_tables'),
    ]

    operations = [Tables(
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='people.organisation')),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.JSONField()),
                ('trigger', models.CharField(choices=[('order.received', 'Order Received')], max_length=24)),
                ('active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'slug'), name='survey_slug_once'), models.UniqueConstraint(condition=models.Q(('organisation__isnull', True)), fields=('slug',), name='survey_slug_once_of_platform')],
            },
        ),
        migrations.CreateModel(
            name='Silence',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SurveyVersion',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='feedback.survey')),
                ('number', models.PositiveIntegerField()),
                ('questions', models.JSONField()),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['survey', 'number'],
                'constraints': [models.UniqueConstraint(fields=('survey', 'number'), name='survey_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='feedback.survey')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='feedback.surveyversion')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='orders.order')),
                ('room_id', models.UUIDField()),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['seller', 'survey'], name='invitation_results'), models.Index(fields=['person', '-created_at'], name='invitation_of_person')],
                'constraints': [models.UniqueConstraint(fields=('survey', 'order', 'person'), name='invitation_once')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('invitation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='feedback.invitation')),
                ('values', models.JSONField()),
                ('score', models.PositiveSmallIntegerField(null=True)),
                ('may_contact', models.BooleanField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('score__isnull', True), models.Q(('score__gte', 100), ('score__lte', 500)), _connector='OR'), name='answer_score_stars')],
            },
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('answer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='follow_up', to='feedback.answer')),
                ('thread_id', models.UUIDField(unique=True)),
                ('assignee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('status', models.CharField(default=feedback.machine.Status['OPEN'], max_length=8)),
                ('resolved_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', True), ('status', feedback.machine.Status['OPEN'])), models.Q(('resolved_at__isnull', False), ('status', feedback.machine.Status['RESOLVED'])), _connector='OR'), name='follow_up_resolved_at')],
            },
        ),
    )]
