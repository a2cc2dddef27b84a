"""The machines of orders, shipments and work: plain tables that services, buttons, diagrams and tests read.

An order's status says how far the deal is; what was paid stands on its own
axes (`AuthorizeStatus`, `ChargeStatus`) and is never inferred from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar


class Status(StrEnum):
    """An order."""

    DRAFT = "draft"
    UNCONFIRMED = "unconfirmed"
    UNFULFILLED = "unfulfilled"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    FULFILLED = "fulfilled"
    PARTIALLY_RETURNED = "partially_returned"
    RETURNED = "returned"
    CANCELED = "canceled"
    EXPIRED = "expired"


class Tracking(StrEnum):
    """A shipment."""

    PENDING = "pending"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERED = "delivered"
    DELIVERY_DELAYED = "delivery_delayed"
    DELIVERY_FAILED = "delivery_failed"
    ON_HOLD = "on_hold"
    RETURN_TO_SENDER = "return_to_sender"
    RETURNED = "returned"  # back in the seller's house
    CANCELED = "canceled"
    UNKNOWN = "unknown"


class Work(StrEnum):
    """A milestone of a service."""

    OPEN = "open"
    REPORTED = "reported"
    RECEIVED = "received"


class ReturnStatus(StrEnum):
    """Pieces that the buyer sends back."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    SENT_BACK = "sent_back"
    RECEIVED = "received"
    CANCELED = "canceled"


class ReturnReason(StrEnum):
    """Why something is sent back."""

    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    NOT_AS_DESCRIBED = "not_as_described"
    NO_LONGER_WANTED = "no_longer_wanted"
    NOT_RECEIVED = "not_received"  # never came: only as the end of a dispute
    OTHER = "other"


class ReturnOutcome(StrEnum):
    """What the buyer gets for it."""

    REFUND = "refund"
    REPLACEMENT = "replacement"


class DisputeStatus(StrEnum):
    """Goods of which the buyer says that something is wrong."""

    DISPUTED = "disputed"
    DECIDED = "decided"  # by a moderator; no step leads here yet
    RESOLVED = "resolved"


class DisputeReason(StrEnum):
    """What is wrong with goods."""

    NOT_RECEIVED = "not_received"
    DAMAGED = "damaged"
    NOT_AS_DESCRIBED = "not_as_described"
    OTHER = "other"


class DisputeOutcome(StrEnum):
    """What the seller proposes to end a dispute with."""

    REPLACEMENT = "replacement"
    REFUND = "refund"  # of a sum; the buyer claims nothing more of what is disputed
    REJECTION = "rejection"  # nothing is wrong


class DisputeEnd(StrEnum):
    """How a dispute of goods ended."""

    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    REPLACEMENT = "replacement"  # these three as both agreed
    REFUND = "refund"
    REJECTION = "rejection"
    AMENDED = "amended"  # both changed what is to be delivered
    ENDED = "ended"  # with its order


class AuthorizeStatus(StrEnum):
    """How much of the gross is authorised or charged."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


class Appointed(StrEnum):
    """Where the time of a service stands."""

    OPEN = "open"  # to be agreed
    AGREED = "agreed"
    MISSED = "missed"  # a side did not come
    CANCELED = "canceled"  # with its order


class ChargeStatus(StrEnum):
    """How much of the gross is charged, refunds deducted."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"
    OVERCHARGED = "overcharged"


class Who(StrEnum):
    """Who may cause a step."""

    BUYER = "buyer"  # anyone of the buyer's organisation
    SELLER = "seller"  # anyone of the seller's organisation
    SALES = "sales"  # the seller's people who may convert
    EITHER = "either"  # both sides
    SYSTEM = "system"  # a job, or a fact of the payment provider


S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """One row: `event` leads from any of `before` to `after`, caused by `who`."""

    event: str
    before: tuple[S, ...]
    after: S
    who: Who


