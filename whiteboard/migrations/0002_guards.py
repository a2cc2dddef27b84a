"""A frozen board never changes; its picture is drawn later."""

from django.db import migrations

from negotiation_hub.kernel import guards


class Migration(migrations.Migration):
    dependencies = [("whiteboard", "0001_initial")]

    operations = [guards.immutable("whiteboard_boardversion", may_change=["picture_id"])]
