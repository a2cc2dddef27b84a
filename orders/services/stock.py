"""What an order takes from stock: reserved at the agreement, gone with what is delivered; back when it ends
unpaid or canceled.
"""

import math
from collections import Counter
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from catalog import stock
from orders.models import Order, OrderLine
from orders.parts import Parts, gone, left_of


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


def follow(order: Order) -> None:
    """Says what of it has gone, after something was delivered."""
    if order.stock_cause is None:
        return
    for listing_id, pieces in sorted(gone_of(order).items()):
        stock.send_stock(cause=order.stock_cause, listing_id=listing_id, gone=pieces)


def gone_of(order: Order) -> Counter[UUID]:
    """By listing: how many whole pieces have left the seller. Goods by their parcels, what needs none with
    the last of the order.
    """
    left, complete = left_of(order, gone(order.shipments.all())), Parts.of(order).complete
    found: Counter[UUID] = Counter()
    for line in order.lines.all():
        if line.listing_id is None:
            continue
        if complete:
            found[line.listing_id] += line.pieces
        elif line.pk in left:
            ordered = Decimal(line.quantity)
            found[line.listing_id] += math.floor(line.pieces * (ordered - left[line.pk]) / ordered)
    return found


def come_back(order: Order) -> None:
    """Says that less of it has gone than was said: a parcel is back, and what was in it is reserved again."""
    if order.stock_cause is None:
        return
    goods = {line.listing_id for line in order.lines.all() if line.kind == "goods"}
    for listing_id, pieces in sorted(gone_of(order).items()):
        if listing_id in goods:
            stock.take_back(cause=order.stock_cause, listing_id=listing_id, gone=pieces)


def pieces_of(line: OrderLine, quantity: Decimal) -> int:
    """How many whole pieces of its listing's stock are in so much of a line."""
    return math.floor(line.pieces * quantity / Decimal(line.quantity))


def give_back(order: Order, now: datetime) -> None:
    """Puts back what was taken, once."""
    if order.stock_cause is None:
        return
    stock.return_stock(cause=order.stock_cause, now=now)
    order.stock_cause = None
    order.save(update_fields=["stock_cause"])
