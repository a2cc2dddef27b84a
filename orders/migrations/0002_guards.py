"""What was agreed and what has happened never changes; an order's row moves only in its progress."""

from django.db import migrations

from negotiation_hub.kernel.guards import immutable

PROGRESS = (
    "status", "authorize_status", "charge_status", "due_at", "placed_at", "expected_on", "payment_plan", "revision",
)
DECISION = ("choice", "decided_by", "decided_at")
RELEASE = ("released_at", "released_amount", "released_fee")


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [
        immutable("orders_order", may_change=PROGRESS),
        immutable("orders_orderline"),
        immutable("orders_orderchange"),
        immutable("orders_shipmentchange"),
        immutable("orders_shipment", may_change=["status", "delivered_at"]),
        immutable("orders_receipt", may_change=RELEASE),
        immutable("orders_latepayment", may_change=DECISION),
        immutable("orders_document"),
        immutable("orders_milestone"),
    ]