ORDER: Final = (
    # event, before, after, who
    Step("place", (Status.DRAFT, Status.UNCONFIRMED), Status.UNFULFILLED, Who.BUYER),
    Step("convert", (Status.DRAFT, Status.UNCONFIRMED), Status.UNCONFIRMED, Who.SALES),
    Step("confirm", (Status.UNCONFIRMED,), Status.UNFULFILLED, Who.BUYER),
    Step(
        "ship_part", (Status.UNFULFILLED, Status.PARTIALLY_FULFILLED), Status.PARTIALLY_FULFILLED, Who.SELLER
    ),
    Step("ship", (Status.UNFULFILLED, Status.PARTIALLY_FULFILLED), Status.FULFILLED, Who.SELLER),
    # What needs no carrier: files that are released, work that is reported.
    Step(
        "deliver_part",
        (Status.UNFULFILLED, Status.PARTIALLY_FULFILLED),
        Status.PARTIALLY_FULFILLED,
        Who.SELLER,
    ),
    Step("deliver", (Status.UNFULFILLED, Status.PARTIALLY_FULFILLED), Status.FULFILLED, Who.SELLER),
    # The buyer asks for changes of reported work: it is open again, and with it the order.
    Step(
        "rework_part",
        (Status.PARTIALLY_FULFILLED, Status.FULFILLED),
        Status.PARTIALLY_FULFILLED,
        Who.BUYER,
    ),
    Step("rework", (Status.PARTIALLY_FULFILLED, Status.FULFILLED), Status.UNFULFILLED, Who.BUYER),
    # Both sides have agreed anew. What is left to deliver by then may be nothing.
    Step("amend", (Status.UNFULFILLED,), Status.UNFULFILLED, Who.EITHER),
    Step("amend_part", (Status.PARTIALLY_FULFILLED,), Status.PARTIALLY_FULFILLED, Who.EITHER),
    Step("amend_whole", (Status.PARTIALLY_FULFILLED,), Status.FULFILLED, Who.EITHER),
    # A parcel came back from the carrier: what was in it is owed again.
    Step(
        "come_back_part",
        (Status.PARTIALLY_FULFILLED, Status.FULFILLED, Status.PARTIALLY_RETURNED),
        Status.PARTIALLY_FULFILLED,
        Who.SELLER,
    ),
    Step(
        "come_back",
        (Status.PARTIALLY_FULFILLED, Status.FULFILLED, Status.PARTIALLY_RETURNED),
        Status.UNFULFILLED,
        Who.SELLER,
    ),
    Step("return_part", (Status.FULFILLED, Status.PARTIALLY_RETURNED), Status.PARTIALLY_RETURNED, Who.SALES),
    Step("return", (Status.FULFILLED, Status.PARTIALLY_RETURNED), Status.RETURNED, Who.SALES),
    # Who has placed an order is bound by its terms; before that the buyer may step back from the paperwork.
    Step("decline", (Status.DRAFT, Status.UNCONFIRMED), Status.CANCELED, Who.BUYER),
    # By the agreed terms, maybe at a cost.
    Step("withdraw", (Status.UNFULFILLED,), Status.CANCELED, Who.BUYER),
    Step("cancel", (Status.DRAFT, Status.UNCONFIRMED, Status.UNFULFILLED), Status.CANCELED, Who.SALES),
    Step("expire", (Status.DRAFT, Status.UNCONFIRMED, Status.UNFULFILLED), Status.EXPIRED, Who.SYSTEM),
    # A late payment: the order goes on where it stood, as the seller chooses.
    Step("reopen", (Status.EXPIRED,), Status.DRAFT, Who.SALES),
    Step("reinstate", (Status.EXPIRED,), Status.UNFULFILLED, Who.SALES),
)

_MOVING: Final = (
    Tracking.PICKED_UP,
    Tracking.IN_TRANSIT,
    Tracking.OUT_FOR_DELIVERY,
    Tracking.READY_FOR_PICKUP,
    Tracking.DELIVERY_DELAYED,
    Tracking.DELIVERY_FAILED,
    Tracking.ON_HOLD,
    Tracking.UNKNOWN,
)
# A carrier's news comes in any order and may be repeated; only the ends are final.
SHIPMENT: Final = (
    Step("pick_up", (Tracking.PENDING, *_MOVING), Tracking.PICKED_UP, Who.SELLER),
    Step("move", (Tracking.PENDING, *_MOVING), Tracking.IN_TRANSIT, Who.SELLER),
    Step("bring", _MOVING, Tracking.OUT_FOR_DELIVERY, Who.SELLER),
    Step("lay_out", (Tracking.PENDING, *_MOVING), Tracking.READY_FOR_PICKUP, Who.SELLER),
    Step("delay", _MOVING, Tracking.DELIVERY_DELAYED, Who.SELLER),
    Step("fail", _MOVING, Tracking.DELIVERY_FAILED, Who.SELLER),
    Step("hold", (Tracking.PENDING, *_MOVING), Tracking.ON_HOLD, Who.SELLER),
    Step("lose_sight", (Tracking.PENDING, *_MOVING), Tracking.UNKNOWN, Who.SELLER),
    Step("deliver", (Tracking.PENDING, *_MOVING), Tracking.DELIVERED, Who.EITHER),
    Step("send_back", _MOVING, Tracking.RETURN_TO_SENDER, Who.SELLER),
    Step("come_back", (Tracking.RETURN_TO_SENDER,), Tracking.RETURNED, Who.SELLER),
    Step("cancel", (Tracking.PENDING,), Tracking.CANCELED, Who.SELLER),
)

WORK: Final = (
    Step("report", (Work.OPEN,), Work.REPORTED, Who.SELLER),
    Step("receive", (Work.REPORTED,), Work.RECEIVED, Who.BUYER),
    Step("request_changes", (Work.REPORTED,), Work.OPEN, Who.BUYER),
)

