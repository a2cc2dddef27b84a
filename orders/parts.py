"""What of an order is delivered: goods by shipment, information by download, services by milestones. An
order's status follows from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from catalog.models import Listing
from orders.lifecycle import Status, Tracking, Work
from orders.models import Order, OrderLine, PartReceiptItem, Shipment

_Kind = Listing.Kind
NOT_SENT: Final = frozenset({Tracking.CANCELED, Tracking.RETURNED})  # what is in it is owed


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that an order has, and those of them that have left the seller."""

    goods: bool
    sent: bool  # every goods line has left in full
    packed: bool  # nothing is left to put into a parcel
    parcels: int  # that have left the seller
    information: int  # lines that files must be released for
    released: int
    work: int  # milestones
    reported: int

    @classmethod
    def of(cls, order: Order) -> "Parts":
        """Counts them; use prefetched rows for lists."""
        shipments, work = list(order.shipments.all()), list(order.work.all())
        wanted = {line.pk for line in information_lines(order)}
        released = {grant.line_id for grant in order.grants.all()}
        return cls(
            goods=has_goods(order),
            sent=has_goods(order) and not any(left_of(order, gone(shipments)).values()),
            packed=not any(left_of(order, shipments).values()),
            parcels=len(gone(shipments)),
            information=len(wanted),
            released=len(wanted & released),
            work=len(work),
            reported=sum(row.status != Work.OPEN for row in work),
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The kinds of what the seller still has to deliver, in the order of `Listing.Kind`."""
        open_yet = {
            _Kind.GOODS.value: self.goods and not self.sent,
            _Kind.INFORMATION.value: self.released < self.information,
            _Kind.SERVICE.value: self.reported < self.work,
        }
        return tuple(kind for kind, open_ in open_yet.items() if open_)

    @property
    def complete(self) -> bool:
        """Nothing is left for the seller to deliver."""
        return not self.missing

    @property
    def begun(self) -> bool:
        """Something is delivered."""
        return bool(self.parcels or self.released or self.reported)

    @property
    def only_goods(self) -> bool:
        """Everything goes by parcel."""
        return not self.information and not self.work

    def status(self) -> Status:
        """What a placed order's status must be, while nothing came back."""
        if self.complete:
            return Status.FULFILLED
        return Status.PARTIALLY_FULFILLED if self.begun else Status.UNFULFILLED


def has_goods(order: Order) -> bool:
    """Whether anything goes by parcel."""
    return bool(goods_lines(order))


def goods_lines(order: Order) -> list[OrderLine]:
    """The lines that go by parcel, in their order."""
    return [line for line in order.lines.all() if line.kind == _Kind.GOODS]


def gone(shipments: Iterable[Shipment]) -> list[Shipment]:
    """Those that have left the seller: neither still packed, nor canceled, nor back."""
    return [row for row in shipments if row.status not in {Tracking.PENDING, *NOT_SENT}]


def left_at(shipment: Shipment) -> datetime | None:
    """When it left the seller. None: it is still packed, or was canceled before."""
    if shipment.status in {Tracking.PENDING, Tracking.CANCELED}:
        return None
    first = shipment.changes.first()
    return first.at if first else shipment.shipped_at


def left_of(order: Order, shipments: Iterable[Shipment]) -> dict[UUID, Decimal]:
    """By goods line: what was ordered and is in none of these parcels, in the line's unit. What is in one
    that was canceled, came back, or replaces what was sent before, is not in it.
    """
    left = {line.pk: Decimal(line.quantity) for line in goods_lines(order)}
    for row in shipments:
        if row.status in NOT_SENT or row.replaces_id is not None:
            continue
        for item in row.items.all():
            if item.line_id in left:
                left[item.line_id] -= Decimal(item.quantity)
    return left


def received(order: Order) -> dict[UUID, Decimal]:
    """By line: what was received so far in parts."""
    found: dict[UUID, Decimal] = {}
    for item in PartReceiptItem.objects.filter(receipt__order=order):
        found[item.line_id] = found.get(item.line_id, Decimal(0)) + Decimal(item.quantity)
    return found


def decimal_text(number: Decimal) -> str:
    """As quantities are stored: `2.5`, `500`; no exponent, no zero at the end of decimals."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def information_lines(order: Order) -> list[OrderLine]:
    """The lines that files are released for: those about a listing.

    A line of information about no listing comes with the files of the others; where there are no others, it
    stands for itself, and the seller sees that nothing can be released for it.
    """
    lines = [line for line in order.lines.all() if line.kind == _Kind.INFORMATION]
    return [line for line in lines if line.listing_id is not None] or lines


def delivered_at(order: Order) -> datetime | None:
    """When the last of it reached the buyer. None while something has not."""
    if not Parts.of(order).complete:
        return None
    live = [row for row in order.shipments.all() if row.status not in NOT_SENT]
    if any(row.status != Tracking.DELIVERED for row in live):
        return None
    moments = [row.delivered_at for row in live]
    moments += [grant.granted_at for grant in order.grants.all()]
    moments += [row.reported_at for row in order.work.all()]
    return max((at for at in moments if at is not None), default=None)
