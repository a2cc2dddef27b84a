"""What buyers send back, what is sent instead of it, and parcels that came back from the carrier."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from negotiation_hub.kernel.guards import immutable, thaw
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.sealed import SealedText

_RETURN = ["requested", "approved", "refused", "sent_back", "received", "canceled"]
_REASONS = ["damaged", "wrong_item", "not_as_described", "no_longer_wanted", "other"]
_CLOSED = Q(status__in=["refused", "received", "canceled"])
_MOVES = [
    "status", "outcome", "carrier", "tracking", "closed_at", "sellable", "share", "refunded_at",
    "refunded_amount",
]
_RELEASE = ["released_at", "released_amount", "released_fee"]
_TRACKING = [
    "pending", "picked_up", "in_transit", "out_for_delivery", "ready_for_pickup", "delivered",
    "delivery_delayed", "delivery_failed", "on_hold", "return_to_sender", "returned", "canceled", "unknown",
]


def to(model, related, **options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=model, **options
    )


def id_field():
    return ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False))


class Migration(migrations.Migration):
    dependencies = [("orders", "0020_amendments")]

    operations = [
        migrations.CreateModel(
            name="GoodsReturn",
            fields=[
                id_field(),
                ("reason", models.CharField(max_length=24)),
                ("note", SealedText(blank=True, default="")),
                ("requested_by", models.UUIDField()),
                ("requested_at", models.DateTimeField()),
                ("status", models.CharField(default="requested", max_length=12)),
                ("outcome", models.CharField(blank=True, max_length=12)),
                ("carrier", models.CharField(blank=True, max_length=100)),
                ("tracking", models.CharField(blank=True, max_length=100)),
                ("closed_at", models.DateTimeField(null=True)),
                ("sellable", models.BooleanField(null=True)),
                ("share", models.BigIntegerField(null=True)),
                ("refunded_at", models.DateTimeField(null=True)),
                ("refunded_amount", models.BigIntegerField(null=True)),
                ("order", to("orders.order", "returns")),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(condition=Q(status__in=_RETURN), name="return_status_known"),
                    models.CheckConstraint(condition=Q(reason__in=_REASONS), name="return_reason_known"),
                    models.CheckConstraint(
                        condition=Q(Q(status__in=["requested", "refused"]), outcome="")
                        | Q(
                            Q(status__in=["approved", "sent_back", "received"]),
                            Q(outcome__in=["refund", "replacement"]),
                        )
                        | Q(status="canceled"),
                        name="return_outcome_once_approved",
                    ),
                    models.CheckConstraint(
                        condition=Q(_CLOSED, closed_at__isnull=False) | Q(~_CLOSED, closed_at=None),
                        name="return_closed_at_its_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(refunded_at=None, refunded_amount=None)
                        | Q(
                            refunded_at__isnull=False,
                            refunded_amount__gte=0,
                            share__gte=F("refunded_amount"),
                        ),
                        name="return_gives_back_its_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnItem",
            fields=[
                id_field(),
                ("quantity", models.CharField(max_length=40)),
                ("unconfirmed", models.CharField(max_length=40)),
                ("stocked", models.PositiveIntegerField(null=True)),
                ("goods_return", to("orders.goodsreturn", "items")),
                ("line", to("orders.orderline", "returned")),
            ],
            options={
                "ordering": ["goods_return", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=["goods_return", "line"], name="returnitem_line_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnChange",
            fields=[
                id_field(),
                ("seq", models.PositiveIntegerField()),
                ("event", models.CharField(max_length=24)),
                ("before", models.CharField(blank=True, max_length=12)),
                ("after", models.CharField(max_length=12)),
                ("actor", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("reason", SealedText(blank=True, default="")),
                ("goods_return", to("orders.goodsreturn", "changes")),
            ],
            options={
                "ordering": ["goods_return", "seq"],
                "constraints": [
                    models.UniqueConstraint(fields=["goods_return", "seq"], name="returnchange_seq_once")
                ],
            },
        ),
        immutable("orders_goodsreturn", may_change=_MOVES, may_reseal=["note"]),
        immutable("orders_returnitem", may_change=["stocked"]),
        immutable("orders_returnchange", may_reseal=["reason"]),
        thaw("orders_shipment"),
        migrations.AddField("shipment", "replaces", to("orders.goodsreturn", "replacements", null=True)),
        migrations.RemoveConstraint("shipment", "shipment_status_known"),
        migrations.AddConstraint(
            "shipment",
            models.CheckConstraint(condition=Q(status__in=_TRACKING), name="shipment_status_known"),
        ),
        immutable("orders_shipment", may_change=["status", "expected_on", "delivered_at"]),
        thaw("orders_partreceipt"),
        migrations.AlterField("partreceipt", "by", models.UUIDField(null=True)),
        immutable("orders_partreceipt", may_change=_RELEASE),
    ]
