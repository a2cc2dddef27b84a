"""Sealing anew the details of orders with their look-ups, and licence keys with their indexes."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from negotiation_hub.kernel import resealing, sealed, subjects
from orders.models import LicenceKey, Lookup, SealedDetails


def reseal(key_id: str) -> Iterator[int]:
    """Seals every order's details that are not sealed with this key, slice by slice."""
    rows = SealedDetails.objects.annotate(stored=Cast("fields", TextField()))
    for page in resealing.pages(rows):
        fresh = [row for row in page if _is_old(row, key_id) and _resealed(row)]
        if fresh:
            yield resealing.write(lambda fresh=fresh: _swap(fresh))  # type: ignore[misc]


def _is_old(row: SealedDetails, key_id: str) -> bool:
    return any(not sealed.is_current(stored, key_id) for stored in row.fields.values())


def _resealed(row: SealedDetails) -> bool:
    try:
        row.reseal()
    except subjects.Erased:
        return False  # nobody can open it, and nobody need
    return True


def _swap(fresh: Sequence[Any]) -> int:
    """Writes those that still are what was read, with their look-ups: how many values."""
    written = []
    pk = SealedDetails._meta.pk  # noqa: SLF001 - Django's own name
    with connection.cursor() as cursor:
        for row in fresh:
            cursor.execute(
                "UPDATE orders_sealeddetails SET fields = %s WHERE id = %s AND CAST(fields AS text) = %s",
                [orjson.dumps(row.fields).decode(), pk.get_db_prep_value(row.pk, connection), row.stored],
            )
            if cursor.rowcount:
                written.append(row)
    Lookup.objects.filter(order__in=[row.order_id for row in written]).delete()
    Lookup.objects.bulk_create([one for row in written for one in row.lookups()])
    return sum(len(row.fields) for row in written)


def reseal_keys(key_id: str) -> Iterator[int]:
    """Seals and indexes every licence key that is not by this key of the ring. Raises crypto.BadSeal."""
    for page in resealing.pages(LicenceKey.objects.all()):
        fresh = [(row, bytes(row.sealed)) for row in page if not row.is_current(key_id)]
        for row, _stored in fresh:
            row.put(row.get())
        if fresh:
            yield resealing.write(lambda fresh=fresh: _swap_keys(fresh))  # type: ignore[misc]


def _swap_keys(fresh: "Sequence[tuple[LicenceKey, bytes]]") -> int:
    keys = LicenceKey.objects
    return sum(
        keys.filter(pk=row.pk, sealed=stored).update(sealed=row.sealed, index=row.index)
        for row, stored in fresh
    )


def old(key_id: str) -> int:
    """How many details and licence keys need another key; of whoever was erased, none does."""
    details = sum(
        _is_old(row, key_id) and _resealed(row) for row in SealedDetails.objects.iterator(chunk_size=500)
    )
    keys = LicenceKey.objects.defer("listing", "line").iterator(chunk_size=500)
    return details + sum(not row.is_current(key_id) for row in keys)
