"""The tables of desk."""

import desk.machine
import django.db.models.deletion
import negotiation_hub.kernel.ids
import uuid
from django.conf import settings
from django.db import migrations, models

from negotiation_hub.kernel.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_tables'),
        ('rooms', '0001_tables'),
    ]

    operations = [Tables(
        migrations.CreateModel(
            name='ReviewItem',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_items', to='rooms.room')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='review_items', to=settings.AUTH_USER_MODEL)),
                ('about', models.CharField(max_length=36)),
                ('kind', models.CharField(max_length=8)),
                ('status', models.CharField(default=desk.machine.Status['PENDING'], max_length=8)),
                ('score', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField()),
                ('claimed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['status', '-score', '-id'], name='review_queue')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', desk.machine.Status['PENDING'])), fields=('room', 'about'), name='one_pending_review'), models.CheckConstraint(condition=models.Q(('status__in', [desk.machine.Status['PENDING'], desk.machine.Status['APPROVED'], desk.machine.Status['REJECTED'], desk.machine.Status['IGNORED'], desk.machine.Status['DELETED']])), name='review_status_known')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='desk.reviewitem')),
                ('reporter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL)),
                ('command', models.UUIDField()),
                ('kind', models.CharField(max_length=8)),
                ('target', models.CharField(max_length=44)),
                ('words', models.TextField(blank=True)),
                ('points', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['reporter', 'made_at'], name='report_rate')],
                'constraints': [models.UniqueConstraint(fields=('reporter', 'command'), name='report_once_per_command'), models.UniqueConstraint(fields=('item', 'reporter', 'target'), name='report_once_per_target')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='desk.reviewitem')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='rooms.room')),
                ('seq', models.BigIntegerField()),
                ('target', models.CharField(max_length=44)),
                ('rule', models.CharField(max_length=20)),
                ('points', models.PositiveSmallIntegerField()),
                ('found_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'seq', 'rule'), name='finding_once')],
            },
        ),
        migrations.CreateModel(
            name='ReviewStep',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='desk.reviewitem')),
                ('event', models.CharField(max_length=8)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
            ],
        ),
    )]
