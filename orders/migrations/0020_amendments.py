"""What both sides change of an order after it was placed, and the paper of each such change."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from negotiation_hub.kernel.guards import immutable, thaw
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.sealed import Sealed

_PROGRESS = [
    "status", "authorize_status", "charge_status", "due_at", "placed_at", "expected_on", "payment_plan", "revision",
    "stock_cause",
]  # fmt: skip
_TERMS = ["net", "tax", "gross", "issues", "terms_hash", "offer_version", "package", "annexes"]
_OF_LINE = [
    "title", "quantity", "unit", "unit_price", "total", "offer_version", "offer_line", "pieces", "due",
    "removed",
]  # fmt: skip
_KINDS = ["order", "order_agreement", "confirmation", "delivery_note", "invoice", "credit_note", "order_change"]


class Migration(migrations.Migration):
    dependencies = [("orders", "0019_part_receipts"), ("kernel", "0008_sealed")]

    operations = [
        thaw("orders_order"),
        thaw("orders_orderline"),
        migrations.AddField("order", "amendment", models.UUIDField(null=True)),
        migrations.AddField("orderline", "amendment", models.UUIDField(null=True)),
        migrations.AddField("orderline", "removed", models.BooleanField(default=False)),
        immutable(
            "orders_order", may_change=_PROGRESS, may_reseal=["issues"], together=_TERMS, mark="amendment"
        ),
        immutable("orders_orderline", may_reseal=["title"], together=_OF_LINE, mark="amendment"),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("agreement_id", models.UUIDField(unique=True)),
                ("amends", models.UUIDField(unique=True)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("before", Sealed()),
                ("after", Sealed()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=["order", "number"], name="amendment_number_once"),
                    models.CheckConstraint(
                        condition=~Q(amends=models.F("agreement_id")), name="amendment_amends_another"
                    ),
                ],
            },
        ),
        immutable("orders_amendment", may_reseal=["before", "after"]),
        thaw("orders_paper"),
        migrations.RemoveConstraint("paper", "paper_kind_known"),
        migrations.AddConstraint(
            "paper", models.CheckConstraint(condition=Q(kind__in=_KINDS), name="paper_kind_known")
        ),
        immutable("orders_paper"),
    ]
