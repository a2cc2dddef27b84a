"""What an order takes from stock: at the agreement, until it ends unpaid or canceled."""

from collections import Counter
from datetime import datetime
from uuid import UUID, uuid5

from catalog import stock
from orders.models import Order


def take(order: Order, now: datetime) -> None:
    """Takes what the lines are about. Listings are locked in the order of their ids, after all else.

    Raises SoldOut.
    """
    wanted: Counter[UUID] = Counter()
    for line in order.lines.all():
        if line.listing_id is not None:
            wanted[line.listing_id] += line.pieces
    if not wanted:
        return
    order.stock_cause = uuid5(order.pk, f"stock:{order.revision}")
    for listing_id in sorted(wanted):
        stock.take_stock(listing_id=listing_id, quantity=wanted[listing_id], cause=order.stock_cause, now=now)
    order.save(update_fields=["stock_cause"])


def give_back(order: Order, now: datetime) -> None:
    """Puts back what was taken, once."""
    if order.stock_cause is None:
        return
    stock.return_stock(cause=order.stock_cause, now=now)
    order.stock_cause = None
    order.save(update_fields=["stock_cause"])
