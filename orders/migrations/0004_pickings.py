"""Parcels that places pick."""

import django.db.models.deletion
import negotiation_hub.kernel.ids
import negotiation_hub.kernel.sealed
from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_places'),
        ('orders', '0003_cancellation'),
    ]

    operations = [
        migrations.CreateModel(
            name='Picking',
            fields=[
                ('id', models.UUIDField(default=negotiation_hub.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('code', negotiation_hub.kernel.sealed.SealedText(blank=True, default='')),
                ('asked_at', models.DateTimeField()),
                ('packed_at', models.DateTimeField(null=True)),
                ('wrong_codes', models.PositiveSmallIntegerField(default=0)),
                ('ended_at', models.DateTimeField(null=True)),
                ('short', models.BooleanField(default=False)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pickings', to='catalog.place')),
                ('shipment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='picking', to='orders.shipment')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        immutable("orders_picking", may_change=["packed_at", "wrong_codes", "ended_at", "short"], may_reseal=["code"]),
    ]
