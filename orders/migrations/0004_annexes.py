"""What was frozen with the agreement, such as a board: the paper lists it."""

from django.db import migrations, models

from negotiation_hub.kernel import guards

PROGRESS = (
    "status", "authorize_status", "charge_status", "due_at", "placed_at", "expected_on", "payment_plan", "revision",
    "stock_cause",
)


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_lines_and_stock")]

    operations = [
        guards.thaw("orders_order"),
        migrations.AddField("order", "annexes", models.JSONField(default=list)),
        guards.immutable("orders_order", may_change=PROGRESS),
    ]
