"""The tables of whiteboard."""

import django.db.models.deletion
import negotiation_hub.kernel.ids
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
            name='Board',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('room', models.UUIDField()),
                ('side', models.CharField(blank=True, default='', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('shown', models.PositiveIntegerField(default=0)),
                ('shown_bytes', models.PositiveIntegerField(default=0)),
                ('gone', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('room', 'side'), name='board_once')],
            },
        ),
        migrations.CreateModel(
            name='Element',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='elements', to='whiteboard.board')),
                ('element', models.CharField(max_length=64)),
                ('version', models.BigIntegerField()),
                ('nonce', models.BigIntegerField()),
                ('index', models.CharField(blank=True, default='', max_length=100)),
                ('seq', models.BigIntegerField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('deleted', models.BooleanField()),
                ('content', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('board', 'element'), name='element_once_per_board')],
            },
        ),
        migrations.CreateModel(
            name='BoardImage',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='images', to='whiteboard.board')),
                ('name', models.CharField(max_length=128)),
                ('seq', models.BigIntegerField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('given', models.CharField(max_length=64)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
                ('media_type', models.CharField(max_length=100)),
                ('bytes', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('board', 'name'), name='board_image_once')],
            },
        ),
        migrations.CreateModel(
            name='BoardVersion',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='whiteboard.board')),
                ('seq', models.BigIntegerField()),
                ('hash', models.CharField(max_length=64)),
                ('content', models.CharField(max_length=64)),
                ('elements', models.TextField()),
                ('reason', models.CharField(max_length=16)),
                ('name', models.CharField(blank=True, default='', max_length=100)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_at', models.DateTimeField()),
                ('picture', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('board', 'seq', 'reason'), name='board_version_once')],
            },
        ),
    )]
