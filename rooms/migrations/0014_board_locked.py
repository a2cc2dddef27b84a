"""A moderator may lock the board alone: open sockets learn of it at once, as they do of a locked room."""

from django.db import migrations, models

from negotiation_hub.kernel import authority


class Migration(migrations.Migration):
    dependencies = [("rooms", "0013_requests")]

    operations = [
        authority.unwatched("rooms_room", events=["update"]),
        migrations.AddField("room", "board_locked", models.JSONField(null=True)),
        authority.watched_for_all(
            "rooms_room",
            updates=["locked", "board_locked"],
            people="SELECT user_id AS person FROM rooms_participant WHERE room_id = NEW.id",
        ),
    ]
