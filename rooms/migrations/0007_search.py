"""The search in rooms: its entries, how far each log was read, and what each database's engine needs."""

import django.db.models.deletion
from django.db import migrations, models

from rooms.search import index


def install(_apps, schema_editor):
    index.install(schema_editor)


def remove(_apps, schema_editor):
    index.remove(schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0004_mail_in_and_out'),
        ('rooms', '0006_supervision_authority'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchReach',
            fields=[
                ('stream', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='search_reach', serialize=False, to='kernel.stream')),
                ('seq', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('latest', models.BigIntegerField()),
                ('stream', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.stream')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('stream', 'seq'), name='search_entry_once')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
