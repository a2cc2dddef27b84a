"""Reading frame agreements: through the person who asks, so that a stranger's does not exist for them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import memberships_of
from orders import framing
from orders.framing import Part, Tier
from orders.models import Frame, FrameLine, FrameMove, Order
from orders.parts import decimal_text

_NUMBER: Final = re.compile(r"(?:[0-9]{1,12}(?:\.[0-9]{1,6})?)?")  # as in an offer, or nothing


class FrameQuantity(Refusal):
    """What is called off is no quantity, or nothing, or a part of a piece. `line` is the one it is about."""

    code = "call_off.quantity"
    status = 422
    message = _("Please say how much you call off.")

    def __init__(self, message: str | None = None, line: UUID | None = None) -> None:
        super().__init__(message)
        self.line = line


class FrameVolume(FrameQuantity):
    """More than what is left of a line."""

    code = "call_off.volume"
    status = 409
    message = _("This is more than what is left of the frame agreement.")


WHOLE: Final = _("These are pieces: a whole number of them.")
NO_NUMBER: Final = _("This is no quantity.")
TOO_MANY: Final = _("These are too many lines for one order. Please call off a part of them.")


@dataclass(frozen=True, slots=True)
class Step:
    """What a piece costs from `start` on, and up to `end`, by what was called off before it."""

    start: Decimal
    end: Decimal
    unit_price: int
    now: bool  # whether the next piece costs this


@dataclass(frozen=True, slots=True)
class LineState:
    """A line of a frame agreement, and how much of it is called off, in its unit."""

    line: FrameLine
    called: Decimal

    @property
    def volume(self) -> Decimal:
        return Decimal(self.line.volume)

    @property
    def left(self) -> Decimal:
        return self.volume - self.called

    @property
    def is_low(self) -> bool:
        """Whether so little is left that both sides are told."""
        return self.left * limits.FRAME_LOW_SHARE < self.volume

    @property
    def whole(self) -> bool:
        """Whether it is called off in whole units: what is agreed in whole pieces is."""
        return self.line.unit == "C62" and self.volume == self.volume.to_integral_value()

    def steps(self) -> list[Step]:
        """Its prices, in the order of the pieces."""
        agreed = [Tier(0, self.line.unit_price), *tiers_of(self.line)]
        ends = [*(Decimal(one.start) for one in agreed[1:]), self.volume]
        return [
            Step(Decimal(one.start), end, one.unit_price, Decimal(one.start) <= self.called < end)
            for one, end in zip(agreed, ends, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Called:
    """So much of a line, with what it costs where it stands."""

    line: FrameLine
    start: Decimal
    quantity: Decimal
    parts: list[Part]


def tiers_of(line: FrameLine) -> list[Tier]:
    """The agreed tiers of a line."""
    return [Tier(start, price) for start, price in line.tiers]


def frames_of(user: User) -> QuerySet[Frame]:
    """The frame agreements by which the person's organisations buy or sell, newest first."""
    mine = [member.organisation_id for member in memberships_of(user)]
    return Frame.objects.filter(Q(buyer__in=mine) | Q(seller__in=mine)).order_by("-created_at", "-id")


def frame_for(user: User, frame_id: UUID) -> Frame:
    """The frame agreement, when the person is on one of its sides. Raises NotFound."""
    frame = frames_of(user).filter(pk=frame_id).first()
    if frame is None:
        raise NotFound
    return frame


def frame_of_agreement(agreement_id: UUID) -> Frame | None:
    """The frame agreement that an agreement of a room is, if it is one. Who may see it is the caller's
    question.
    """
    return Frame.objects.filter(pk=agreement_id).first()


def frame_of_order(order: Order) -> Frame | None:
    """The frame agreement that an order was called off of, if it was."""
    return Frame.objects.filter(call_offs=order.pk).first()


def is_over(frame: Frame, now: datetime) -> bool:
    """Whether its last day has passed."""
    return now.astimezone(UTC).date() > frame.ends_on


def lines_of(frame: Frame) -> list[LineState]:
    """The lines with what is called off of each now."""
    return lines_of_all([frame])[frame.pk]


def lines_of_all(found: Iterable[Frame]) -> dict[UUID, list[LineState]]:
    """The same of several, by frame agreement. One query."""
    states: dict[UUID, list[LineState]] = {frame.pk: [] for frame in found}
    newest = FrameMove.objects.filter(line=OuterRef("pk")).order_by("-seq")
    rows = FrameLine.objects.filter(frame__in=states).order_by("position")
    for row in rows.annotate(called=Subquery(newest.values("called")[:1])):
        states[row.frame_id].append(LineState(row, Decimal(row.called or 0)))
    return states


def orders_of_frame(frame: Frame) -> QuerySet[Order]:
    """What was called off, newest first."""
    return Order.objects.filter(call_off__frame=frame).order_by("-id")


def price(states: Iterable[LineState], wanted: Mapping[UUID, str]) -> list[Called]:
    """What so much of these lines costs now, in their order; what is empty or zero is left out.

    Raises FrameQuantity, FrameVolume, NotFound for a line of another frame agreement.
    """
    known = {state.line.pk: state for state in states}
    if not wanted.keys() <= known.keys():
        raise NotFound
    found = []
    for pk, state in known.items():
        quantity = quantity_of(state, wanted.get(pk, ""))
        if quantity > state.left:
            raise FrameVolume(line=pk)
        if quantity:
            line = state.line
            parts = framing.parts(state.called, quantity, line.unit_price, tiers_of(line))
            found.append(Called(line, state.called, quantity, parts))
    if not found:
        raise FrameQuantity
    if sum(len(one.parts) for one in found) > limits.LINES_MAX:
        raise FrameQuantity(TOO_MANY)
    return found


def offered(called: Iterable[Called]) -> list[dict[str, str | int]]:
    """The lines of the offer by which this is called off; each names its listing, if it has one."""
    return [
        {
            "title": one.line.title,
            "quantity": decimal_text(part.quantity),
            "unit": one.line.unit,
            "unit_price": part.unit_price,
            **({"listing": str(one.line.listing_id)} if one.line.listing_id else {}),
        }
        for one in called
        for part in one.parts
    ]


def quantity_of(state: LineState, text: str) -> Decimal:
    """How much was asked for of a line; zero where nothing was. Raises FrameQuantity."""
    pk = state.line.pk
    if _NUMBER.fullmatch(text.strip()) is None:
        raise FrameQuantity(NO_NUMBER, pk)
    number = Decimal(text.strip() or 0)
    if state.whole and number != number.to_integral_value():
        raise FrameQuantity(WHOLE, pk)
    return number
