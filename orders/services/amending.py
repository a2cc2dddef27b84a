"""An accepted amendment becomes a change of the order that was placed: lines, stock, money, papers.

Until both sides have accepted it, nothing of the order knows of it: a declined, withdrawn or expired one
leaves everything as it was.
"""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from catalog import stock as pieces_of
from negotiation_hub.kernel import commit
from negotiation_hub.kernel.refusals import Refusal
from orders import amended, amendment_mails
from orders.amended import Pairs
from orders.facts import AgreementFacts, LineFacts
from orders.hooks import milestone
from orders.lifecycle import Status
from orders.models import Amendment, CallOff, Order, OrderLine, Receipt, WorkMilestone
from orders.parts import Parts
from orders.services import (
    capture,
    common,
    differences,
    downloads,
    goods_disputes,
    punctuality,
    rescheduling,
    stock,
)

AMENDABLE = frozenset({Status.UNFULFILLED, Status.PARTIALLY_FULFILLED})


class NotAmendable(Refusal):
    """There is no placed order of which something is still to be delivered."""

    code = "amendment.not_now"
    message = _("This can be amended once the order is placed, and while something is still to be delivered.")


class CallOffFixed(NotAmendable):
    """A call-off has the terms of its frame agreement, and no others."""

    code = "amendment.call_off"
    message = _(
        "This order was called off of a frame agreement and keeps its terms. Please cancel it and call off "
        "anew, or agree on another frame agreement."
    )


class AmendmentSuperseded(Refusal):
    """The terms that it amends are not those that are in force."""

    code = "amendment.superseded"
    message = _("Another amendment has been accepted since. Please make a new one from what is agreed now.")


class AmendmentTooLittle(Refusal):
    """It takes back what was sent, received or delivered already."""

    code = "amendment.too_little"
    status = 422
    message = _("What is on its way, received or delivered can no longer be taken back.")


class AmendmentTax(Refusal):
    """Tax and currency stay as they were agreed first."""

    code = "amendment.tax"
    status = 422
    message = _("An amendment keeps the tax that was agreed first.")


def amendable(room_id: UUID) -> tuple[Order, UUID] | None:
    """The order of a room that can be amended now, and the agreement whose terms are in force."""
    order = Order.objects.filter(room_id=room_id, status__in=AMENDABLE).order_by("-id").first()
    if order is None or Receipt.objects.filter(order=order).exists() or _is_call_off(order):
        return None
    return order, amended.in_force(order)


def why_not(room_id: UUID) -> NotAmendable:
    """Why nothing can be amended in a room."""
    return CallOffFixed() if CallOff.objects.filter(order__room_id=room_id).exists() else NotAmendable()


def _is_call_off(order: Order) -> bool:
    return CallOff.objects.filter(order=order).exists()


def check_amendment(*, facts: AgreementFacts, amends: UUID) -> None:
    """Whether these terms could be accepted now: asked when they are offered, and again when accepted.

    Raises NotAmendable, AmendmentSuperseded, AmendmentTax, AmendmentTooLittle.
    """
    found = amendable(facts.room_id)
    if found is None:
        raise why_not(facts.room_id)
    _pairs(found[0], facts, amends)


def amend_order(*, facts: AgreementFacts, amends: UUID, by: UUID, now: datetime) -> Order:
    """Changes the room's order to what was agreed anew. Runs inside accept's transaction, which holds the
    table; the order is locked here. Called again for the same agreement it changes nothing.

    Raises NotAmendable, AmendmentSuperseded, AmendmentTax, AmendmentTooLittle, SoldOut, AppointmentTaken.
    """
    commit.require_transaction()
    found = Order.objects.filter(room_id=facts.room_id).order_by("-id").first()
    if found is None:
        raise NotAmendable
    order = common.locked(found.pk)
    if Amendment.objects.filter(order=order, agreement_id=facts.agreement_id).exists():
        return order
    if _is_call_off(order):
        raise CallOffFixed
    if order.status not in AMENDABLE or Receipt.objects.filter(order=order).exists():
        raise NotAmendable
    pairs = _pairs(order, facts, amends)
    before = amended.terms_of(order)
    amendment = Amendment(
        order=order,
        number=order.amendments.count() + 1,
        agreement_id=facts.agreement_id,
        amends=amends,
        by=by,
        at=now,
        before=before,
    )
    _change(order, amendment, pairs, facts)
    amendment.after = amended.terms_of(order)
    amendment.save(force_insert=True)
    _follow(order, amendment, before["gross"], now)
    return order


def _pairs(order: Order, facts: AgreementFacts, amends: UUID) -> Pairs:
    if amends != amended.in_force(order):
        raise AmendmentSuperseded
    same = (order.currency, order.tax_basis, order.tax_rate_bp)
    if same != (facts.currency, facts.tax_basis, facts.tax_rate_bp):
        raise AmendmentTax
    pairs = amended.pair(list(order.lines.order_by("position")), facts.lines)
    if wrong := amended.too_little(order, pairs, facts.gross):
        raise AmendmentTooLittle(f"{AmendmentTooLittle.message} ({', '.join(wrong)})")
    return pairs


