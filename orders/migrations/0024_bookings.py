"""Parcels that are booked with a carrier; what it says before a parcel has its number is kept for it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from negotiation_hub.kernel.guards import immutable, thaw
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.sealed import Sealed

_STATUS = ["asked", "booked", "failed", "canceled"]
_PROGRESS = ["carrier", "status", "round", "attempts", "problem", "number", "courier", "label_id", "booked_at"]


def to(model, related, kind=models.ForeignKey, **options):
    return kind(on_delete=django.db.models.deletion.PROTECT, related_name=related, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_guards"), ("orders", "0023_stamped_copies")]

    operations = [
        thaw("orders_shipment"),
        # A packed parcel gets its number by the booking, or by hand when that came to nothing.
        immutable(
            "orders_shipment", may_change=["carrier", "tracking", "status", "expected_on", "delivered_at"]
        ),
        thaw("orders_carrierevent"),
        migrations.AddField("carrierevent", "number", models.CharField(default="", max_length=100), False),
        migrations.AddIndex(
            "carrierevent", models.Index(fields=["carrier", "number"], name="carrierevent_by_number")
        ),
        # From none to the parcel that was named later.
        immutable("orders_carrierevent", may_change=["shipment_id", "applied"], may_reseal=["sealed"]),
        thaw("orders_deliveryproof"),
        migrations.AlterField("deliveryproof", "by", models.UUIDField(null=True)),
        immutable("orders_deliveryproof"),
        migrations.CreateModel(
            name="CarrierNumber",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("carrier", models.CharField(max_length=32)),
                ("number", models.CharField(max_length=100)),
                ("booked", models.BooleanField(default=False)),
                ("shipment", to("orders.shipment", "carrier_numbers", null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["carrier", "number"], name="carriernumber_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("carrier", models.CharField(max_length=32)),
                ("status", models.CharField(default="asked", max_length=12)),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("number", models.CharField(blank=True, max_length=100)),
                ("courier", Sealed(null=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("count", models.PositiveSmallIntegerField()),
                ("language", models.CharField(max_length=10)),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("booked_at", models.DateTimeField(null=True)),
                ("label", to("kernel.file", "+", null=True)),
                ("shipment", to("orders.shipment", "booking", models.OneToOneField)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(status__in=_STATUS), name="booking_status_known"),
                    models.CheckConstraint(
                        condition=~Q(status="booked")
                        | (~Q(number="") & Q(label__isnull=False, booked_at__isnull=False)),
                        name="booking_has_what_was_booked",
                    ),
                ],
            },
        ),
        immutable("orders_booking", may_change=_PROGRESS),
    ]
