"""What the desk wrote down never changes."""

from django.db import migrations

from negotiation_hub.kernel.guards import immutable


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_tables")]

    operations = [
        immutable("desk_finding"),
        immutable("desk_report"),
        immutable("desk_reviewstep"),
    ]
