"""From the agreement to the placed order: the draft, the buyer's form, or conversion by sales staff and a
signed link.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, crypto, limits, outbox
from negotiation_hub.kernel.refusals import NotPermitted, Refusal
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import membership, organisations_by_ids
from orders import mails
from orders.facts import AgreementFacts, OrderDetails
from orders.hooks import milestone
from orders.lifecycle import Status, Who
from orders.models import Lookup, Order, OrderChange, OrderLine, SealedDetails
from orders.queries import details_of
from orders.services import common, downloads, punctuality, stock, work
from orders.services.capture import capture_if_far
from payments import services as payments

_CONFIRM: Final = "order.confirm"
_ALPHABET: Final = "23456789BCDFGHJKMNPQRSTVWXYZ"  # nothing that is misread or spells a word
_PLACED: Final = frozenset(
    {
        Status.UNFULFILLED,
        Status.PARTIALLY_FULFILLED,
        Status.FULFILLED,
        Status.PARTIALLY_RETURNED,
        Status.RETURNED,
    }
)


class LinkInvalid(Refusal):
    """The link in the mail was changed, is too old, or was not made here."""

    code = "order.link"
    message = _("This link is not valid any more. Please ask the seller for a new one.")
    status = 410


class OrderChanged(Refusal):
    """The order is not what the link was made for."""

    code = "order.changed"
    message = _("The order has changed since this link was sent. Please use the newest mail.")


class ConfirmationTooSoon(Refusal):
    """The confirmation went out a moment ago, or too often today."""

    code = "order.confirmation_too_soon"
    message = _(
        "The confirmation was sent a moment ago. Please look into your mail, spam too, before you ask again."
    )
    status = 429
    temporary = True


@dataclass(frozen=True, slots=True)
class Link:
    """What a confirmation link is bound to."""

    order_id: UUID
    gross: int
    currency: str
    terms_hash: str
    revision: int
    person: UUID | None

    def still_fits(self, order: Order) -> bool:
        return (self.gross, self.currency, self.terms_hash, self.revision) == (
            order.gross,
            order.currency,
            order.terms_hash,
            order.revision,
        )


def create_draft_order(*, facts: AgreementFacts, now: datetime) -> Order:
    """The order of an agreement with its lines and its payment request, due in 72 h. Runs inside accept's
    transaction.

    Called again for the same agreement it returns the order that exists. Raises SoldOut.
    """
    commit.require_transaction()
    existing = Order.objects.filter(agreement_id=facts.agreement_id).first()
    if existing is not None:
        return existing
    parties = organisations_by_ids([facts.buyer_id, facts.seller_id])
    order = Order.objects.create(
        number=_fresh_number(now),
        room_id=facts.room_id,
        agreement_id=facts.agreement_id,
        buyer=parties[facts.buyer_id],
        seller=parties[facts.seller_id],
        buyer_person_id=facts.buyer_person,
        buyer_name=parties[facts.buyer_id].name,
        seller_name=parties[facts.seller_id].name,
        title=facts.title,
        currency=facts.currency,
        tax_basis=facts.tax_basis,
        tax_rate_bp=facts.tax_rate_bp,
        net=facts.net,
        tax=facts.tax,
        gross=facts.gross,
        issues=facts.issues,
        terms_hash=facts.terms_hash,
        offer_version=facts.offer_version,
        package=facts.package,
        annexes=facts.annexes,
        created_at=now,
        due_at=now + timedelta(seconds=limits.PAYMENT_DUE_S),
        revision=1,
    )
    _copy_lines(order, facts)
    work.create_milestones(order)
    OrderChange.objects.create(
        order=order, seq=1, event="create", before="", after=order.status, actor=None, at=now
    )
    payments.request_payment(
        order_id=order.pk,
        payer_id=order.buyer_id,
        payee_id=order.seller_id,
        amount=order.money(),
        due_at=order.due_at,
        cause=f"agreement:{order.agreement_id}",
        now=now,
        title=f"{order.number} {order.title}"[:200],
    )
    _queue_follow_up(order)
    stock.take(order, now)
    return order


def _copy_lines(order: Order, facts: AgreementFacts) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=index + 1,
            title=line["title"],
            quantity=line["quantity"],
            unit=line["unit"],
            unit_price=line["unit_price"],
            total=line["total"],
            offer_version=facts.offer_version,
            offer_line=index,
            listing_id=line["listing"],
            kind=line["kind"],
            pieces=line["pieces"],
            due=line["due"],
        )
        for index, line in enumerate(facts.lines)
    )


def _queue_follow_up(order: Order) -> None:
    payload = {"order": str(order.pk)}
    for before_s in limits.PAYMENT_REMINDERS_S:
        at = order.due_at - timedelta(seconds=before_s)
        outbox.enqueue(
            "orders.remind", {**payload, "before_s": before_s}, dedupe=f"remind:{order.pk}:{before_s}", at=at
        )
    outbox.enqueue("orders.expire", payload, dedupe=f"expire:{order.pk}", at=order.due_at)


def _fresh_number(now: datetime) -> str:
    """A number that can be said on the telephone; random, so that it does not count the orders."""
    while True:
        number = f"NH-{now.year}-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))
        if not Order.objects.filter(number=number).exists():
            return number


def place_order(*, order_id: UUID, actor: User, details: OrderDetails, now: datetime) -> Order:
    """The buyer completes contact, address, tax and payment plan; the order becomes `unfulfilled`.

    A placed order is returned as it is. Raises DetailsMissing, OrderState, OrderOverdue, NotPermitted,
    NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, common.who_may("place"))
        if order.status in _PLACED:
            return order
        details.require_complete(now.date())
        common.refresh_money(order)
        common.require_in_time(order, now)
        change = _take_in(order, "place", details, by=actor.pk, now=now)
        milestone(order, "order.placed", change.pk, now)
        mails.order_placed(order, change)
    return order