APPOINTMENT: Final = (
    Step("agree", (Appointed.OPEN, Appointed.MISSED), Appointed.AGREED, Who.EITHER),
    Step("move", (Appointed.AGREED,), Appointed.AGREED, Who.EITHER),
    Step("miss", (Appointed.AGREED,), Appointed.MISSED, Who.EITHER),
    # The agreed day was moved to one on which there is no place; the order goes on after it had ended.
    Step("reopen", (Appointed.AGREED, Appointed.CANCELED), Appointed.OPEN, Who.SYSTEM),
    Step("cancel", (Appointed.OPEN, Appointed.AGREED, Appointed.MISSED), Appointed.CANCELED, Who.SYSTEM),
)


RETURN: Final = (
    Step("approve", (ReturnStatus.REQUESTED,), ReturnStatus.APPROVED, Who.SALES),
    Step("refuse", (ReturnStatus.REQUESTED,), ReturnStatus.REFUSED, Who.SALES),
    Step("send_back", (ReturnStatus.APPROVED,), ReturnStatus.SENT_BACK, Who.BUYER),
    Step("receive", (ReturnStatus.SENT_BACK,), ReturnStatus.RECEIVED, Who.SELLER),
    Step("cancel", (ReturnStatus.REQUESTED, ReturnStatus.APPROVED), ReturnStatus.CANCELED, Who.BUYER),
)

# A return that was not asked for begins where the seller's word, or what both agreed in a dispute, puts it.
RETURN_BEGINS: Final = {
    "request": ReturnStatus.REQUESTED,
    "settle": ReturnStatus.APPROVED,
    "write_off": ReturnStatus.RECEIVED,
    "record": ReturnStatus.RECEIVED,
}

# A moderator's decision will lead from `disputed` to `decided`, and from there to `resolved`.
DISPUTE: Final = (
    Step("propose", (DisputeStatus.DISPUTED,), DisputeStatus.DISPUTED, Who.SALES),
    Step("decline", (DisputeStatus.DISPUTED,), DisputeStatus.DISPUTED, Who.BUYER),
    Step("agree", (DisputeStatus.DISPUTED,), DisputeStatus.RESOLVED, Who.BUYER),
    Step("receive", (DisputeStatus.DISPUTED,), DisputeStatus.RESOLVED, Who.BUYER),
    Step("withdraw", (DisputeStatus.DISPUTED,), DisputeStatus.RESOLVED, Who.BUYER),
    # What was disputed was changed by both, or ended with its order.
    Step("end", (DisputeStatus.DISPUTED, DisputeStatus.DECIDED), DisputeStatus.RESOLVED, Who.SYSTEM),
)


def step(table: Iterable[Step[S]], event: str, before: S) -> Step[S] | None:
    """The row for this event in this state, or None where the table has no such cell."""
    return next((row for row in table if row.event == event and before in row.before), None)


def events_from(table: Iterable[Step[S]], before: S) -> frozenset[str]:
    """The events that are possible in a state."""
    return frozenset(row.event for row in table if before in row.before)


def mermaid(table: Iterable[Step[S]], start: S) -> str:
    """A table as a Mermaid state diagram; `mermaid(ORDER, Status.DRAFT)`."""
    rows = tuple(table)
    lines = ["stateDiagram-v2", f"    [*] --> {start}"]
    lines += [
        f"    {before} --> {row.after}: {row.event} ({row.who})" for row in rows for before in row.before
    ]
    left = {before for row in rows for before in row.before}
    ends = sorted({row.after for row in rows} - left)
    lines += [f"    {end} --> [*]" for end in ends]
    return "\n".join(lines) + "\n"


def money_axes(
    authorized: int, captured: int, refunded: int, gross: int
) -> tuple[AuthorizeStatus, ChargeStatus]:
    """Both axes from minor units. What the seller gave back in part is neither owed nor to be charged once
    more, as Saleor counts granted refunds off the total; what was given back in whole is not paid.
    """
    kept = captured - refunded
    covered = max(kept, min(captured, gross)) if kept > 0 else 0
    return authorize_status(authorized, covered, gross), charge_status(covered, gross)


def authorize_status(authorized: int, charged: int, gross: int) -> AuthorizeStatus:
    """From minor units: `authorized` is still open at the card, `charged` as `money_axes` counts it."""
    covered = authorized + charged
    if covered <= 0:
        return AuthorizeStatus.NONE
    return AuthorizeStatus.FULL if covered >= gross else AuthorizeStatus.PARTIAL


def charge_status(charged: int, gross: int) -> ChargeStatus:
    """From minor units: `charged` as `money_axes` counts it."""
    if charged <= 0:
        return ChargeStatus.NONE
    if charged == gross:
        return ChargeStatus.FULL
    return ChargeStatus.OVERCHARGED if charged > gross else ChargeStatus.PARTIAL
