"""Papers with their numbers, and documents that lie sealed."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from negotiation_hub.kernel.guards import immutable, thaw
from negotiation_hub.kernel.ids import uuid7

_KINDS = ["order", "order_agreement", "confirmation", "delivery_note", "invoice", "credit_note"]
_NUMBERED = ["invoice", "credit_note"]


def key(**options):
    return models.UUIDField(default=uuid7, primary_key=True, serialize=False, **options)


def to(model, related="+", **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=related, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0008_sealed"),
        ("people", "0005_legal_facts"),
        ("orders", "0012_sealed"),
    ]

    operations = [
        thaw("orders_document"),
        migrations.DeleteModel("Document"),
        migrations.CreateModel(
            name="NumberRange",
            fields=[
                ("id", key()),
                ("kind", models.CharField(max_length=16)),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
                ("seller", to("people.organisation")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["seller", "kind", "year"], name="numberrange_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", key()),
                ("kind", models.CharField(max_length=16)),
                ("cause", models.UUIDField()),
                ("number", models.CharField(max_length=40)),
                ("year", models.PositiveSmallIntegerField(null=True)),
                ("serial", models.PositiveIntegerField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("net", models.BigIntegerField()),
                ("tax", models.BigIntegerField()),
                ("gross", models.BigIntegerField()),
                ("sealed", models.BinaryField()),
                ("issued_at", models.DateTimeField()),
                ("corrects", to("orders.paper", "corrections", null=True)),
                ("order", to("orders.order", "papers")),
                ("seller", to("people.organisation")),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=["kind", "cause"], name="paper_once_per_cause"),
                    models.UniqueConstraint(
                        fields=["seller", "kind", "year", "serial"], name="paper_number_once_per_seller"
                    ),
                    models.CheckConstraint(condition=Q(kind__in=_KINDS), name="paper_kind_known"),
                    models.CheckConstraint(
                        condition=Q(gross=F("net") + F("tax")), name="paper_gross_is_net_and_tax"
                    ),
                    models.CheckConstraint(
                        condition=Q(kind__in=_NUMBERED, year__isnull=False, serial__gt=0)
                        | Q(~Q(kind__in=_NUMBERED), year=None, serial=None),
                        name="paper_numbered_where_it_must",
                    ),
                    models.CheckConstraint(
                        condition=Q(kind="credit_note", corrects__isnull=False)
                        | Q(~Q(kind="credit_note"), corrects=None),
                        name="paper_corrects_an_invoice",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", key()),
                ("kind", models.CharField(max_length=24)),
                ("format", models.CharField(max_length=12)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("name", models.CharField(max_length=120)),
                ("media_type", models.CharField(max_length=100)),
                ("size_bytes", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("file", to("kernel.file")),
                ("order", to("orders.order", "documents")),
                ("paper", to("orders.paper", "documents", null=True)),
            ],
            options={
                "ordering": ["order", "kind", "format", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(paper=None), fields=["order", "kind", "language"], name="document_once"
                    ),
                    models.UniqueConstraint(
                        condition=Q(paper__isnull=False),
                        fields=["paper", "format", "language"],
                        name="document_once_per_paper",
                    ),
                ],
            },
        ),
        immutable("orders_paper"),
        immutable("orders_document"),
    ]