def convert_order(*, order_id: UUID, actor: User, details: OrderDetails, now: datetime) -> Order:
    """The seller's sales staff fill in what they know for the buyer, who gets a signed link to complete and
    confirm it.

    Once more with the same details changes nothing; with other details the earlier link is void.
    Raises DetailsMissing, OrderState, OrderOverdue, NotPermitted, NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, common.who_may("convert"))
        if order.status == Status.UNCONFIRMED and details_of(order) == details:
            return order
        details.require_right(now.date())
        common.refresh_money(order)
        common.require_in_time(order, now)
        change = common.move(order, "convert", by=actor.pk, now=now)
        _store_details(order, details, now)
        milestone(order, "order.converted", change.pk, now)
        mails.confirm_this(order, change, confirm_token(order, now))
    return order


def confirm_token(order: Order, now: datetime) -> str:
    """The signed text of a link that confirms exactly this order as it stands."""
    payload = {
        "order": str(order.pk),
        "gross": order.gross,
        "currency": order.currency,
        "terms": order.terms_hash,
        "revision": order.revision,
        "person": str(order.buyer_person_id) if order.buyer_person_id else None,
    }
    return crypto.make_token(_CONFIRM, payload, ttl_s=limits.CONFIRM_LINK_S, now=now)


def read_link(token: str, now: datetime) -> Link:
    """What a link is bound to. Raises LinkInvalid."""
    try:
        payload: dict[str, Any] = crypto.read_token(_CONFIRM, token, now=now)
    except crypto.BadToken:
        raise LinkInvalid from None
    return Link(
        order_id=UUID(payload["order"]),
        gross=payload["gross"],
        currency=payload["currency"],
        terms_hash=payload["terms"],
        revision=payload["revision"],
        person=UUID(payload["person"]) if payload["person"] else None,
    )


def order_of_link(*, token: str, now: datetime) -> Order:
    """The order that a link would confirm, to be shown before it does. Raises LinkInvalid, OrderChanged,
    OrderState.
    """
    link = read_link(token, now)
    order = Order.objects.get(pk=link.order_id)
    _check_link(order, link)
    return order


def confirm_order(*, token: str, now: datetime, details: OrderDetails | None = None) -> Order:
    """The buyer's binding word: the order becomes `unfulfilled`. The same link again changes nothing.

    `details` is what the buyer completed; without them those that sales staff gave must be complete.
    Raises DetailsMissing, LinkInvalid, OrderChanged, OrderState, OrderOverdue.
    """
    link = read_link(token, now)
    with commit.transact():
        order = common.locked(link.order_id)
        _check_link(order, link)
        if order.status in _PLACED:
            return order
        known = details or details_of(order) or OrderDetails()
        known.require_complete(now.date())
        common.refresh_money(order)
        common.require_in_time(order, now)
        change = _take_in(order, "confirm", details, by=link.person, now=now)
        milestone(order, "order.confirmed", change.pk, now)
        mails.order_placed(order, change)
    return order


def resend_confirmation(*, order_id: UUID, actor: User, now: datetime) -> Order:
    """Sends the buyer's confirmation once more, to whom it went and to whoever asks.

    Raises ConfirmationTooSoon (temporary), OrderState before it is placed, NotPermitted, NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.EITHER)
        if membership(actor, order.buyer_id) is None:
            raise NotPermitted
        _resend(order, actor, now)
    return order


