"""Licence keys that are given once, and the lines that wait for them."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from negotiation_hub.kernel.guards import immutable
from negotiation_hub.kernel.ids import uuid7

_GIVEN = ("index", "line_id", "given_at", "revoked_at")


class Migration(migrations.Migration):
    dependencies = [("orders", "0013_papers"), ("catalog", "0010_campaigns")]

    operations = [
        migrations.CreateModel(
            name="LicenceKey",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                ("index", models.BinaryField(max_length=44)),
                ("ending", models.CharField(max_length=4)),
                ("added_by", models.UUIDField()),
                ("added_at", models.DateTimeField()),
                ("given_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="licence_keys",
                        to="orders.orderline",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.listing",
                    ),
                ),
            ],
            options={
                "ordering": ["listing", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("listing", "index"), name="licencekey_once_per_listing"),
                    models.CheckConstraint(
                        condition=Q(line=None, given_at=None, revoked_at=None)
                        | Q(line__isnull=False, given_at__isnull=False),
                        name="licencekey_given_to_a_line",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LicenceDemand",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("wanted", models.PositiveIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="licence_demand",
                        to="orders.orderline",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.listing",
                    ),
                ),
            ],
            options={"ordering": ["asked_at", "id"]},
        ),
        immutable("orders_licencekey", may_change=_GIVEN),
        immutable("orders_licencedemand", may_change=("told_at", "ended_at")),
    ]
