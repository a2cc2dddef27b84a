"""Events and signed heads never change; redaction may empty an event's salt and content."""

from typing import Any

from django.db import migrations

from negotiation_hub.kernel import guards


def leave_room(_apps: Any, schema_editor: Any) -> None:
    """Has PostgreSQL leave half of a page free for the new versions of its rows: each message moves a head."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE kernel_stream SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        guards.immutable("kernel_event", may_clear=["salt", "content"]),
        guards.immutable("kernel_signedhead", may_change=["witnessed"]),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
    ]
