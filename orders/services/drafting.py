"""The draft that an agreement makes, and what its buyer types before it is placed."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from negotiation_hub.kernel import commit, limits, outbox
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import organisations_by_ids
from orders.facts import AgreementFacts, OrderDetails
from orders.lifecycle import Status
from orders.models import Frame, Order, OrderChange, OrderLine, SealedDetails
from orders.services import appointments, common, stock, work
from payments import services as payments

_ALPHABET: Final = "23456789BCDFGHJKMNPQRSTVWXYZ"  # nothing that is misread or spells a word
_OPEN: Final = frozenset({Status.DRAFT, Status.UNCONFIRMED})


def create_draft_order(*, facts: AgreementFacts, now: datetime) -> Order:
    """The order of an agreement with its lines and its payment request, due in 72 h. Runs inside accept's
    transaction.

    Called again for the same agreement it returns the order that exists. Raises SoldOut, AppointmentTaken.
    """
    commit.require_transaction()
    existing = Order.objects.filter(agreement_id=facts.agreement_id).first()
    if existing is not None:
        return existing
    parties = organisations_by_ids([facts.buyer_id, facts.seller_id])
    order = Order.objects.create(
        number=fresh_number(Order, "NH", now),
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
    appointments.create(order, now)
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
    first = order.created_at + timedelta(seconds=limits.FIRST_REMINDER_S)
    last = [order.due_at - timedelta(seconds=before_s) for before_s in limits.PAYMENT_REMINDERS_S]
    for number, at in enumerate((first, *last), start=1):
        outbox.enqueue(
            "orders.remind", {**payload, "number": number}, dedupe=f"remind:{order.pk}:{number}", at=at
        )
    outbox.enqueue("orders.expire", payload, dedupe=f"expire:{order.pk}", at=order.due_at)


def fresh_number(table: type[Order] | type[Frame], prefix: str, now: datetime) -> str:
    """A number that can be said on the telephone; random, so that it does not count what it names."""
    while True:
        number = f"{prefix}-{now.year}-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))
        if not table._default_manager.filter(number=number).exists():  # noqa: SLF001 - Django's own name
            return number


def save_details(*, order_id: UUID, actor: User, changes: Mapping[str, Any], now: datetime) -> OrderDetails:
    """Keeps what the buyer has typed so far, right or not, and returns all that is kept.

    Only what is named in `changes` changes, so that two pages that are open at once lose nothing of each
    other; what is too long to be anything is left out. Placed orders stay as they are.
    Raises OrderState, NotPermitted, NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, common.who_may("place"))
        if order.status not in _OPEN:
            raise common.OrderState
        row = SealedDetails.objects.filter(order=order).first() or SealedDetails(order=order)
        before = row.get() if row.fields else OrderDetails()
        after = replace(before, **changes)
        too_long = after.too_long() & changes.keys()
        after = replace(after, **{name: getattr(before, name) for name in too_long})
        if after != before:
            row.updated_at = now
            row.put(after)
            row.save()
    return after
