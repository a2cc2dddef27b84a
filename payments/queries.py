"""Reading money: what about this order, what is in an account, and how it came there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Malformed, NotFound
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import organisations_of
from payments import chart
from payments.chart import RULES, AccountKey, Kind, Side
from payments.machine import CAPTURED, Status
from payments.models import Account, Payment, PaymentRequest, Phase, Transfer

STATEMENT_ROWS = 50
_MOVED = (Phase.POSTED.value, Phase.POST.value)


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


def order_money(order_id: UUID) -> OrderMoney:
    """The answer to "what about this order". All zero for an order that nothing was asked for."""
    requests = PaymentRequest.objects.filter(order_id=order_id).values_list("amount", "currency")
    payments = list(Payment.objects.filter(order_id=order_id))
    held = list(Account.objects.filter(kind=Kind.HELD.value, subject=order_id))
    released = Transfer.objects.filter(debit__in=held, cause__kind="released", phase__in=_MOVED)
    return OrderMoney(
        currency=next((currency for _, currency in requests), ""),
        requested=sum(amount for amount, _ in requests),
        authorized=sum(row.authorized for row in payments if row.status == Status.REQUIRES_CAPTURE),
        captured=sum(row.captured for row in payments),
        refunded=sum(row.refunded for row in payments),
        released=released.aggregate(sum=Sum("amount"))["sum"] or 0,
        held=sum(account.balance.minor for account in held),
    )


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
    """What is still to be paid of a request in minor units: neither authorised nor captured, or refunded
    since.
    """
    return request.amount - sum(covered(payment) for payment in request.payments.all())


def is_authorized(payment: Payment) -> bool:
    """Whether money is reserved on the card now."""
    return payment.status == Status.REQUIRES_CAPTURE


def covered(payment: Payment) -> int:
    """What a payment covers of its request now, in minor units."""
    if payment.status == Status.REQUIRES_CAPTURE:
        return payment.authorized
    return payment.captured - payment.refunded if Status(payment.status) in CAPTURED else 0


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


def funds_of(organisation_id: UUID) -> list[Funds]:
    """The funds of an organisation, one row for each currency in which it ever had any."""
    own = (Kind.WALLET, Kind.RECEIVABLE, Kind.PAYOUT_TRANSIT)
    kinds = [kind.value for kind in own]
    rows = Account.objects.filter(subject=organisation_id, kind__in=kinds, entries__gt=0)
    accounts = {row.key: row for row in rows}
    held = held_for(organisation_id)
    currencies = sorted({key.currency for key in accounts} | {row.currency for row in held})
    return [_funds(currency, organisation_id, accounts, held) for currency in currencies]


def _funds(
    currency: str, organisation_id: UUID, accounts: dict[AccountKey, Account], held: list[Held]
) -> Funds:
    nothing = Account(kind=Kind.WALLET.value, currency=currency)
    wallet = accounts.get(chart.wallet(organisation_id, currency), nothing)
    way = accounts.get(chart.payout_transit(organisation_id, currency), nothing)
    owed = accounts.get(chart.receivable(organisation_id, currency), nothing)

    def in_orders(side: str) -> Money:
        mine = (row.amount for row in held if (row.side, row.currency) == (side, currency))
        return Money(sum(mine), currency)

    return Funds(
        currency=currency,
        available=wallet.available,
        reserved=wallet.reserved,
        held=in_orders("seller"),
        paid_in=in_orders("buyer"),
        on_the_way=way.balance,
        owed=owed.balance,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a statement. Amounts in minor units; `change` is negative where money left the account."""

    transfer_id: UUID
    at: datetime
    kind: str  # of the cause
    phase: str
    reference: str
    order_id: UUID | None
    change: int  # zero for rows that only reserve or free
    reserved: int  # what is reserved from this account by the row, negative when freed
    balance: int  # after this row
    currency: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of a statement, the newest row first. `next` is the older page's cursor, None on the last."""

    account: Account
    lines: list[Line]
    next: str | None


def statement(account: Account, *, before: str | None = None, limit: int = STATEMENT_ROWS) -> Statement:
    """A page of the account's rows older than the cursor. Raises Malformed for a cursor that is none."""
    last, balance = (account.entries + 1, account.balance.minor) if before is None else _cursor(before)
    page = _newest_before(account, last, limit + 1)
    lines = []
    for row in page[:limit]:
        line = _line(account, row, balance)
        balance -= line.change
        lines.append(line)
    more = len(page) > limit
    return Statement(account, lines, f"{_entry(account, page[limit - 1])}.{balance}" if more else None)


def _newest_before(account: Account, last: int, limit: int) -> list[Transfer]:
    """Two short reads, each along an index: the account is the debit of some rows, the credit of others."""
    rows = Transfer.objects.select_related("cause", "pending")
    debits = rows.filter(debit=account, debit_entry__lt=last).order_by("-debit_entry")[:limit]
    credits_ = rows.filter(credit=account, credit_entry__lt=last).order_by("-credit_entry")[:limit]
    return sorted([*debits, *credits_], key=lambda row: _entry(account, row), reverse=True)[:limit]


def _entry(account: Account, row: Transfer) -> int:
    return row.debit_entry if row.debit_id == account.pk else row.credit_entry


def _cursor(text: str) -> tuple[int, int]:
    try:
        last, balance = text.split(".")
        return int(last), int(balance)
    except ValueError:
        raise Malformed(_("This is not a page of the statement.")) from None


def _line(account: Account, row: Transfer, balance: int) -> Line:
    grows_by_credit = RULES[Kind(account.kind)].grows is Side.CREDIT
    into = (row.credit_id == account.pk) == grows_by_credit
    moved = row.amount if row.phase in _MOVED else 0
    reserved = row.amount if row.phase == Phase.PENDING else -row.pending.amount if row.pending else 0
    return Line(
        transfer_id=row.pk,
        at=clock.from_us(row.at_us),
        kind=row.cause.kind,
        phase=row.phase,
        reference=row.cause.reference,
        order_id=row.cause.order_id,
        change=moved if into else -moved,
        reserved=0 if into else reserved,
        balance=balance,
        currency=row.currency,
    )
