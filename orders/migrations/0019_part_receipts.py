"""What the buyer has received in parts, and what was released for it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from negotiation_hub.kernel.guards import immutable
from negotiation_hub.kernel.ids import uuid7

_RELEASE = ["released_at", "released_amount", "released_fee"]


def to(model, related, kind=models.ForeignKey, **options):
    return kind(on_delete=django.db.models.deletion.PROTECT, related_name=related, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [("orders", "0018_reminders")]

    operations = [
        migrations.CreateModel(
            name="PartReceipt",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("by", models.UUIDField()),
                ("received_at", models.DateTimeField()),
                ("share", models.BigIntegerField()),
                ("released_at", models.DateTimeField(null=True)),
                ("released_amount", models.BigIntegerField(null=True)),
                ("released_fee", models.BigIntegerField(null=True)),
                ("order", to("orders.order", "part_receipts")),
                ("work", to("orders.workmilestone", "part_receipt", models.OneToOneField, null=True)),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(condition=Q(share__gte=0), name="partreceipt_share_not_negative"),
                    models.CheckConstraint(
                        condition=Q(released_at=None, released_amount=None, released_fee=None)
                        | Q(
                            released_at__isnull=False,
                            released_amount__gte=0,
                            released_fee__gte=0,
                            share__gte=F("released_amount") + F("released_fee"),
                        ),
                        name="partreceipt_releases_its_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartReceiptItem",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("quantity", models.CharField(max_length=40)),
                ("line", to("orders.orderline", "received")),
                ("receipt", to("orders.partreceipt", "items")),
            ],
            options={
                "ordering": ["receipt", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=["receipt", "line"], name="partreceiptitem_line_once")
                ],
            },
        ),
        immutable("orders_partreceipt", may_change=_RELEASE),
        immutable("orders_partreceiptitem"),
    ]
