"""Each of an order's details is sealed by itself, with the secret of the person it is about; so are the lines'
titles and the clauses.
"""

import json
import os
from typing import Any
from uuid import UUID

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.utils import timezone

from negotiation_hub.kernel import crypto, sealed
from negotiation_hub.kernel.guards import immutable, thaw
from orders.models.details import LOOKED_UP, _LOOKUP, _SEAL, looked_up

_PROGRESS = [
    "status", "authorize_status", "charge_status", "due_at", "placed_at", "expected_on", "payment_plan", "revision",
    "stock_cause",
]  # fmt: skip


class SealFieldByField(Operation):
    """What was sealed as one piece is opened, and sealed field by field. Asks for no models, as `Guard`."""

    reversible = False
    reduces_to_sql = False

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Changes rows only."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Opens and seals every row."""
        connection = schema_editor.connection
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT d.id, d.sealed, d.order_id, o.buyer_person_id FROM orders_sealeddetails d"
                " JOIN orders_order o ON o.id = d.order_id"
            )
            for row, whole, order, person in cursor.fetchall():
                self._seal(connection, UUID(str(row)), bytes(whole), order, person)

    def _seal(self, connection: Any, row: UUID, whole: bytes, order: Any, person: Any) -> None:
        values = json.loads(crypto.unseal(_SEAL, whole, f"orders_sealeddetails.sealed:{row}".encode()))
        texts = {name: str(value) for name, value in values.items() if value}
        secret = b"" if person is None else self._secret(connection, person)
        fields = {
            name: sealed.seal_text(_SEAL, text, f"orders_sealeddetails.{name}:{row}", secret=secret)
            for name, text in texts.items()
        }
        native = connection.features.has_native_uuid_field
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE orders_sealeddetails SET fields = %s, subject = %s WHERE id = %s",
                [json.dumps(fields), person, row if native else row.hex],
            )
            for name in LOOKED_UP:
                if wanted := looked_up(name, texts.get(name, "")):
                    digest = crypto.blind(_LOOKUP, wanted)
                    cursor.execute(
                        "INSERT INTO orders_lookup (order_id, field, digest) VALUES (%s, %s, %s)",
                        [order, name, digest],
                    )

    def _secret(self, connection: Any, person: Any) -> bytes:
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM kernel_subjectsecret WHERE subject = %s", [person])
            if (found := cursor.fetchone()) is not None:
                return bytes(found[0])
            secret = os.urandom(32)
            cursor.execute(
                "INSERT INTO kernel_subjectsecret (subject, secret, made_at) VALUES (%s, %s, %s)",
                [person, secret, connection.ops.adapt_datetimefield_value(timezone.now())],
            )
        return secret

    def describe(self) -> str:
        """What the migration's plan says."""
        return "Seal the details of orders field by field"


class Migration(migrations.Migration):
    dependencies = [("orders", "0011_due_of_lines"), ("kernel", "0008_sealed")]

    operations = [
        migrations.CreateModel(
            name="Lookup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=20)),
                ("digest", models.BinaryField(max_length=16)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lookups", to="orders.order"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["digest"], name="lookup_by_digest")],
                "constraints": [models.UniqueConstraint(fields=("order", "field"), name="lookup_once_per_field")],
            },
        ),
        migrations.AddField("sealeddetails", "fields", models.JSONField(default=dict)),
        migrations.AddField("sealeddetails", "subject", models.UUIDField(db_index=True, null=True)),
        SealFieldByField(),
        migrations.RemoveField("sealeddetails", "sealed"),
        thaw("orders_order"),
        migrations.AlterField("order", "issues", sealed.Sealed(default=list)),
        immutable("orders_order", may_change=_PROGRESS, may_reseal=["issues"]),
        thaw("orders_orderline"),
        migrations.AlterField("orderline", "title", sealed.SealedText()),
        immutable("orders_orderline", may_reseal=["title"]),
    ]
