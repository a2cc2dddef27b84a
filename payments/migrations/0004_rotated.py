"""What is kept sealed may be sealed anew, and a MAC be made anew by the newest key; nothing else changes.

A MAC proves its row: a wrong one is found by `verify`, and none can be made without the key ring.
"""

from django.db import migrations

from negotiation_hub.kernel.guards import immutable, thaw


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_payouts")]

    operations = [
        thaw("payments_bankaccount"),
        immutable("payments_bankaccount", may_change=["active"], may_reseal=["sealed"]),
        thaw("payments_providerevent"),
        immutable("payments_providerevent", may_change=["handled_at", "causes"], may_reseal=["sealed"]),
        thaw("payments_cause"),
        immutable("payments_cause", may_change=["mac"]),
        thaw("payments_transfer"),
        immutable("payments_transfer", may_change=["mac"]),
    ]
