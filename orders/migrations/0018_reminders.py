"""Reminders that went out, and who wants no more of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from negotiation_hub.kernel.guards import immutable
from negotiation_hub.kernel.ids import uuid7


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0002_guards"),
        ("orders", "0017_delivery_proofs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("unfinished", "Unfinished"),
                            ("unconfirmed", "Unconfirmed"),
                            ("unpaid", "Unpaid"),
                        ],
                        max_length=11,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="orders.order"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=["order", "number"], name="reminder_once_per_number"),
                    models.CheckConstraint(
                        condition=Q(number__gte=1, number__lte=3), name="reminder_three_at_most"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderStop",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminder_stops",
                        to="orders.order",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["order", "person"], name="reminder_stop_once_per_person")
                ],
            },
        ),
        immutable("orders_reminder"),
        immutable("orders_reminderstop"),
    ]
