"""Numbers of invoices and credit notes: one after the other for each seller, kind and year (UTC), no gaps.

The range is locked and counted in the transaction that stores the numbered paper. What is rolled back, or
dies, gives its number back by never having taken it.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from negotiation_hub.kernel import commit
from orders.models import NumberRange, PaperKind

PREFIXES: Final = {PaperKind.INVOICE: "INV", PaperKind.CREDIT_NOTE: "CN"}


@dataclass(frozen=True, slots=True)
class Number:
    """The serial of a paper within its year."""

    kind: PaperKind
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{PREFIXES[self.kind]}-{self.year}-{self.serial:05d}"


def following(seller_id: UUID, kind: PaperKind, year: int) -> Number:
    """The next number, for good once the open transaction commits. Locks the range until then."""
    commit.require_transaction()
    rows = NumberRange.objects.filter(seller=seller_id, kind=kind.value, year=year)
    if not rows.exists():
        # Two may begin a year at once: the database keeps one row, and both then wait for its lock.
        fresh = NumberRange(seller_id=seller_id, kind=kind.value, year=year)
        NumberRange.objects.bulk_create([fresh], ignore_conflicts=True)
    row = rows.select_for_update().get()
    row.last += 1
    row.save(update_fields=["last"])
    return Number(kind, year, row.last)
