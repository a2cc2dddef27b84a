"""People without an account. What they may do changes when they make one, so their sockets look again."""

from django.db import migrations, models

from negotiation_hub.kernel import authority

_EVENTS = ["insert", "update", "delete"]
_WATCHED = ["is_active", "is_moderator", "is_superuser"]


class Migration(migrations.Migration):
    dependencies = [("people", "0002_authority"), ("kernel", "0003_authority")]

    operations = [
        # SQLite makes the table anew for the column, and forgets its triggers with the old one.
        authority.unwatched("people_user", events=_EVENTS),
        migrations.AddField("user", "is_guest", models.BooleanField(default=False)),
        authority.watched("people_user", "id", updates=[*_WATCHED, "is_guest"]),
    ]
