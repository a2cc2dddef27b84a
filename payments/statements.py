"""How money came where it is: pages of statements, the newest row first, each with the balance after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Malformed
from payments.chart import RULES, Kind, Side
from payments.models import Account, PaymentRequest, Phase, Transfer

STATEMENT_ROWS: Final = 50  # of one page
_MOVED: Final = (Phase.POSTED.value, Phase.POST.value)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a statement. Amounts in minor units; `change` is negative where money left the account."""

    transfer_id: UUID
    at: datetime
    kind: str  # of the cause
    counterpart: str  # kind of the account on the other side
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
    rows = Transfer.objects.select_related("cause", "pending", "debit", "credit")
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
        counterpart=row.debit.kind if row.credit_id == account.pk else row.credit.kind,
        phase=row.phase,
        reference=row.cause.reference,
        order_id=row.cause.order_id,
        change=moved if into else -moved,
        reserved=0 if into else reserved,
        balance=balance,
        currency=row.currency,
    )


@dataclass(frozen=True, slots=True)
class HeldStatement:
    """A page of what was paid into, released from and refunded out of the held funds of many orders."""

    balance: Money  # held now
    reserved: Money  # of that, set aside for refunds
    lines: list[Line]
    next: str | None


def held_statement(
    organisation_id: UUID, currency: str, side: str, *, before: str | None = None, limit: int = STATEMENT_ROWS
) -> HeldStatement:
    """The held funds of all orders that an organisation sells (`seller`) or buys (`buyer`), in one currency.

    Raises Malformed for a cursor that is none.
    """
    party = {"payee": organisation_id} if side == "seller" else {"payer": organisation_id}
    orders = PaymentRequest.objects.filter(**party).values("order_id")
    accounts = Account.objects.filter(kind=Kind.HELD.value, currency=currency, subject__in=orders)
    held = {account.pk: account for account in accounts}
    total = Money(sum(account.balance.minor for account in held.values()), currency)
    rows = Transfer.objects.filter(Q(debit__in=accounts) | Q(credit__in=accounts))
    balance = total.minor
    if before is not None:
        at_us, last, balance = _held_cursor(before)
        rows = rows.filter(Q(at_us__lt=at_us) | Q(at_us=at_us, pk__lt=last))
    page = list(
        rows.select_related("cause", "pending", "debit", "credit").order_by("-at_us", "-pk")[: limit + 1]
    )
    lines = []
    for row in page[:limit]:
        line = _line(held[row.debit_id if row.debit_id in held else row.credit_id], row, balance)
        balance -= line.change
        lines.append(line)
    return HeldStatement(
        balance=total,
        reserved=Money(sum(account.reserved.minor for account in held.values()), currency),
        lines=lines,
        next=_held_next(page, limit, balance),
    )


def _held_next(page: Sequence[Transfer], limit: int, balance: int) -> str | None:
    return f"{page[limit - 1].at_us}.{page[limit - 1].pk}.{balance}" if len(page) > limit else None


def _held_cursor(text: str) -> tuple[int, UUID, int]:
    try:
        at_us, last, balance = text.split(".")
        return int(at_us), UUID(last), int(balance)
    except ValueError:
        raise Malformed(_("This is not a page of the statement.")) from None
