"""The review queue: what was reported and found, and what became of it. Its history never changes."""

import desk.machine
import django.db.models.deletion
import negotiation_hub.kernel.ids
import uuid
from django.conf import settings
from django.db import migrations, models

from negotiation_hub.kernel import guards


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('rooms', '0006_supervision_authority'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReviewItem',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('about', models.CharField(max_length=36)),
                ('kind', models.CharField(max_length=8)),
                ('status', models.CharField(default=desk.machine.Status['PENDING'], max_length=8)),
                ('score', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField()),
                ('claimed_until', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('claimed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_items', to='rooms.room')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='review_items', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('command', models.UUIDField()),
                ('kind', models.CharField(max_length=8)),
                ('target', models.CharField(max_length=44)),
                ('words', models.TextField(blank=True)),
                ('points', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('reporter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='desk.reviewitem')),
            ],
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('target', models.CharField(max_length=44)),
                ('rule', models.CharField(max_length=20)),
                ('points', models.PositiveSmallIntegerField()),
                ('found_at', models.DateTimeField()),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='rooms.room')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='desk.reviewitem')),
            ],
        ),
        migrations.CreateModel(
            name='ReviewStep',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('event', models.CharField(max_length=8)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='desk.reviewitem')),
            ],
        ),
        migrations.AddIndex(
            model_name='reviewitem',
            index=models.Index(fields=['status', '-score', '-id'], name='review_queue'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.UniqueConstraint(condition=models.Q(('status', desk.machine.Status['PENDING'])), fields=('room', 'about'), name='one_pending_review'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', [desk.machine.Status['PENDING'], desk.machine.Status['APPROVED'], desk.machine.Status['REJECTED'], desk.machine.Status['IGNORED'], desk.machine.Status['DELETED']])), name='review_status_known'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['reporter', 'made_at'], name='report_rate'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('reporter', 'command'), name='report_once_per_command'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('item', 'reporter', 'target'), name='report_once_per_target'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(fields=('room', 'seq', 'rule'), name='finding_once'),
        ),
        guards.immutable("desk_report"),
        guards.immutable("desk_finding"),
        guards.immutable("desk_reviewstep"),
    ]
