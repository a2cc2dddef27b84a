"""Events and signed heads never change; redaction may empty an event's salt and content."""

from django.db import migrations

from negotiation_hub.kernel import guards


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        guards.immutable("kernel_event", may_clear=["salt", "content"]),
        guards.immutable("kernel_signedhead", may_change=["witnessed"]),
    ]