def resend_by_link(*, token: str, now: datetime) -> Order:
    """The same for who holds the link that confirmed the order.

    Raises ConfirmationTooSoon (temporary), OrderState before it is placed, LinkInvalid, OrderChanged.
    """
    link = read_link(token, now)
    with commit.transact():
        order = common.locked(link.order_id)
        _check_link(order, link)
        _resend(order, None, now)
    return order


def _resend(order: Order, actor: User | None, now: datetime) -> None:
    if order.status not in _PLACED or order.placed_at is None:
        raise common.OrderState
    sent = OrderChange.objects.filter(order=order, event="resend", at__gt=now - timedelta(days=1))
    last = max([order.placed_at, *sent.values_list("at", flat=True)])
    again = last + timedelta(seconds=limits.CONFIRMATION_PAUSE_S)
    if now < again or sent.count() >= limits.CONFIRMATIONS_PER_DAY_MAX:
        raise ConfirmationTooSoon
    change = common.note(order, "resend", by=actor.pk if actor else None, now=now)
    people = mails.buyers(order)
    if actor is not None and actor not in people:
        people = [*people, actor]
    mails.confirmation(order, f"resend:{change.pk}", people)


def _check_link(order: Order, link: Link) -> None:
    if order.status in _PLACED:
        # A second click on the link that placed it is welcome; a link for something else is not.
        used = OrderChange.objects.filter(order=order, event="confirm", seq=link.revision + 1).exists()
        if not used:
            raise OrderChanged
    elif order.status != Status.UNCONFIRMED:
        raise common.OrderState
    elif not link.still_fits(order):
        raise OrderChanged


def _take_in(
    order: Order, event: str, details: OrderDetails | None, *, by: UUID | None, now: datetime
) -> OrderChange:
    order.placed_at = now
    if details is not None:
        _store_details(order, details, now)
    change = common.move(order, event, by=by, now=now)
    downloads.release_if_paid(order, now)
    capture_if_far(order, now)
    punctuality.watch(order)
    outbox.enqueue("orders.agreement_pdf", {"order": str(order.pk)}, dedupe=f"pdf:{order.pk}")
    return change


def _store_details(order: Order, details: OrderDetails, now: datetime) -> None:
    row = SealedDetails.objects.filter(order=order).first() or SealedDetails(order=order)
    row.updated_at = now
    row.put(details)
    row.save()
    Lookup.objects.filter(order=order).delete()
    Lookup.objects.bulk_create(row.lookups())
    order.expected_on = details.expected_on
    order.payment_plan = details.payment_plan
    order.save(update_fields=["expected_on", "payment_plan"])
