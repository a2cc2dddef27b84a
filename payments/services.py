"""What can be done with payments. Those that change only our own books join the caller's transaction; what
must be done at a provider is queued there and done by a job (payments/jobs.py), except `start_payment`, which
has to answer with the address of the hosted page.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop

from negotiation_hub.kernel import commit, outbox
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import NotPermitted, Refusal
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import may_buy, membership
from payments import chart, gateway, ledger, provider, queries, refunds, settlement
from payments.ledger import Leg
from payments.machine import UNPAID, Fact, RefundStatus, Status
from payments.models import Account, Cause, Payment, PaymentRequest, Refund

_FIRST_POLL: Final = timedelta(seconds=60)


class RequestClosed(Refusal):
    """The order no longer takes payments: it expired, was canceled, or its payment is past due."""

    code = "payment.request_closed"
    message = gettext_noop("This can no longer be paid: the time to pay is over, or the order has ended.")


class AlreadyPaid(Refusal):
    """Nothing is left to pay."""

    code = "payment.already_paid"
    message = gettext_noop("This is paid already.")


class RefundTooMuch(Refusal):
    """More than what was captured and is not on its way back already."""

    code = "payment.refund_too_much"
    message = gettext_noop("There is not as much left to give back.")


@dataclass(frozen=True, slots=True)
class Released:
    """What a release gave to whom, in minor units. `collected` of the seller's `amount` went to what the
    seller owed.
    """

    cause_id: UUID
    amount: int
    fee: int
    collected: int
    currency: str


def request_payment(
    *,
    order_id: UUID,
    payer_id: UUID,
    payee_id: UUID,
    amount: Money,
    due_at: datetime,
    cause: str,
    now: datetime,
    title: str = "",
) -> PaymentRequest:
    """Asks an organisation to pay another for an order. The same cause is the same request. `title` is for
    the payer's eyes.
    """
    commit.require_transaction()
    request, _made = PaymentRequest.objects.get_or_create(
        cause=cause,
        defaults={
            "order_id": order_id,
            "payer_id": payer_id,
            "payee_id": payee_id,
            "amount": amount.minor,
            "currency": amount.currency,
            "due_at": due_at,
            "created_at": now,
            "title": title[:200],
        },
    )
    return request


def start_payment(*, request_id: UUID, actor: User, return_url: str, now: datetime) -> Payment:
    """A payment by card with the address of the provider's page. While one is open, the same one is answered.

    Calls the provider, so it must not be called inside a transaction. Raises NotFound, NotPermitted,
    RequestClosed, AlreadyPaid and ProviderUnavailable (temporary).
    """
    request = queries.request_for(actor, request_id)
    member = membership(actor, request.payer_id)
    if not may_buy(member):
        raise NotPermitted
    payment = commit.retrying(_open_payment, request.pk, actor, return_url, now)
    if payment.provider_ref is None:
        _make_page(payment, now)
    return payment


def _make_page(payment: Payment, now: datetime) -> None:
    gateway.outside()
    try:
        made = provider.current().create(payment)
    except gateway.ProviderRefused as refusal:
        truth = settlement.Truth(Fact.FAILED, 0, 0, 0, failure_code=refusal.reason)
        settlement.apply(payment_id=payment.pk, truth=truth, event=None, now=now)
        raise
    with commit.transact():
        Payment.objects.filter(pk=payment.pk, provider_ref=None).update(
            provider_ref=made.ref, hosted_url=made.hosted_url
        )
    payment.refresh_from_db()


def _open_payment(request_id: UUID, actor: User, return_url: str, now: datetime) -> Payment:
    with commit.transact():
        # Whoever starts a payment waits here for whoever else does, so that one request has one open payment.
        request = PaymentRequest.objects.select_for_update(no_key=True).get(pk=request_id)
        missing = queries.missing(request)
        if missing <= 0:
            raise AlreadyPaid
        if request.closed_at is not None or request.due_at <= now:
            raise RequestClosed
        for payment in request.payments.order_by("-created_at"):
            if Status(payment.status) in UNPAID:
                return payment
        return Payment.objects.create(
            request=request,
            order_id=request.order_id,
            payee_id=request.payee_id,
            provider=provider.current().name,
            amount=missing,
            currency=request.currency,
            return_url=return_url,
            started_by=actor.pk,
            poll_at=now + _FIRST_POLL,
            created_at=now,
        )


def capture_order(*, order_id: UUID, cause: str, now: datetime) -> None:
    """Queues the capture of what is authorised for an order. The result arrives through the hook
    `payment_changed`.
    """
    _queue("payments.capture", order_id, cause)


def cancel_authorization(*, order_id: UUID, cause: str, now: datetime) -> None:
    """Takes no new payments for an order and queues the cancellation of those that are open."""
    PaymentRequest.objects.filter(order_id=order_id, closed_at=None).update(closed_at=now)
    _queue("payments.cancel", order_id, cause)


def _queue(topic: str, order_id: UUID, cause: str) -> None:
    outbox.enqueue(topic, {"order": str(order_id)}, dedupe=f"{topic}:{order_id}:{cause}")


def refund_order(
    *, order_id: UUID, amount: Money | None, cause: str, actor: User | None, now: datetime
) -> list[Refund]:
    """Sets aside and queues what goes back to the payer; all that is left when `amount` is None. The same
    cause happens once.

    Raises RefundTooMuch.
    """
    with commit.transact():
        payments = list(
            Payment.objects.select_for_update(no_key=True).filter(order_id=order_id).order_by("id")
        )
        made = list(Refund.objects.filter(payment__in=payments, cause=cause).order_by("id"))
        if made:
            return made
        left = {payment.pk: _refundable(payment) for payment in payments}
        wanted = sum(left.values()) if amount is None else amount.minor
        if wanted > sum(left.values()) or any(amount and row.currency != amount.currency for row in payments):
            raise RefundTooMuch
        for payment in reversed(
            payments
        ):  # the latest payment first: an overpayment goes back whence it came
            part = min(left[payment.pk], wanted)
            if part <= 0:
                continue
            wanted -= part
            made.append(_ask_refund(payment, part, cause, actor, now))
    return made


def _refundable(payment: Payment) -> int:
    asked = payment.refunds.filter(status=RefundStatus.REQUESTED.value).values_list("amount", flat=True)
    return payment.captured - payment.refunded - sum(asked)


def _ask_refund(payment: Payment, amount: int, cause: str, actor: User | None, now: datetime) -> Refund:
    refund = Refund.objects.create(
        payment=payment, amount=amount, cause=cause, requested_by=actor.pk if actor else None, created_at=now
    )
    refunds.reserve(payment, refund, now)
    outbox.enqueue("payments.refund", {"refund": str(refund.pk)}, dedupe=f"payments.refund:{refund.pk}")
    return refund


def release_funds(
    *, order_id: UUID, payee_id: UUID, fee_bp: int, cause: str, now: datetime, amount: Money | None = None
) -> Released | None:
    """Gives what is held for an order to the seller, less the platform's fee in 1/100 %. The same cause
    happens once.

    What the seller owes the platform is collected from it. None when nothing is held yet. With `amount` a
    part is released. Raises FundsInsufficient when more is asked for than is held.
    """
    with commit.transact():
        held_row = (
            Account.objects.filter(kind=chart.Kind.HELD.value, subject=order_id)
            .order_by("-credits_posted")
            .first()
        )
        if held_row is None:
            return None
        currency, held = held_row.currency, held_row.key
        wallet, owed = chart.wallet(payee_id, currency), chart.receivable(payee_id, currency)
        fees = chart.platform_fee(payee_id, currency)
        accounts = ledger.lock_accounts([held, wallet, owed, fees])
        cause_id = ledger.cause_id("release", order_id, cause)
        first = Cause.objects.filter(pk=cause_id).first()
        if first is not None:
            return _released(first)
        whole = accounts[held].available if amount is None else amount
        if whole.minor <= 0:
            return None
        fee = whole.share(fee_bp)
        net = whole - fee
        collected = Money(min(accounts[owed].available.minor, net.minor), currency)
        legs = [Leg(held, wallet, net), Leg(held, fees, fee), Leg(wallet, owed, collected)]
        written = ledger.post(
            cause_id=cause_id,
            kind="released",
            reference=f"order:{order_id}:{cause}"[:120],
            order_id=order_id,
            legs=[leg for leg in legs if leg.amount.minor > 0],
            now=now,
        )
        return _released(written)


def _released(cause: Cause) -> Released:
    parts = {chart.Kind.WALLET: 0, chart.Kind.PLATFORM_FEE: 0, chart.Kind.RECEIVABLE: 0}
    lines = cause.lines()
    for line in lines:
        parts[chart.Kind(line.credit.kind)] += line.amount
    return Released(
        cause_id=cause.pk,
        amount=parts[chart.Kind.WALLET],
        fee=parts[chart.Kind.PLATFORM_FEE],
        collected=parts[chart.Kind.RECEIVABLE],
        currency=lines[0].currency,
    )


def asked_and_open(order_id: UUID) -> int:
    """What an order's open requests still ask for, in minor units."""
    rows = PaymentRequest.objects.filter(order_id=order_id, closed_at=None)
    return sum(max(0, queries.missing(request)) for request in rows)


