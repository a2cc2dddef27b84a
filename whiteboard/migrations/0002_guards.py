"""What a board's saved states say never changes."""

from django.db import migrations

from negotiation_hub.kernel.guards import immutable


class Migration(migrations.Migration):
    dependencies = [("whiteboard", "0001_tables")]

    operations = [
        immutable("whiteboard_boardimage"),
        immutable("whiteboard_boardversion", may_change=["picture_id"]),
    ]
