"""Each of an order's details is sealed by itself, with the secret of the person it is about; so are the lines'
titles and the clauses.
"""

import django.db.models.deletion
from django.db import migrations, models

from negotiation_hub.kernel import sealed
from negotiation_hub.kernel.guards import immutable, thaw

_PROGRESS = [
    "status", "authorize_status", "charge_status", "due_at", "placed_at", "expected_on", "payment_plan", "revision",
    "stock_cause",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("orders", "0011_due_of_lines"), ("kernel", "0008_sealed")]

    operations = [
        migrations.CreateModel(
            name="Lookup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=20)),
                ("digest", models.BinaryField(max_length=16)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lookups", to="orders.order"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["digest"], name="lookup_by_digest")],
                "constraints": [models.UniqueConstraint(fields=("order", "field"), name="lookup_once_per_field")],
            },
        ),
        migrations.AddField("sealeddetails", "fields", models.JSONField(default=dict)),
        migrations.AddField("sealeddetails", "subject", models.UUIDField(db_index=True, null=True)),
        migrations.RemoveField("sealeddetails", "sealed"),
        thaw("orders_order"),
        migrations.AlterField("order", "issues", sealed.Sealed(default=list)),
        immutable("orders_order", may_change=_PROGRESS, may_reseal=["issues"]),
        thaw("orders_orderline"),
        migrations.AlterField("orderline", "title", sealed.SealedText()),
        immutable("orders_orderline", may_reseal=["title"]),
    ]
