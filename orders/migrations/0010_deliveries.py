"""Files that a buyer may fetch, and the work of services."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from negotiation_hub.kernel.guards import immutable
from negotiation_hub.kernel.ids import uuid7

_RUNNING = ("draft", "unconfirmed", "unfulfilled", "partially_fulfilled")
_RENEWED = ("expires_at", "downloads_max", "revoked_at")
_DONE = ("status", "reported_at", "reported_by", "received_at", "received_by")


def work_of_running_orders(apps, schema_editor):
    """Each service line of an order that is still to be fulfilled gets its milestone."""
    lines = apps.get_model("orders", "OrderLine").objects.filter(kind="service", order__status__in=_RUNNING)
    work = apps.get_model("orders", "WorkMilestone")
    positions = {}
    for line in lines.order_by("order", "position"):
        positions[line.order_id] = positions.get(line.order_id, 0) + 1
        work.objects.create(order_id=line.order_id, line=line, position=positions[line.order_id], title=line.title)


def key(**options):
    return models.UUIDField(default=uuid7, primary_key=True, serialize=False, **options)


def to(model, related):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=related, to=model)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_guards"), ("orders", "0004_annexes")]

    operations = [
        migrations.CreateModel(
            name="DownloadGrant",
            fields=[
                ("id", key()),
                ("name", models.CharField(max_length=120)),
                ("granted_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("downloads_max", models.PositiveIntegerField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("file", to("kernel.file", "+")),
                ("line", to("orders.orderline", "grants")),
                ("order", to("orders.order", "grants")),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=["line", "file"], name="downloadgrant_once_per_line_and_file"),
                    models.CheckConstraint(condition=Q(expires_at__gt=F("granted_at")), name="downloadgrant_lasts"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Download",
            fields=[
                ("id", key()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("grant", to("orders.downloadgrant", "downloads")),
            ],
            options={"ordering": ["grant", "id"]},
        ),
        migrations.CreateModel(
            name="WorkMilestone",
            fields=[
                ("id", key()),
                ("position", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("status", models.CharField(default="open", max_length=12)),
                ("reported_at", models.DateTimeField(null=True)),
                ("reported_by", models.UUIDField(null=True)),
                ("received_at", models.DateTimeField(null=True)),
                ("received_by", models.UUIDField(null=True)),
                ("line", to("orders.orderline", "work")),
                ("order", to("orders.order", "work")),
            ],
            options={
                "ordering": ["order", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=["order", "position"], name="work_position_once"),
                    models.CheckConstraint(
                        condition=Q(status__in=["open", "reported", "received"]), name="work_status_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(reported_at=None, status="open")
                        | Q(~Q(status="open"), reported_at__isnull=False),
                        name="work_reported_at_its_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(received_at__isnull=False, status="received")
                        | Q(~Q(status="received"), received_at=None),
                        name="work_received_at_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkChange",
            fields=[
                ("id", key()),
                ("seq", models.PositiveIntegerField()),
                ("event", models.CharField(max_length=24)),
                ("before", models.CharField(max_length=12)),
                ("after", models.CharField(max_length=12)),
                ("actor", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(max_length=500, null=True)),
                ("work", to("orders.workmilestone", "changes")),
            ],
            options={
                "ordering": ["work", "seq"],
                "constraints": [models.UniqueConstraint(fields=["work", "seq"], name="workchange_seq_once")],
            },
        ),
        immutable("orders_downloadgrant", may_change=_RENEWED),
        immutable("orders_download"),
        immutable("orders_workmilestone", may_change=_DONE),
        immutable("orders_workchange", may_clear=["reason"]),
        migrations.RunPython(work_of_running_orders, migrations.RunPython.noop),
    ]