def stop_asking(*, order_id: UUID, cause: str, now: datetime) -> None:
    """Closes the open requests of an order that are not paid, and has the payments that nobody has
    completed there canceled. What is authorised or captured stays.
    """
    commit.require_transaction()
    for request in PaymentRequest.objects.filter(order_id=order_id, closed_at=None).order_by("id"):
        if queries.missing(request) > 0:
            request.closed_at = now
            request.save(update_fields=["closed_at"])
            _cancel(order_id, [row for row in request.payments.all() if Status(row.status) in UNPAID], cause)


def void_whole(*, order_id: UUID, most: int, cause: str, now: datetime) -> None:
    """Lets go of authorised payments that are not needed, each in whole, as long as they add up to no more
    than `most` minor units; the latest first.
    """
    commit.require_transaction()
    for payment in Payment.objects.filter(order_id=order_id).order_by("-id"):
        if queries.is_authorized(payment) and payment.authorized <= most:
            most -= payment.authorized
            PaymentRequest.objects.filter(pk=payment.request_id, closed_at=None).update(closed_at=now)
            _cancel(order_id, [payment], cause)


def _cancel(order_id: UUID, rows: list[Payment], cause: str) -> None:
    for payment in rows:
        payload = {"order": str(order_id), "payment": str(payment.pk)}
        outbox.enqueue("payments.cancel", payload, dedupe=f"payments.cancel:{payment.pk}:{cause}")


PRICE_LOWERED: Final = queries.PRICE_LOWERED
order_money = queries.order_money
