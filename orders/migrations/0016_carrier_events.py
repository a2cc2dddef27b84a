"""What carriers say of parcels."""

import django.db.models.deletion
from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable
from negotiation_hub.kernel.ids import uuid7


class Migration(migrations.Migration):
    dependencies = [("orders", "0015_shipment_items")]

    operations = [
        migrations.CreateModel(
            name="CarrierEvent",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("carrier", models.CharField(max_length=32)),
                ("event_id", models.CharField(max_length=255)),
                ("event", models.CharField(max_length=24)),
                ("sequence", models.PositiveIntegerField()),
                ("occurred_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("applied", models.BooleanField()),
                ("sealed", models.BinaryField()),
                (
                    "shipment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carrier_events",
                        to="orders.shipment",
                    ),
                ),
            ],
            options={
                "ordering": ["shipment", "sequence", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=["carrier", "event_id"], name="carrierevent_once")
                ],
            },
        ),
        immutable("orders_carrierevent"),
    ]
