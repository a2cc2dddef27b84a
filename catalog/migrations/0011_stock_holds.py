"""What of a listing is reserved for orders, and what of that has gone."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from negotiation_hub.kernel.guards import immutable
from negotiation_hub.kernel.ids import uuid7


class Migration(migrations.Migration):
    dependencies = [("catalog", "0010_campaigns")]

    operations = [
        migrations.CreateModel(
            name="StockHold",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("cause", models.UUIDField()),
                ("pieces", models.PositiveIntegerField()),
                ("gone", models.PositiveIntegerField(default=0)),
                ("reserved_at", models.DateTimeField()),
                ("returned_at", models.DateTimeField(null=True)),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="catalog.listing"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["cause", "listing"], name="stock_hold_once_per_cause"),
                    models.CheckConstraint(
                        condition=Q(pieces__gt=0, gone__lte=F("pieces")), name="stock_hold_never_negative"
                    ),
                ]
            },
        ),
        immutable("catalog_stockhold", may_change=["gone", "returned_at"]),
    ]
