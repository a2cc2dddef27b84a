"""What is in each parcel, and when it is expected."""

import django.db.models.deletion
from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable, thaw
from negotiation_hub.kernel.ids import uuid7


class Migration(migrations.Migration):
    dependencies = [("orders", "0014_licence_keys")]

    operations = [
        thaw("orders_shipment"),
        migrations.AddField("shipment", "expected_on", models.DateField(null=True)),
        # A canceled parcel gives back what was in it: more than one may have been the last.
        migrations.RemoveConstraint("shipment", "shipment_completes_order_once"),
        immutable("orders_shipment", may_change=["status", "expected_on", "delivered_at"]),
        migrations.CreateModel(
            name="ShipmentItem",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("quantity", models.CharField(max_length=40)),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shipped", to="orders.orderline"
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="orders.shipment"
                    ),
                ),
            ],
            options={
                "ordering": ["shipment", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["shipment", "line"], name="shipmentitem_line_once_per_parcel"
                    )
                ],
            },
        ),
        immutable("orders_shipmentitem"),
    ]
