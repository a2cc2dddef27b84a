"""Links that let somebody in as a guest."""

import django.db.models.deletion
import negotiation_hub.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_guests'),
        ('rooms', '0010_preferences'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GuestLink',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('listing', models.UUIDField()),
                ('label', models.CharField(max_length=100)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('token', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('browser', models.CharField(blank=True, max_length=64)),
                ('entered_at', models.DateTimeField(null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('code', models.CharField(blank=True, max_length=100)),
                ('code_at', models.DateTimeField(null=True)),
                ('code_tries', models.PositiveSmallIntegerField(default=0)),
                ('codes', models.PositiveSmallIntegerField(default=0)),
                ('guest', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='guest_link', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guest_links', to='people.organisation')),
                ('room', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='guest_link', to='rooms.room')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-made_at'], name='guest_links_of_seller')],
            },
        ),
    ]
