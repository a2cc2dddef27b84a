"""Files that were put up for messages."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0004_mail_in_and_out'),
        ('rooms', '0007_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('stream', models.UUIDField()),
                ('given', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=120)),
                ('media_type', models.CharField(max_length=100)),
                ('bytes', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('created_at', models.DateTimeField()),
                ('seq', models.BigIntegerField(null=True)),
                ('place', models.PositiveSmallIntegerField(default=0)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='rooms.room')),
                ('thumbnail', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.file')),
            ],
            options={
                'indexes': [models.Index(fields=['stream', 'seq'], name='attachment_of_message'), models.Index(condition=models.Q(('seq__isnull', True)), fields=['by', 'created_at'], name='attachment_staged')],
            },
        ),
    ]
