"""How much is reserved for an order may change by an amendment."""

from django.db import migrations, models
from django.db.models import F, Q

from negotiation_hub.kernel.guards import immutable, thaw

_REASONS = [("counted", "counted"), ("taken", "taken"), ("returned", "returned"), ("changed", "changed")]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0011_stock_holds")]

    operations = [
        migrations.AlterField("stockmove", "reason", models.CharField(choices=_REASONS, max_length=16)),
        thaw("catalog_stockhold"),
        migrations.RemoveConstraint("stockhold", "stock_hold_never_negative"),
        migrations.AddConstraint(
            "stockhold",
            models.CheckConstraint(
                condition=Q(pieces__gte=0, gone__lte=F("pieces")), name="stock_hold_never_negative"
            ),
        ),
        immutable("catalog_stockhold", may_change=["pieces", "gone", "returned_at"]),
    ]
