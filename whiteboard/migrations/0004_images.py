"""Pictures on boards: what an event names never changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import negotiation_hub.kernel.ids
from negotiation_hub.kernel import guards


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0007_remembered'),
        ('whiteboard', '0003_boards_of_rooms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BoardImage',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=128)),
                ('seq', models.BigIntegerField()),
                ('given', models.CharField(max_length=64)),
                ('media_type', models.CharField(max_length=100)),
                ('bytes', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='images', to='whiteboard.board')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('board', 'name'), name='board_image_once')],
            },
        ),
        guards.immutable("whiteboard_boardimage"),
    ]
