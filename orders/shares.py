"""Which part of an order's gross belongs to a line, to so much of it, or to a milestone of work. Pure.

Shares add up to the gross to the minor unit: lines by the largest remainder in the proportion of their
totals, quantities by what is due up to now less what was due before.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from negotiation_hub.kernel.money import Money


def of_lines(totals: Sequence[int], gross: Money) -> list[int]:
    """The lines' shares of the gross, in minor units."""
    return [part.minor for part in gross.split(totals)]


def of_quantity(share: int, *, before: Decimal, now: Decimal, ordered: Decimal) -> int:
    """What of a line's share is due for having `now` of it instead of `before`. Raises ValueError."""
    if not 0 <= before <= now <= ordered or ordered <= 0:
        raise ValueError("no more is received than was ordered, and nothing is taken back")
    return _due(share, now, ordered) - _due(share, before, ordered)


def of_parts(share: int, currency: str, count: int) -> list[int]:
    """A line's share cut into so many milestones."""
    return [part.minor for part in Money(share, currency).split([1] * count)]


def _due(share: int, quantity: Decimal, ordered: Decimal) -> int:
    # Down, so that never more is released than the share; the whole quantity is the whole share.
    return int((share * quantity / ordered).to_integral_value(rounding=ROUND_FLOOR))
