"""What was shown and agreed never changes; what changes who may do what is counted, so that open sockets are
checked again; and what the search in rooms needs in each database."""

from django.db import migrations

from negotiation_hub.kernel import authority
from negotiation_hub.kernel.guards import immutable
from rooms.search import index


def install(_apps, schema_editor):
    index.install(schema_editor)


def remove(_apps, schema_editor):
    index.remove(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("rooms", "0001_tables")]

    operations = [
        immutable("rooms_agreement"),
        immutable(
            "rooms_offer",
            may_change=["status", "seen_at", "expires_at", "first_expires_at", "frozen"],
            may_reseal=["packages"],
        ),
        authority.watched(
            "rooms_participant", "user_id", updates=["mode", "muted", "removed"], events=["update"]
        ),
        authority.watched_for_all(
            "rooms_room",
            updates=["locked", "board_locked"],
            people="SELECT user_id AS person FROM rooms_participant WHERE room_id = NEW.id",
        ),
        migrations.RunPython(install, remove),
    ]
