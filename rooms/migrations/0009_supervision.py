"""What moderators impose: muted and removed people, a locked room, frozen, extended and voided offers.

Whoever it is about learns of it at once, so triggers count it as a change of what they may do.
"""

from django.db import migrations, models

from negotiation_hub.kernel import authority, guards

_FORMER = ["pending", "countered", "superseded", "accepted", "declined", "withdrawn", "expired"]


class Migration(migrations.Migration):
    dependencies = [("rooms", "0008_attachments")]

    operations = [
        authority.unwatched("rooms_participant", events=["update"]),
        migrations.AddField("participant", "muted", models.JSONField(null=True)),
        migrations.AddField("participant", "removed", models.JSONField(null=True)),
        authority.watched(
            "rooms_participant", "user_id", updates=["mode", "muted", "removed"], events=["update"]
        ),
        migrations.AddField("room", "locked", models.JSONField(null=True)),
        authority.watched_for_all(
            "rooms_room",
            updates=["locked"],
            people="SELECT user_id AS person FROM rooms_participant WHERE room_id = NEW.id",
        ),
        guards.thaw("rooms_offer"),
        migrations.AddField("offer", "first_expires_at", models.DateTimeField(null=True)),
        migrations.AddField("offer", "frozen", models.JSONField(null=True)),
        migrations.RemoveConstraint("offer", "offer_status_known"),
        migrations.AddConstraint(
            "offer",
            models.CheckConstraint(
                condition=models.Q(status__in=[*_FORMER, "voided"]), name="offer_status_known"
            ),
        ),
        guards.immutable(
            "rooms_offer", may_change=["status", "seen_at", "expires_at", "first_expires_at", "frozen"]
        ),
    ]
