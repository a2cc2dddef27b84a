"""What is kept sealed in columns of its own may be sealed anew; nothing else of these rows changes."""

from django.db import migrations

from negotiation_hub.kernel.guards import immutable, thaw

_GIVEN = ("index", "line_id", "given_at", "revoked_at")


class Migration(migrations.Migration):
    dependencies = [("orders", "0021_returns")]

    operations = [
        thaw("orders_paper"),
        immutable("orders_paper", may_reseal=["sealed"]),
        thaw("orders_carrierevent"),
        immutable("orders_carrierevent", may_reseal=["sealed"]),
        thaw("orders_licencekey"),
        immutable("orders_licencekey", may_change=_GIVEN, may_reseal=["sealed"]),
    ]
