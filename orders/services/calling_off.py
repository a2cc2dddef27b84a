"""Frame agreements: what an accepted offer makes one, what is called off of it, and what comes back.

The frame agreement's row is locked after the stream, the offer and the order, before payments and listings:
of two who call off at once, the second one finds what the first has left.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from math import ceil
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.people.queries import organisations_by_ids
from orders import frame_mails, frames, framing
from orders.facts import AgreementFacts, LineFacts
from orders.frames import Called, FrameVolume, LineState
from orders.models import CallOff, Frame, FrameLine, FrameMove, Order
from orders.parts import decimal_text
from orders.services import drafting

_Kind = FrameMove.Kind


class FrameOver(Refusal):
    """The frame agreement's last day has passed."""

    code = "call_off.over"
    message = _("This frame agreement has ended. Nothing can be called off any more.")


class FramePriceChanged(Refusal):
    """What is called off does not cost what was seen or offered: something else was called off since."""

    code = "call_off.price_changed"
    message = _(
        "This is not what it costs by the frame agreement now: something else was called off since, or the "
        "terms are other ones. Nothing was called off."
    )


def create_frame(*, facts: AgreementFacts, now: datetime) -> Frame | None:
    """The frame agreement that was agreed; None where it is an order. Runs inside accept's transaction.

    Called again for the same agreement it returns the one that exists. Raises FrameTermInvalid,
    FrameTiersInvalid, FrameDay, FrameLines.
    """
    commit.require_transaction()
    today = now.astimezone(UTC).date()
    terms = framing.read(facts.issues, facts.lines, currency=facts.currency, today=today)
    if terms is None:
        return None
    existing = frames.frame_of_agreement(facts.agreement_id)
    if existing is not None:
        return existing
    parties = organisations_by_ids([facts.buyer_id, facts.seller_id])
    frame = Frame.objects.create(
        id=facts.agreement_id,
        number=drafting.fresh_number(Frame, "FA", now),
        room_id=facts.room_id,
        buyer=parties[facts.buyer_id],
        seller=parties[facts.seller_id],
        buyer_person_id=facts.buyer_person,
        seller_person_id=facts.seller_person,
        buyer_name=parties[facts.buyer_id].name,
        seller_name=parties[facts.seller_id].name,
        title=facts.title,
        currency=facts.currency,
        tax_basis=facts.tax_basis,
        tax_rate_bp=facts.tax_rate_bp,
        issues=facts.issues,
        terms_hash=facts.terms_hash,
        offer_version=facts.offer_version,
        annexes=facts.annexes,
        created_at=now,
        ends_on=terms.term.ends_on(today),
    )
    FrameLine.objects.bulk_create(
        FrameLine(
            frame=frame,
            position=index + 1,
            title=line["title"],
            volume=line["quantity"],
            unit=line["unit"],
            unit_price=line["unit_price"],
            tiers=[[tier.start, tier.unit_price] for tier in terms.tiers[index]],
            listing_id=line["listing"],
            kind=line["kind"],
        )
        for index, line in enumerate(facts.lines)
    )
    frame_mails.begun(frame)
    return frame


def locked_frame(frame_id: UUID) -> Frame:
    """The frame agreement, locked until the transaction ends. Raises NotFound."""
    commit.require_transaction()
    frame = Frame.objects.select_for_update(no_key=True).filter(pk=frame_id).first()
    if frame is None:
        raise NotFound
    return frame


def require_open(frame: Frame, now: datetime) -> None:
    """Nothing, while something may be called off. Raises FrameOver."""
    if frames.is_over(frame, now):
        raise FrameOver


def call_off(*, frame_id: UUID, facts: AgreementFacts, by: UUID, now: datetime) -> Order:
    """The draft order of what was agreed to be called off, at the frame agreement's prices as they are now.

    Runs inside accept's transaction, which holds the table. Whatever was offered must be just that. Raises
    FrameOver, FrameVolume, FrameQuantity, FramePriceChanged, SoldOut, NotFound.
    """
    frame = locked_frame(frame_id)
    require_open(frame, now)
    states = frames.lines_of(frame)
    called = _called(states, facts.lines)
    _require_same(frame, called, facts)
    order = drafting.create_draft_order(facts=replace(facts, lines=_facts(called, facts.lines)), now=now)
    row = CallOff.objects.create(order=order, frame=frame, by=by, at=now)
    for one in called:
        _move(frame, row, one.line, _Kind.TAKE, (one.start, one.quantity, one.start + one.quantity))
    for before, after in zip(states, frames.lines_of(frame), strict=True):
        if after.is_low and not before.is_low:
            frame_mails.low(frame, after)
    return order