def _change(order: Order, amendment: Amendment, pairs: Pairs, facts: AgreementFacts) -> None:
    """The rows of the order and its lines, as they are from now on."""
    order.amendment = amendment.pk
    for name in ("net", "tax", "gross", "issues", "terms_hash", "offer_version", "package", "annexes"):
        setattr(order, name, getattr(facts, name))
    order.save()
    for line, wanted, index in pairs.kept:
        if not amended.changes(line, wanted):
            continue
        for name in ("quantity", "unit_price", "total", "due"):
            setattr(line, name, wanted[name])  # type: ignore[literal-required]  # they are keys of it
        if wanted["listing"] == line.listing_id:
            line.pieces = wanted["pieces"]
        _from_clause(line, facts, index, amendment)
        line.save()
    for line in pairs.removed:
        line.removed, line.amendment = True, amendment.pk
        line.save()
    _add(order, amendment, pairs, facts)


def _from_clause(line: OrderLine, facts: AgreementFacts, index: int, amendment: Amendment) -> None:
    line.offer_version, line.offer_line, line.amendment = facts.offer_version, index, amendment.pk


def _add(order: Order, amendment: Amendment, pairs: Pairs, facts: AgreementFacts) -> None:
    last = OrderLine.ever.filter(order=order).order_by("-position").first()
    position = 0 if last is None else last.position
    about = {line.listing_id for line, _wanted, _index in pairs.kept}
    for number, (wanted, index) in enumerate(pairs.added, 1):
        line = _new(order, position + number, wanted, about)
        _from_clause(line, facts, index, amendment)
        line.save(force_insert=True)
        if line.kind == "service":
            place = order.work.count() + 1
            WorkMilestone.objects.create(order=order, line=line, position=place, title=line.title)


def _new(order: Order, position: int, wanted: LineFacts, about: set[UUID | None]) -> OrderLine:
    # A line that names nothing is about the room's listing only where no line is that already.
    named = wanted["listing"] if wanted["listing"] not in about or wanted["pieces"] > 1 else None
    return OrderLine(
        order=order,
        position=position,
        title=wanted["title"],
        quantity=wanted["quantity"],
        unit=wanted["unit"],
        unit_price=wanted["unit_price"],
        total=wanted["total"],
        listing_id=named,
        kind=wanted["kind"],
        pieces=wanted["pieces"],
        due=wanted["due"],
    )


def _follow(order: Order, amendment: Amendment, gross: int, now: datetime) -> None:
    """Stock, money, status, and everybody who must hear of it."""
    whole = Parts.of(order).complete
    begun = order.status == Status.PARTIALLY_FULFILLED
    event = "amend_whole" if whole and begun else "amend_part" if begun else "amend"
    facts = {"amendment": str(amendment.pk), "before": gross, "after": order.gross}
    change = common.move(order, event, by=amendment.by, now=now, **facts)
    shown = {"number": amendment.name, "agreement": str(amendment.agreement_id), "before": gross}
    milestone(order, "order.amended", amendment.pk, now, amendment={**shown, "after": order.gross})
    goods_disputes.amended(order, by=amendment.by, now=now)
    differences.settle(order, amendment, now)
    common.refresh_money(order)
    downloads.release_if_paid(order, now)
    capture.capture_if_shipped(order, f"amendment:{amendment.pk}", now)
    punctuality.watch(order)
    punctuality.tell(order, now)
    rescheduling.amended(order, amendment.before["issues"], now)
    if whole:
        common.silence_from(order, change.pk, now)
    common.queue_papers(order, amendment.pk)
    amendment_mails.amended(order, amendment, gross)
    _restock(order, now)  # listings are locked after all else


def _restock(order: Order, now: datetime) -> None:
    """What is reserved becomes what the lines say now, by the difference."""
    wanted: Counter[UUID] = Counter()
    for line in OrderLine.ever.filter(order=order):
        if line.listing_id is not None:
            wanted[line.listing_id] += 0 if line.removed else line.pieces
    if not wanted:
        return
    if order.stock_cause is None:
        stock.take(order, now)
        return
    for listing_id in sorted(wanted):
        if pieces_of.is_reserved(cause=order.stock_cause, listing_id=listing_id):
            pieces_of.change_stock(
                cause=order.stock_cause, listing_id=listing_id, pieces=wanted[listing_id], now=now
            )
        elif wanted[listing_id]:
            pieces_of.take_stock(
                listing_id=listing_id, quantity=wanted[listing_id], cause=order.stock_cause, now=now
            )
    stock.follow(order)
