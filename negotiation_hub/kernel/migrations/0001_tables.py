"""The tables of kernel."""

import django.db.models.deletion
import negotiation_hub.kernel.ids
import negotiation_hub.kernel.models
import negotiation_hub.kernel.sealed
from django.db import migrations, models

from negotiation_hub.kernel.tables import Tables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [Tables(
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, unique=True)),
                ('kind', models.CharField(max_length=16)),
                ('scope', models.UUIDField(db_index=True)),
                ('side', models.CharField(blank=True, default='', max_length=8)),
                ('head_seq', models.BigIntegerField(default=0)),
                ('head_hash', models.BinaryField(max_length=32)),
                ('unsigned', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('unsigned', True)), fields=['number'], name='stream_unsigned')],
            },
        ),
        migrations.CreateModel(
            name='Authority',
            fields=[
                ('person', models.UUIDField(primary_key=True, serialize=False)),
                ('version', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('topic', models.CharField(max_length=64)),
                ('payload', negotiation_hub.kernel.sealed.Sealed()),
                ('dedupe', models.CharField(max_length=200, unique=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_at', models.DateTimeField()),
                ('leased_until', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('last_error', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True), ('failed_at__isnull', True)), fields=['next_at'], name='job_due'), models.Index(condition=models.Q(('done_at__isnull', False)), fields=['done_at'], name='job_done')],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('to', models.CharField(max_length=320)),
                ('subject', models.CharField(max_length=250)),
                ('text', negotiation_hub.kernel.sealed.SealedText()),
                ('html', negotiation_hub.kernel.sealed.SealedText(blank=True, default='')),
                ('calendar', negotiation_hub.kernel.sealed.SealedText(null=True)),
                ('message_id', models.CharField(max_length=250)),
                ('sender', models.CharField(blank=True, default='', max_length=100)),
                ('headers', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('failure', models.CharField(blank=True, default='', max_length=500)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='File',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('size_bytes', models.BigIntegerField()),
                ('name', models.CharField(max_length=255)),
                ('media_type', models.CharField(max_length=100)),
                ('owner', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SubjectSecret',
            fields=[
                ('subject', models.UUIDField(primary_key=True, serialize=False)),
                ('secret', models.BinaryField(null=True)),
                ('made_at', models.DateTimeField()),
                ('erased_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='IdempotentAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.UUIDField()),
                ('key', models.CharField(max_length=255)),
                ('fingerprint', models.BinaryField(max_length=32)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('body', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'key'), name='answer_once_per_key')],
            },
        ),
        migrations.CreateModel(
            name='Remembered',
            fields=[
                ('cache_key', models.CharField(max_length=255, primary_key=True, serialize=False)),
                ('value', models.TextField()),
                ('expires', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('pk', models.CompositePrimaryKey('stream_id', 'seq', blank=True, editable=False, primary_key=True, serialize=False)),
                ('stream', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='kernel.stream')),
                ('seq', models.BigIntegerField()),
                ('kind', models.CharField(max_length=40)),
                ('actor', negotiation_hub.kernel.models.ShortUUIDField(null=True)),
                ('at_us', models.BigIntegerField()),
                ('command', negotiation_hub.kernel.models.ShortUUIDField(null=True)),
                ('salt', models.BinaryField(max_length=16, null=True)),
                ('content', models.TextField(null=True)),
                ('commitment', models.BinaryField(max_length=32)),
                ('hash', models.BinaryField(max_length=32)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('command__isnull', False)), fields=('stream', 'command', 'actor'), name='event_once_per_command'), models.UniqueConstraint(condition=models.Q(('actor__isnull', True), ('command__isnull', False)), fields=('stream', 'command'), name='event_once_per_cause'), models.CheckConstraint(condition=models.Q(('seq__gt', 0)), name='event_seq_positive')],
            },
        ),
        migrations.CreateModel(
            name='ReadMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stream', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='read_marks', to='kernel.stream')),
                ('person', models.UUIDField()),
                ('seq', models.BigIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('stream', 'person'), name='read_mark_once')],
            },
        ),
        migrations.CreateModel(
            name='SignedHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed_heads', to='kernel.stream')),
                ('seq', models.BigIntegerField()),
                ('hash', models.BinaryField(max_length=32)),
                ('at_us', models.BigIntegerField()),
                ('key_id', models.CharField(max_length=12)),
                ('signature', models.BinaryField(max_length=64)),
                ('witnessed', models.BooleanField(db_index=True, default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('stream', 'seq'), name='head_signed_once')],
            },
        ),
        migrations.CreateModel(
            name='Followed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reader', models.CharField(max_length=40)),
                ('stream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.stream')),
                ('seq', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reader', 'stream'), name='followed_once')],
            },
        ),
        migrations.CreateModel(
            name='InboundMail',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('message_id', models.CharField(blank=True, max_length=250)),
                ('envelope_from', models.CharField(blank=True, max_length=320)),
                ('envelope_to', models.JSONField()),
                ('raw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
                ('peer', models.CharField(blank=True, max_length=100)),
                ('received_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('pending', 'Pending'), ('taken', 'Taken'), ('refused', 'Refused'), ('ignored', 'Ignored')], default='pending', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='InboundRecipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mail', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='kernel.inboundmail')),
                ('address', models.CharField(max_length=320)),
                ('sha256', models.CharField(max_length=64)),
                ('message_id', models.CharField(blank=True, max_length=250)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('address', 'sha256'), name='inbound_once_by_bytes'), models.UniqueConstraint(condition=models.Q(('message_id', ''), _negated=True), fields=('address', 'message_id'), name='inbound_once_by_id')],
            },
        ),
    )]
