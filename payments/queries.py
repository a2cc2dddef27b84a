"""Reading money: what about this order, and what is in an account."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import F, Q, Sum

from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import organisations_of
from payments import chart
from payments.chart import Kind
from payments.machine import CAPTURED, RefundStatus, Status
from payments.models import Account, Payment, PaymentRequest, Phase, Refund, Transfer

PRICE_LOWERED = "lowered:"  # what the causes of refunds begin with that a lower price has led to
_MOVED = (Phase.POSTED.value, Phase.POST.value)
_Row = TypeVar("_Row", PaymentRequest, Payment)


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """What happened with the money of an order so far. All in minor units of `currency`."""

    currency: str
    requested: int
    authorized: int  # reserved on a card now, and neither captured nor let go
    captured: int  # ever
    refunded: int  # ever
    released: int  # went from held to the seller and the platform
    held: int  # captured, and waits for the receipt
    lowered: int = 0  # given back, or on its way back, since the price was lowered by both sides


def order_money(order_id: UUID) -> OrderMoney:
    """The answer to "what about this order". All zero for an order that nothing was asked for."""
    return money_of_orders([order_id])[order_id]


def money_of_orders(order_ids: Collection[UUID]) -> dict[UUID, OrderMoney]:
    """The same for many orders at once, by order; five queries, however many they are."""
    requests, payments = _by_order(PaymentRequest, order_ids), _by_order(Payment, order_ids)
    held: dict[UUID, int] = {}
    for account in Account.objects.filter(kind=Kind.HELD.value, subject__in=order_ids):
        held[account.subject] = held.get(account.subject, 0) + account.balance.minor
    leaving = Transfer.objects.filter(debit__kind=Kind.HELD.value, debit__subject__in=order_ids)
    released = dict(
        leaving.filter(cause__kind="released", phase__in=_MOVED)
        .values_list("debit__subject")
        .annotate(sum=Sum("amount"))
    )
    back = Refund.objects.filter(payment__order_id__in=order_ids, cause__startswith=PRICE_LOWERED)
    lowered = dict(
        back.exclude(status=RefundStatus.FAILED.value)
        .values_list("payment__order_id")
        .annotate(sum=Sum("amount"))
    )
    return {
        order_id: OrderMoney(
            currency=next((row.currency for row in requests[order_id]), ""),
            requested=sum(row.amount for row in requests[order_id]),
            authorized=sum(row.authorized for row in payments[order_id] if is_authorized(row)),
            captured=sum(row.captured for row in payments[order_id]),
            refunded=sum(row.refunded for row in payments[order_id]),
            released=released.get(order_id, 0),
            held=held.get(order_id, 0),
            lowered=lowered.get(order_id, 0),
        )
        for order_id in order_ids
    }


def _by_order(model: type[_Row], order_ids: Collection[UUID]) -> dict[UUID, list[_Row]]:
    found: dict[UUID, list[_Row]] = {order_id: [] for order_id in order_ids}
    for row in model._default_manager.filter(order_id__in=order_ids):  # noqa: SLF001 - Django's own name
        found[row.order_id].append(row)
    return found


def payments_of_order(order_id: UUID) -> list[Payment]:
    """All attempts to pay an order, the oldest first."""
    return list(Payment.objects.filter(order_id=order_id).order_by("created_at", "id"))


def open_request_of(order_id: UUID) -> PaymentRequest | None:
    """The oldest request of an order that still takes payments and is not paid."""
    for request in PaymentRequest.objects.filter(order_id=order_id, closed_at=None).order_by(
        "created_at", "id"
    ):
        if missing(request) > 0:
            return request
    return None


def missing(request: PaymentRequest) -> int:
    """What is still to be paid of a request in minor units: neither authorised nor captured.

    What the payee gave back in part is not asked for once more; what was given back in whole is. Orders
    read their axes by the same rule (`orders.lifecycle.money_axes`).
    """
    payments = list(request.payments.all())
    charged = [payment for payment in payments if Status(payment.status) in CAPTURED]
    captured = sum(payment.captured for payment in charged)
    refunded = sum(payment.refunded for payment in charged)
    authorized = sum(payment.authorized for payment in payments if is_authorized(payment))
    return request.amount - authorized - (captured if captured > refunded else 0)


def is_authorized(payment: Payment) -> bool:
    """Whether money is reserved on the card now."""
    return payment.status == Status.REQUIRES_CAPTURE


def request_for(user: User, request_id: UUID) -> PaymentRequest:
    """A payment request, for a person of either side. Raises NotFound."""
    mine = [organisation.pk for organisation in organisations_of(user)]
    request = PaymentRequest.objects.filter(Q(payer__in=mine) | Q(payee__in=mine), pk=request_id).first()
    if request is None:
        raise NotFound
    return request


def requests_of_order(user: User, order_id: UUID) -> list[PaymentRequest]:
    """The payment requests of an order, for a person of either side; a stranger sees none."""
    mine = [organisation.pk for organisation in organisations_of(user)]
    rows = PaymentRequest.objects.filter(Q(payer__in=mine) | Q(payee__in=mine), order_id=order_id)
    return list(rows.prefetch_related("payments").order_by("created_at", "id"))


def accounts_of(organisation_ids: Iterable[UUID]) -> list[Account]:
    """The accounts of organisations: wallets, and what they owe where they ever owed anything."""
    kinds = (Kind.WALLET.value, Kind.RECEIVABLE.value)
    rows = Account.objects.filter(subject__in=list(organisation_ids), kind__in=kinds)
    return [row for row in rows.order_by("currency", "-kind", "id") if row.kind == Kind.WALLET or row.entries]


def account_for(user: User, account_id: UUID) -> Account:
    """An account of an organisation that the person belongs to. Raises NotFound."""
    mine = accounts_of(organisation.pk for organisation in organisations_of(user))
    account = next((row for row in mine if row.pk == account_id), None)
    if account is None:
        raise NotFound
    return account


@dataclass(frozen=True, slots=True)
class Held:
    """Held funds of one order, seen by one of its sides."""

    order_id: UUID
    side: str  # `buyer`: what this organisation paid; `seller`: what it will get
    amount: int  # minor units
    currency: str


def held_for(organisation_id: UUID) -> list[Held]:
    """What is held in the orders of an organisation, as buyer and as seller, where it is not zero."""
    requests = PaymentRequest.objects.filter(Q(payer=organisation_id) | Q(payee=organisation_id))
    filled = Account.objects.filter(kind=Kind.HELD.value, credits_posted__gt=F("debits_posted"))
    accounts = list(filled.filter(subject__in=requests.values("order_id")).order_by("id"))
    bought = set(
        PaymentRequest.objects.filter(
            payer=organisation_id, order_id__in=[account.subject for account in accounts]
        ).values_list("order_id", flat=True)
    )
    return [
        Held(row.subject, "buyer" if row.subject in bought else "seller", row.balance.minor, row.currency)
        for row in accounts
    ]


@dataclass(frozen=True, slots=True)
class Funds:
    """What an organisation has with us in one currency."""

    currency: str
    available: Money  # can be paid out now
    reserved: Money  # set aside for refunds that are under way
    held: Money  # paid for its sales, released to it at the receipt
    paid_in: Money  # what it paid itself for orders that it has not received
    on_the_way: Money  # asked to be paid out, not yet confirmed by the bank
    owed: Money  # what it owes the platform
    sold: bool  # whether anything was ever held for its sales
    bought: bool  # whether it ever paid into held funds


def funds_of(organisation_id: UUID) -> list[Funds]:
    """The funds of an organisation, one row for each currency in which it ever had any."""
    own = (Kind.WALLET, Kind.RECEIVABLE, Kind.PAYOUT_TRANSIT)
    kinds = [kind.value for kind in own]
    rows = Account.objects.filter(subject=organisation_id, kind__in=kinds, entries__gt=0)
    accounts = {row.key: row for row in rows}
    held = held_for(organisation_id)
    sold, bought = _paid_in(Q(request__payee=organisation_id)), _paid_in(Q(request__payer=organisation_id))

    def row(currency: str) -> Funds:
        wallet = accounts.get(chart.wallet(organisation_id, currency), _empty(currency))
        way = accounts.get(chart.payout_transit(organisation_id, currency), _empty(currency))
        owed = accounts.get(chart.receivable(organisation_id, currency), _empty(currency))
        return Funds(
            currency=currency,
            available=wallet.available,
            reserved=wallet.reserved,
            held=_in_orders(held, "seller", currency),
            paid_in=_in_orders(held, "buyer", currency),
            on_the_way=way.balance,
            owed=owed.balance,
            sold=currency in sold,
            bought=currency in bought,
        )

    return [row(currency) for currency in sorted({key.currency for key in accounts} | sold | bought)]


def _empty(currency: str) -> Account:
    return Account(kind=Kind.WALLET.value, currency=currency)


def _in_orders(held: list[Held], side: str, currency: str) -> Money:
    return Money(sum(row.amount for row in held if (row.side, row.currency) == (side, currency)), currency)


def _paid_in(party: Q) -> set[str]:
    """The currencies in which anything was ever captured for orders of a party."""
    payments = Payment.objects.filter(party, captured__gt=0)
    return set(payments.values_list("currency", flat=True).distinct())
