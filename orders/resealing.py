"""Sealing the details of orders anew, with the look-ups that go with them."""

from collections.abc import Iterator

from negotiation_hub.kernel import resealing, sealed, subjects
from orders.models import Lookup, SealedDetails


def reseal(key_id: str) -> Iterator[int]:
    """Seals every order's details that are not sealed with this key, slice by slice."""
    for held in resealing.slices(SealedDetails.objects.all()):
        old = [row for row in held if isinstance(row, SealedDetails) and _is_old(row, key_id)]
        opened = [row for row in old if _resealed(row)]
        SealedDetails.objects.bulk_update(opened, ["fields"])
        Lookup.objects.filter(order__in=[row.order_id for row in opened]).delete()
        Lookup.objects.bulk_create([one for row in opened for one in row.lookups()])
        yield sum(len(row.fields) for row in opened)


def _is_old(row: SealedDetails, key_id: str) -> bool:
    return any(not sealed.is_current(stored, key_id) for stored in row.fields.values())


def _resealed(row: SealedDetails) -> bool:
    try:
        row.reseal()
    except subjects.Erased:
        return False  # nobody can open it, and nobody need
    return True
