"""What each line of an order is about, and what the order takes from stock."""

from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable, thaw

PROGRESS = (
    "status", "authorize_status", "charge_status", "due_at", "placed_at", "expected_on", "payment_plan", "revision",
    "stock_cause",
)


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_guards")]

    operations = [
        thaw("orders_order"),
        thaw("orders_orderline"),
        migrations.AddField("order", "stock_cause", models.UUIDField(null=True)),
        migrations.AddField("orderline", "listing_id", models.UUIDField(null=True)),
        migrations.AddField("orderline", "kind", models.CharField(default="goods", max_length=16)),
        migrations.AddField("orderline", "pieces", models.PositiveIntegerField(default=1)),
        immutable("orders_order", may_change=PROGRESS),
        immutable("orders_orderline"),
    ]
