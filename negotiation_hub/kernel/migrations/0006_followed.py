"""How far readers behind the log have come."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0005_read_marks'),
    ]

    operations = [
        migrations.CreateModel(
            name='Followed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reader', models.CharField(max_length=40)),
                ('seq', models.BigIntegerField()),
                ('stream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.stream')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reader', 'stream'), name='followed_once')],
            },
        ),
    ]
