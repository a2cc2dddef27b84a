"""Events and signed heads never change; redaction may empty an event's salt and content."""

from django.db import migrations

from negotiation_hub.kernel.guards import immutable


def leave_room(_apps, schema_editor):
    """Has PostgreSQL leave half of a page free for the new versions of its rows: each message moves a head."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE kernel_stream SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_tables")]

    operations = [
        immutable("kernel_event", may_clear=["salt", "content"], may_reseal=["content"]),
        immutable("kernel_signedhead", may_change=["witnessed"]),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
    ]
