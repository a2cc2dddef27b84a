"""What `negotiation-hub verify` asks of frame agreements: that no more was called off than was agreed, that
each piece has the price of its place, and that what ended was given back.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from uuid import UUID

from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.audit import Problem
from negotiation_hub.kernel.refusals import Refusal
from orders import framing
from orders.frames import tiers_of
from orders.lifecycle import Status
from orders.models import CallOff, Frame, FrameLine, FrameMove

_ENDED = frozenset({Status.CANCELED, Status.EXPIRED})
_Kind = FrameMove.Kind


def check() -> Iterator[Problem]:
    """Checks every frame agreement with its call-offs."""
    for frame in Frame.objects.order_by("pk").iterator(chunk_size=200):
        for what in check_frame(frame):
            yield Problem(f"frame agreement {frame.number}", what)


def check_frame(frame: Frame) -> Iterator[str]:
    """Checks one."""
    try:
        yield from _terms(frame)
    except crypto.BadSeal:
        yield "its sealed terms were changed, or belong to another row"
        return
    yield from _moves(frame)
    for row in frame.call_offs.select_related("order").order_by("pk"):
        for what in (*_prices(frame, row), *_standing(frame, row)):
            yield f"call-off {row.order.number}: {what}"


def _terms(frame: Frame) -> Iterator[str]:
    """Term, prices and tiers follow from the issues that were accepted."""
    lines = list(frame.lines.order_by("position"))
    day = frame.created_at.astimezone(UTC).date()
    said = [
        {"title": one.title, "quantity": one.volume, "unit": one.unit, "unit_price": one.unit_price}
        for one in lines
    ]
    try:
        terms = framing.read(frame.issues, said, currency=frame.currency, today=day)
    except Refusal:
        terms = None
    if terms is None:
        yield "its issues are those of no frame agreement"
        return
    if terms.term.ends_on(day) != frame.ends_on:
        yield f"it ends on {frame.ends_on}, its issues say {terms.term.ends_on(day)}"
    for line, agreed in zip(lines, terms.tiers, strict=True):
        if tuple(tiers_of(line)) != agreed:
            yield f"the tiers of line {line.position} are not those that were agreed"


def _moves(frame: Frame) -> Iterator[str]:
    """Moves are numbered without a gap, follow from each other, and never go beyond the volume."""
    called: dict[UUID, Decimal] = defaultdict(Decimal)
    taken: dict[tuple[UUID, UUID], FrameMove] = {}
    last: dict[tuple[UUID, UUID], str] = {}
    seq = 0
    moves = FrameMove.objects.filter(line__frame=frame).select_related("line", "call_off")
    for seq, move in enumerate(moves.order_by("seq", "id"), 1):
        key, quantity = (move.line_id, move.call_off_id), Decimal(move.quantity)
        if move.seq != seq:
            yield f"move {seq} of its volume is missing, or there twice"
        if move.call_off.frame_id != frame.pk:
            yield f"move {move.seq} is of another frame agreement's call-off"
        first = taken.setdefault(key, move)
        again = {_Kind.GIVE_BACK: {_Kind.TAKE, _Kind.TAKE_AGAIN}, _Kind.TAKE_AGAIN: {_Kind.GIVE_BACK}}
        if (first is move) != (move.kind == _Kind.TAKE) or (
            first is not move and last[key] not in again.get(_Kind(move.kind), set())
        ):
            yield f"move {move.seq} ({move.kind}) does not follow from those before it"
        if (move.start, move.quantity) != (first.start, first.quantity):
            yield f"move {move.seq} is of {move.quantity} from {move.start} on, other than what was taken"
        if first is move and Decimal(move.start) != called[move.line_id]:
            yield f"move {move.seq} starts at {move.start}, but {called[move.line_id]} had been called off"
        called[move.line_id] += -quantity if move.kind == _Kind.GIVE_BACK else quantity
        if Decimal(move.called) != called[move.line_id]:
            yield f"after move {move.seq} it says {move.called} were called off, not {called[move.line_id]}"
        if not 0 <= called[move.line_id] <= Decimal(move.line.volume) or quantity <= 0:
            yield f"after move {move.seq} more of line {move.line.position} is called off than was agreed"
        last[key] = move.kind
    if seq != frame.moves:
        yield f"it counts {frame.moves} moves of its volume, there are {seq}"


def _prices(frame: Frame, row: CallOff) -> Iterator[str]:
    """The order's lines are what was taken, each piece at the price of its place."""
    order = row.order
    expected = [
        (*_about(move.line), part.quantity, part.unit_price)
        for move in row.moves.filter(kind=_Kind.TAKE).select_related("line").order_by("line__position")
        for part in framing.parts(
            Decimal(move.start), Decimal(move.quantity), move.line.unit_price, tiers_of(move.line)
        )
    ]
    said = [
        (line.title, line.unit, line.listing_id, line.kind, Decimal(line.quantity), line.unit_price)
        for line in order.lines.order_by("position")
    ]
    if said != expected:
        yield "its lines or prices are not those of the frame agreement"
    sides = (order.buyer_id, order.seller_id, order.currency, order.tax_basis, order.tax_rate_bp)
    if sides != (frame.buyer_id, frame.seller_id, frame.currency, frame.tax_basis, frame.tax_rate_bp):
        yield "its sides, currency or tax are not those of the frame agreement"
    if row.at.astimezone(UTC).date() > frame.ends_on:
        yield f"it was called off on {row.at:%Y-%m-%d}, after the last day {frame.ends_on}"


def _about(line: FrameLine) -> tuple[str, str, UUID | None, str]:
    return line.title, line.unit, line.listing_id, line.kind


def _standing(frame: Frame, row: CallOff) -> Iterator[str]:
    """A call-off holds its volume while its order stands, and not after it has ended."""
    for line in frame.lines.all():
        last = row.moves.filter(line=line).order_by("-seq").first()
        held = last is not None and last.kind != _Kind.GIVE_BACK
        if last is not None and held == (row.order.status in _ENDED):
            yield f"it is {row.order.status}, but {'still holds' if held else 'has given back'} its volume"
