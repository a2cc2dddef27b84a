"""Copies of bought PDFs that say whose they are, each made once."""

import django.db.models.deletion
from django.db import migrations, models

from negotiation_hub.kernel.guards import immutable, thaw
from negotiation_hub.kernel.ids import uuid7

_RENEWED = ("expires_at", "downloads_max", "revoked_at")


class Migration(migrations.Migration):
    dependencies = [("orders", "0022_rotated"), ("kernel", "0008_sealed")]

    operations = [
        thaw("orders_downloadgrant"),
        migrations.AddField("downloadgrant", "stamp", models.BooleanField(default=False)),
        immutable("orders_downloadgrant", may_change=_RENEWED),
        migrations.CreateModel(
            name="StampedCopy",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("size_bytes", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.file"
                    ),
                ),
                (
                    "grant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copy",
                        to="orders.downloadgrant",
                    ),
                ),
            ],
        ),
        immutable("orders_stampedcopy"),
    ]
