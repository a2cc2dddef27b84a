"""Quantities of lines that somebody has typed, against what there is of them."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final
from uuid import UUID

from negotiation_hub.kernel.refusals import Refusal
from orders.models import Order, OrderLine
from orders.parts import goods_lines

_QUANTITY: Final = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?")


def quantities(
    order: Order,
    items: Mapping[UUID, str],
    most: Mapping[UUID, Decimal],
    refusal: Callable[[UUID | None], Refusal],
) -> dict[UUID, Decimal]:
    """Those above nothing, by line, in the order of the lines.

    Raises what `refusal` makes of the line that is wrong: no number, more than `most`, a part of a piece; or
    of None where nothing is wanted at all.
    """
    if unknown := items.keys() - most.keys():
        raise refusal(min(unknown))
    found = {}
    for line in goods_lines(order):
        text = items.get(line.pk, "").strip() or "0"
        if _QUANTITY.fullmatch(text) is None or not _fits(line, number := Decimal(text), most[line.pk]):
            raise refusal(line.pk)
        if number:
            found[line.pk] = number
    if not found:
        raise refusal(None)
    return found


def _fits(line: OrderLine, number: Decimal, most: Decimal) -> bool:
    # Half a pump is none; where half of one was agreed, halves may come back.
    whole = line.unit == "C62" and Decimal(line.quantity) % 1 == 0
    return number <= most and not (whole and number % 1)
