"""Pictures of deliveries."""

import django.db.models.deletion
from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable
from negotiation_hub.kernel.ids import uuid7


def to(model, related):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=related, to=model)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_guards"), ("catalog", "0011_stock_holds"), ("orders", "0016_carrier_events")]

    operations = [
        migrations.CreateModel(
            name="DeliveryProof",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("given", models.CharField(max_length=64)),
                ("media_type", models.CharField(max_length=100)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("file", to("kernel.file", "+")),
                ("shipment", to("orders.shipment", "proofs")),
            ],
            options={
                "ordering": ["shipment", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=["shipment", "given"], name="deliveryproof_once")
                ],
            },
        ),
        immutable("orders_deliveryproof"),
    ]
