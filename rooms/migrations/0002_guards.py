"""Agreements never change; of an offer only where it stands."""

from django.db import migrations

from negotiation_hub.kernel import guards


class Migration(migrations.Migration):
    dependencies = [("rooms", "0001_initial")]

    operations = [
        guards.immutable("rooms_agreement"),
        guards.immutable("rooms_offer", may_change=["status", "seen_at"]),
    ]
