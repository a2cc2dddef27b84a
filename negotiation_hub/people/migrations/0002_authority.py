"""Whatever changes what a person may do is counted, so that open sockets are checked again."""

from django.db import migrations

from negotiation_hub.kernel import authority


class Migration(migrations.Migration):
    dependencies = [("people", "0001_tables"), ("kernel", "0001_tables")]

    operations = [
        authority.watched("people_membership", "user_id", updates=["user_id", "organisation_id", "role"]),
        authority.watched("people_user", "id", updates=["is_active", "is_moderator", "is_superuser", "is_guest"]),
    ]
