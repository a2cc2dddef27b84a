"""Binary columns that a model seals by itself, because what binds them is more than a row's key.

Each is named here, so that it is sealed anew with all else and looked at before an old key is dropped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from negotiation_hub.kernel import crypto, resealing


@dataclass(frozen=True, slots=True)
class Column:
    """A column, the purpose of its key, and what says to which row a value belongs."""

    model: type[models.Model]
    name: str
    purpose: str
    place: Callable[[Any], bytes]

    def rows(self) -> "models.QuerySet[Any]":
        """All rows of the table."""
        return self.model._default_manager.filter(**{f"{self.name}__isnull": False})  # noqa: SLF001 - Django's own


columns: list[Column] = []


def column(model: type[models.Model], name: str, purpose: str, place: Callable[[Any], bytes]) -> None:
    """Names such a column."""
    columns.append(Column(model, name, purpose, place))


def reseal(key_id: str) -> Iterator[int]:
    """Seals every value that is not sealed with this key, slice by slice. Raises crypto.BadSeal."""
    for one in columns:
        table, key = one.model._meta.db_table, one.model._meta.pk  # noqa: SLF001
        for page in resealing.pages(one.rows()):
            fresh = [
                (_anew(one, row, stored), key.get_db_prep_value(row.pk, connection), stored)
                for row in page
                if crypto.key_of(stored := bytes(getattr(row, one.name))) != key_id
            ]
            if fresh:
                yield resealing.swap(table, one.name, [key.column], fresh)


def old(key_id: str) -> int:
    """How many values are sealed with another key than this one."""
    return sum(
        crypto.key_of(stored) != key_id
        for one in columns
        for stored in one.rows().values_list(one.name, flat=True).iterator(chunk_size=500)
    )


def _anew(one: Column, row: Any, stored: bytes) -> bytes:
    place = one.place(row)
    return crypto.seal(one.purpose, crypto.unseal(one.purpose, stored, place), place)


resealing.more.append(reseal)
resealing.old.append(old)
