"""What is known of an order at one moment, read together: what is said of it, and what may be done."""

from dataclasses import dataclass
from datetime import datetime

from negotiation_hub.kernel import clock
from orders import cancellation, disputed, returned, silence
from orders.lifecycle import (
    AuthorizeStatus,
    ReturnOutcome,
    ReturnStatus,
    Status,
    Tracking,
)
from orders.models import (
    Appointment,
    GoodsDispute,
    GoodsReturn,
    LatePayment,
    Order,
    Receipt,
    Shipment,
    WorkMilestone,
)
from orders.parts import Parts, delivered_at, gone

RECEIVABLE = frozenset({Status.FULFILLED, Status.PARTIALLY_RETURNED})


@dataclass(frozen=True, slots=True)
class Facts:
    """What an order's next step depends on."""

    order: Order
    shipments: list[Shipment]
    work: list[WorkMilestone]
    appointments: list[Appointment]
    parts: Parts
    receipt: Receipt | None
    late: LatePayment | None
    returns: list[GoodsReturn]
    disputes: list[GoodsDispute]

    @classmethod
    def of(cls, order: Order) -> "Facts":
        """Reads them; use prefetched rows for lists."""
        waiting = [row for row in order.late_payments.all() if row.choice == LatePayment.Choice.WAITING]
        receipt = getattr(order, "receipt", None)
        return cls(
            order=order,
            shipments=list(order.shipments.all()),
            work=list(order.work.all()),
            appointments=list(order.appointments.all()),
            parts=Parts.of(order),
            receipt=receipt,
            late=waiting[0] if waiting else None,
            returns=list(order.returns.all()),
            disputes=list(order.disputes.all()),
        )

    @property
    def status(self) -> Status:
        return Status(self.order.status)

    @property
    def paid(self) -> bool:
        return self.order.authorize_status == AuthorizeStatus.FULL

    @property
    def arrived(self) -> bool:
        """Whether all that went by parcel so far is there."""
        live = gone(self.shipments)
        return bool(live) and all(row.status == Tracking.DELIVERED for row in live)

    @property
    def delivered(self) -> bool:
        """Whether the buyer has all of it."""
        return delivered_at(self.order) is not None

    @property
    def disputed(self) -> bool:
        """Whether the buyer says of some work that it was not done as agreed."""
        return any(row.ended_at is None for one in self.work for row in one.disputes.all())

    def silence_at(self) -> datetime | None:
        """When silence becomes receipt."""
        if self.disputed or self.receipt is not None or self.status not in RECEIVABLE:
            return None
        return silence.ends_at(self.order)

    @property
    def silence_days(self) -> int:
        """How many days of silence are receipt."""
        return silence.period(self.order).days

    def leaving(self) -> cancellation.Quote | None:
        """What the agreed terms say about canceling a placed order of which nothing was sent."""
        return cancellation.quote(self.order, clock.now()) if self.status == Status.UNFULFILLED else None

    @property
    def kept(self) -> bool:
        """Whether the seller keeps a part of what was paid, since the buyer has canceled as agreed."""
        return getattr(self.order, "cancellation", None) is not None

    @property
    def blocked(self) -> bool:
        """Whether something that the buyer has not confirmed is disputed, or in a return that is not over."""
        return self.receipt is None and (bool(self.disputing) or returned.blocks_receipt(self.order))

    @property
    def disputing(self) -> GoodsDispute | None:
        """The oldest dispute of goods that is not resolved."""
        return next((row for row in self.disputes if row.status in disputed.OPEN), None)

    @property
    def returning(self) -> GoodsReturn | None:
        """The oldest return of which something is to be done."""
        return next((row for row in self.returns if row.status in returned.OPEN), None)

    @property
    def to_replace(self) -> bool:
        """Whether the seller owes a replacement."""
        return any(
            row.outcome == ReturnOutcome.REPLACEMENT
            and row.status != ReturnStatus.CANCELED
            and returned.replacement_of(row) is None
            for row in self.returns
        )
