"""An offer may amend the agreement that is in force, and an agreement may amend another one."""

import django.db.models.deletion
from django.db import migrations, models

from negotiation_hub.kernel import guards

_MOVES = ["status", "seen_at", "expires_at", "first_expires_at", "frozen"]


class Migration(migrations.Migration):
    dependencies = [("rooms", "0015_sealed")]

    operations = [
        guards.thaw("rooms_offer"),
        migrations.AddField("offer", "amends", models.UUIDField(null=True)),
        guards.immutable("rooms_offer", may_change=_MOVES, may_reseal=["packages"]),
        guards.thaw("rooms_agreement"),
        migrations.AddField(
            "agreement",
            "amends",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="amended_by",
                to="rooms.agreement",
            ),
        ),
        guards.immutable("rooms_agreement"),
    ]
