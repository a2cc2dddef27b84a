"""What the orders say after the rotation, with nothing but the newest key."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from negotiation_hub.kernel import crypto
from orders.models import Order, OrderLine, SealedDetails
from orders.queries import found_by
from tests.rotation import book


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many orders say something else than was committed, and how many nothing without the old key."""

    lost: int
    unreadable: int

    @property
    def holds(self) -> bool:
        """Neither happened."""
        return not self.lost and not self.unreadable


def forget_old_keys(data: Path) -> None:
    """Leaves the newest key in the ring alone."""
    ring = data / "keys" / "ring.json"
    ring.write_text(json.dumps({"keys": json.loads(ring.read_text())["keys"][-1:]}))
    crypto.forget_keys()


def look(numbered: Iterable[tuple[int, UUID]], changes: Mapping[int, int]) -> Verdict:
    """Opens every order; `changes` is the number of the last change that was committed, by order."""
    lost = unreadable = 0
    rows = {row.order_id: row for row in SealedDetails.objects.all()}
    orders, lines = Order.objects.in_bulk(), {line.order_id: line for line in OrderLine.objects.all()}
    for number, order_id in numbered:
        expected = book.details(number, changes.get(number, 0))
        try:
            found = rows[order_id].get()
            clause = orders[order_id].issues[0]["value"]
            title = lines[order_id].title
        except crypto.BadSeal:
            unreadable += 1
            continue
        right = (found, clause, title) == (expected, f"Clause {number}", f"Pump {number}")
        # Every look-up costs a query, so some stand for all.
        named = number % 500 or found_by(expected.phone) == [orders[order_id]]
        lost += not (right and named)
    return Verdict(lost, unreadable)
