"""Offers that wait for a manager, how far a side goes alone, and whether a moderator observes."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rooms', '0004_origin'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='participant',
            name='mode',
            field=models.CharField(blank=True, default='', max_length=9),
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('side', models.CharField(max_length=6)),
                ('number', models.PositiveSmallIntegerField()),
                ('command', models.UUIDField()),
                ('way', models.CharField(max_length=9)),
                ('answers', models.PositiveSmallIntegerField(null=True)),
                ('terms', models.JSONField()),
                ('packages', models.JSONField()),
                ('beyond', models.JSONField()),
                ('status', models.CharField(default='pending_approval', max_length=16)),
                ('made_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='rooms.room')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'by', 'command'), name='approval_once_per_command'), models.UniqueConstraint(fields=('room', 'side', 'number'), name='approval_numbered_once'), models.UniqueConstraint(condition=models.Q(('status', 'pending_approval')), fields=('room', 'side'), name='one_waiting_approval'), models.CheckConstraint(condition=models.Q(('status__in', ['pending_approval', 'approved', 'refused', 'withdrawn', 'lapsed'])), name='approval_status_known')],
            },
        ),
        migrations.CreateModel(
            name='Bound',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('side', models.CharField(max_length=6)),
                ('minor', models.BigIntegerField(null=True)),
                ('set_at', models.DateTimeField()),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bounds', to='rooms.room')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'side'), name='bound_once_per_side'), models.CheckConstraint(condition=models.Q(('minor__isnull', True), ('minor__gt', 0), _connector='OR'), name='bound_above_zero')],
            },
        ),
    ]
