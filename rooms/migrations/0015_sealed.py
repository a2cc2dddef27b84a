"""Offers, approvals, limits and preferences are sealed at rest."""

from django.db import migrations

from negotiation_hub.kernel import guards
from negotiation_hub.kernel.sealed import Sealed, SealedText

_MOVES = ["status", "seen_at", "expires_at", "first_expires_at", "frozen"]


class Migration(migrations.Migration):
    dependencies = [("rooms", "0014_board_locked"), ("kernel", "0008_sealed")]

    operations = [
        # A sealed number has no order that the database could see: the services say what it may be.
        migrations.RemoveConstraint("bound", "bound_above_zero"),
        migrations.RemoveConstraint("preferences", "preferences_alternative_in_basis_points"),
        migrations.AlterField("bound", "minor", Sealed(null=True)),
        migrations.AlterField("preferences", "alternative", Sealed(null=True)),
        migrations.AlterField("preferences", "issues", Sealed()),
        migrations.AlterField("preferences", "notes", SealedText(blank=True, default="")),
        migrations.AlterField("approval", "beyond", Sealed()),
        migrations.AlterField("approval", "packages", Sealed()),
        migrations.AlterField("approval", "reason", SealedText(blank=True, default="")),
        migrations.AlterField("approval", "terms", Sealed()),
        guards.thaw("rooms_offer"),
        migrations.AlterField("offer", "packages", Sealed()),
        guards.immutable("rooms_offer", may_change=_MOVES, may_reseal=["packages"]),
    ]
