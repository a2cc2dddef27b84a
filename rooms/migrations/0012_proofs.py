"""Second factors that were shown for one acceptance each."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_second_factor_rule'),
        ('rooms', '0011_guest_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Proof',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('version', models.PositiveSmallIntegerField()),
                ('package', models.PositiveSmallIntegerField()),
                ('offer_hash', models.CharField(max_length=64)),
                ('terms_hash', models.CharField(max_length=64)),
                ('gross', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('method', models.CharField(max_length=20)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('payee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='rooms.room')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