def give_back(order: Order) -> None:
    """The volume of a call-off that has ended is left again, once; what else was called off keeps its price.

    Of a locked order; of any other order it does nothing.
    """
    _again(order, _Kind.GIVE_BACK)


def take_again(order: Order) -> None:
    """The volume of a call-off that goes on after it had ended, at its own prices. Raises FrameVolume."""
    _again(order, _Kind.TAKE_AGAIN)


def _again(order: Order, kind: FrameMove.Kind) -> None:
    row = CallOff.objects.filter(order=order).first()
    if row is None:
        return
    frame = locked_frame(row.frame_id)
    states = {state.line.pk: state for state in frames.lines_of(frame)}
    for first in row.moves.filter(kind=_Kind.TAKE).order_by("seq"):
        last = row.moves.filter(line=first.line_id).order_by("-seq")[0]
        if (last.kind == _Kind.GIVE_BACK) == (kind == _Kind.GIVE_BACK):
            continue
        state, quantity = states[first.line_id], Decimal(first.quantity)
        after = state.called + (quantity if kind == _Kind.TAKE_AGAIN else -quantity)
        if after > state.volume:
            raise FrameVolume(line=first.line_id)
        _move(frame, row, state.line, kind, (Decimal(first.start), quantity, after))


def _move(
    frame: Frame,
    row: CallOff,
    line: FrameLine,
    kind: FrameMove.Kind,
    amounts: tuple[Decimal, Decimal, Decimal],
) -> None:
    """One more move of a locked frame agreement: where it starts, how much, what is called off after it."""
    frame.moves += 1
    frame.save(update_fields=["moves"])
    start, quantity, called = (decimal_text(one) for one in amounts)
    FrameMove.objects.create(
        line=line, call_off=row, seq=frame.moves, kind=kind, start=start, quantity=quantity, called=called
    )


def _called(states: Sequence[LineState], lines: Sequence[LineFacts]) -> list[Called]:
    """What the lines of an offer call off, priced as it is now."""
    by_name = {framing.same({"title": one.line.title, "unit": one.line.unit}): one.line.pk for one in states}
    wanted: dict[UUID, Decimal] = defaultdict(Decimal)
    for line in lines:
        found = by_name.get(framing.same(line))
        if found is None:
            raise FramePriceChanged
        wanted[found] += Decimal(line["quantity"])
    return frames.price(states, {pk: decimal_text(number) for pk, number in wanted.items()})


def _require_same(frame: Frame, called: Sequence[Called], facts: AgreementFacts) -> None:
    """Raises FramePriceChanged where anything is not as the frame agreement has it."""
    expected = [
        (one.line.title, part.quantity, part.unit_price, one.line.listing_id)
        for one in called
        for part in one.parts
    ]
    said = [
        (line["title"], Decimal(line["quantity"]), line["unit_price"], line["listing"])
        for line in facts.lines
    ]
    terms = (facts.currency, facts.tax_basis, facts.tax_rate_bp)
    if (
        said != expected
        or terms != (frame.currency, frame.tax_basis, frame.tax_rate_bp)
        or facts.issues != framing.carried(frame.issues, frame.number)
        or any(line["due"] for line in facts.lines)
    ):
        raise FramePriceChanged


def _facts(called: Sequence[Called], lines: Sequence[LineFacts]) -> list[LineFacts]:
    """The lines with what they are about: as it was agreed, whatever the room knows of it."""
    about = [one.line for one in called for _part in one.parts]
    return [
        {
            **line,
            "listing": own.listing_id,
            "kind": own.kind,
            "pieces": ceil(Decimal(line["quantity"])) if own.listing_id else 1,
        }
        for line, own in zip(lines, about, strict=True)
    ]
