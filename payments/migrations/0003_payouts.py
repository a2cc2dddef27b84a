"""Accounts at banks, payouts, the files that carry them, and the two kinds of ledger accounts that they move between."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import negotiation_hub.kernel.ids
from negotiation_hub.kernel import guards
from negotiation_hub.kernel.guards import immutable

_guards = import_module("payments.migrations.0002_guards")
KINDS = ["wallet", "held", "receivable", "psp_clearing", "platform_fee", "psp_fee", "payout_transit", "bank"]


def disarm(apps, schema_editor):
    """SQLite changes a CHECK by making the table anew: triggers on it would be lost, and those that name it would stop that."""
    guards.remove(schema_editor, "payments_account")
    _guards.allow_inserts(apps, schema_editor)


def arm(apps, schema_editor):
    guards.install(schema_editor, "payments_account", (), _guards.SUMS)
    _guards.refuse_inserts(apps, schema_editor)


def id_(**options):
    return models.UUIDField(primary_key=True, serialize=False, **options)


def reference(to, **options):
    return models.ForeignKey(to, on_delete=django.db.models.deletion.PROTECT, **options)


NEW = {"default": negotiation_hub.kernel.ids.uuid7}


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_authority"), ("people", "0002_authority"), ("payments", "0002_guards")]

    operations = [
        migrations.RunPython(disarm, arm),
        migrations.RemoveConstraint("account", "account_kind_known"),
        migrations.AddConstraint("account", models.CheckConstraint(condition=Q(kind__in=KINDS), name="account_kind_known")),
        migrations.RunPython(arm, disarm),
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                ("id", id_(**NEW)),
                ("organisation", reference("people.organisation", related_name="+")),
                ("holder", models.CharField(max_length=70)),
                ("sealed", models.BinaryField()),
                ("last4", models.CharField(max_length=4)),
                ("active", models.BooleanField(default=True)),
                ("created_by", models.UUIDField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["organisation"], condition=Q(active=True), name="bank_account_active_once"),
                ]
            },
        ),
        migrations.CreateModel(
            name="PayoutBatch",
            fields=[
                ("id", id_(**NEW)),
                ("currency", models.CharField(max_length=3)),
                ("count", models.PositiveIntegerField()),
                ("total", models.BigIntegerField()),
                ("message_id", models.CharField(max_length=35, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("file", models.OneToOneField("kernel.file", on_delete=django.db.models.deletion.PROTECT, related_name="+")),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(count__gt=0, total__gt=0), name="payout_batch_not_empty"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("id", id_()),
                ("organisation", reference("people.organisation", related_name="+")),
                ("bank_account", reference("payments.bankaccount", related_name="payouts")),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("status", models.CharField(default="requested", max_length=12)),
                ("batch", reference("payments.payoutbatch", null=True, related_name="payouts")),
                ("steps", models.PositiveIntegerField(default=0)),
                ("requested_by", models.UUIDField()),
                ("requested_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "-requested_at"], name="payout_by_organisation"),
                    models.Index(fields=["currency"], condition=Q(status="requested"), name="payout_waiting"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=Q(amount__gt=0, amount__lt=2**53), name="payout_amount_positive"),
                    models.CheckConstraint(
                        condition=Q(status__in=["requested", "sent", "paid", "failed", "canceled"]), name="payout_status_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(batch__isnull=True) & Q(status__in=["requested", "canceled"])
                        | Q(batch__isnull=False) & ~Q(status__in=["requested", "canceled"]),
                        name="payout_in_file_once_sent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutStep",
            fields=[
                ("id", id_(**NEW)),
                ("payout", reference("payments.payout", related_name="history")),
                ("seq", models.PositiveIntegerField()),
                ("before", models.CharField(blank=True, max_length=12)),
                ("after", models.CharField(max_length=12)),
                ("cause", reference("payments.cause", null=True, related_name="+")),
                ("note", models.CharField(blank=True, default="", max_length=140)),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["payout", "seq"], name="payout_step_once")],
            },
        ),
        immutable("payments_bankaccount", may_change=["active"]),
        immutable("payments_payoutbatch", may_change=["confirmed_at", "confirmed_by"]),
        immutable("payments_payout", may_change=["status", "batch_id", "steps"]),
        immutable("payments_payoutstep"),
    ]
