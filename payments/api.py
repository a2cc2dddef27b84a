"""REST: payments of an order, electronic accounts, and payouts to the bank."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Malformed, NotFound
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import acting_organisation, organisations_of
from payments import hooks, ledger, payout_queries, payouts, queries, services, statements
from payments.models import Account, Payment, PaymentRequest, Payout

router = Router(tags=["payments"])

Minor = Annotated[int, Field(description="minor units")]


class PaymentIn(Schema):
    model_config = ConfigDict(extra="forbid")

    request: Annotated[UUID | None, Field(description="a payment request; or name the order")] = None
    order: Annotated[UUID | None, Field(description="its payment request that is not paid yet")] = None
    return_url: Annotated[
        str,
        Field(
            description="where the hosted page leads back to, on this site; with `session=` once paid",
            max_length=500,
        ),
    ] = ""


class Started(Schema):
    id: UUID
    status: str
    hosted_url: Annotated[str, Field(description="the provider's page on which the card is entered")]


class PaymentOut(Schema):
    id: UUID
    request: UUID
    order: UUID
    status: str
    amount: Minor
    currency: str
    authorized: Annotated[int, Field(description="minor units reserved on the card now")]
    captured: Minor
    refunded: Minor
    failure_code: str
    hosted_url: str
    created_at: datetime


class RequestOut(Schema):
    id: UUID
    order: UUID
    amount: Minor
    missing: Annotated[int, Field(description="minor units still to pay")]
    currency: str
    due_at: datetime
    open: Annotated[bool, Field(description="whether a payment can be started now")]
    payments: list[PaymentOut]


class RequestsOut(Schema):
    requests: list[RequestOut]


class AccountOut(Schema):
    id: UUID
    kind: Annotated[str, Field(description="wallet, or receivable: what the organisation owes the platform")]
    organisation: UUID
    currency: str
    balance: Minor
    available: Annotated[int, Field(description="minor units without what is reserved")]
    reserved: Annotated[int, Field(description="minor units set aside for refunds")]


class HeldOut(Schema):
    organisation: UUID
    order: UUID
    side: Annotated[str, Field(description="buyer: paid by the organisation; seller: will be released to it")]
    amount: Minor
    currency: str


class AccountsOut(Schema):
    accounts: list[AccountOut]
    held: list[HeldOut]


class LineOut(Schema):
    id: UUID
    at: datetime
    kind: str
    phase: str
    order: UUID | None
    room: Annotated[UUID | None, Field(description="in which the order was negotiated")]
    change: Annotated[int, Field(description="minor units, negative where money left the account")]
    reserved: Annotated[int, Field(description="minor units set aside by this row, negative when freed")]
    balance: Annotated[int, Field(description="minor units after this row")]
    currency: str


class StatementOut(Schema):
    account: AccountOut
    lines: list[LineOut]
    next: Annotated[str | None, Field(description="give it as `before` for the older page")]


class PayoutIn(Schema):
    model_config = ConfigDict(extra="forbid")

    organisation: Annotated[
        UUID | None, Field(description="whose money; without it the one the person acts for")
    ] = None
    amount: Annotated[int, Field(description="minor units", strict=True)]
    currency: Annotated[str, Field(max_length=3)] = "EUR"


class BankAccountOut(Schema):
    id: UUID
    holder: str
    last4: Annotated[str, Field(description="of the IBAN; the rest is shown to nobody")]


class PayoutOut(Schema):
    id: UUID
    organisation: UUID
    amount: Minor
    currency: str
    status: Annotated[str, Field(description="requested, sent, paid, failed or canceled")]
    bank_account: BankAccountOut
    requested_at: datetime


class PayoutsOut(Schema):
    payouts: list[PayoutOut]
    next: Annotated[UUID | None, Field(description="give it as `after` for the older page")]


def _user(request: HttpRequest) -> User:
    user = getattr(request, "auth", None)
    if not isinstance(user, User):
        raise NotFound
    return user


@router.get("/payments", response=RequestsOut, summary="What is to be paid for an order, and what was tried")
def payments(request: HttpRequest, order: Annotated[UUID, Query()]) -> RequestsOut:
    """The payment requests of an order with their payments, for people of either side."""
    now = clock.now()
    rows = queries.requests_of_order(_user(request), order)
    if not rows:
        raise NotFound
    return RequestsOut(requests=[_request_out(row, now) for row in rows])


@router.post("/payments", response={201: Started}, summary="Start a payment by card")
def start(request: HttpRequest, payload: PaymentIn) -> Status[Started]:
    """Answers with the provider's page. While a payment is open, the same one is answered."""
    user = _user(request)
    wanted = payload.request or _request_of(user, payload.order)
    payment = services.start_payment(
        request_id=wanted, actor=user, return_url=_return_url(payload.return_url), now=clock.now()
    )
    return Status(201, Started(id=payment.pk, status=payment.status, hosted_url=payment.hosted_url))


@router.get(
    "/accounts", response=AccountsOut, summary="Accounts and held funds of the person's organisations"
)
def accounts(request: HttpRequest) -> AccountsOut:
    """What is available, what is reserved, and what is held for orders."""
    mine = [organisation.pk for organisation in organisations_of(_user(request))]
    held = [
        HeldOut(organisation=pk, order=row.order_id, side=row.side, amount=row.amount, currency=row.currency)
        for pk in mine
        for row in queries.held_for(pk)
    ]
    return AccountsOut(accounts=[_account_out(row) for row in queries.accounts_of(mine)], held=held)


@router.get(
    "/accounts/{uuid:account}/statement", response=StatementOut, summary="A page of an account's statement"
)
def statement(
    request: HttpRequest, account: UUID, before: Annotated[str | None, Query()] = None
) -> StatementOut:
    """The newest rows first; `before` is `next` of the page before."""
    page = statements.statement(queries.account_for(_user(request), account), before=before)
    links = hooks.links_of({line.order_id for line in page.lines if line.order_id})
    return StatementOut(
        account=_account_out(page.account),
        lines=[
            LineOut(
                id=line.transfer_id,
                at=line.at,
                kind=line.kind,
                phase=line.phase,
                order=line.order_id,
                room=links[line.order_id].room_id if line.order_id in links else None,
                change=line.change,
                reserved=line.reserved,
                balance=line.balance,
                currency=line.currency,
            )
            for line in page.lines
        ],
        next=page.next,
    )


@router.get("/payouts", response=PayoutsOut, summary="Payouts to the bank, the newest first")
def list_payouts(
    request: HttpRequest,
    organisation: Annotated[UUID | None, Query()] = None,
    after: Annotated[UUID | None, Query()] = None,
) -> PayoutsOut:
    """Those of the person's organisations, or of one of them."""
    rows = payout_queries.payouts_for(_user(request), organisation_id=organisation, after=after)
    more = rows[-1].pk if len(rows) == payout_queries.PAGE else None
    return PayoutsOut(payouts=[_payout_out(row) for row in rows], next=more)


@router.post("/payouts", response={201: PayoutOut}, summary="Send available funds to the bank")
def request_payout(request: HttpRequest, payload: PayoutIn) -> Status[PayoutOut]:
    """To the bank account that the organisation has named on its page. Managers only."""
    user = _user(request)
    key = request.headers.get("Idempotency-Key", "")
    payout = payouts.request_payout(
        actor=user,
        organisation_id=payload.organisation or acting_organisation(user).pk,
        amount=Money(payload.amount, payload.currency),
        now=clock.now(),
        # The same key is the same payout also after the day for which answers are kept.
        payout_id=ledger.cause_id("payout of", user.pk, key) if key else uuid7(),
    )
    return Status(201, _payout_out(payout))


def _request_of(user: User, order: UUID | None) -> UUID:
    if order is None:
        raise Malformed(_("Name a payment request or an order."))
    rows = queries.requests_of_order(user, order)
    if not rows:
        raise NotFound
    return next((row.pk for row in rows if queries.missing(row) > 0), rows[0].pk)


def _return_url(wanted: str) -> str:
    """Only to this site: the hosted page must not become a way to send people elsewhere."""
    absolute = urljoin(settings.PUBLIC_URL + "/", wanted)
    host = settings.PUBLIC_URL.partition("://")[2]
    if not url_has_allowed_host_and_scheme(absolute, {host}):
        raise Malformed(_("`return_url` must be an address of this site."))
    return absolute


def _request_out(row: PaymentRequest, now: datetime) -> RequestOut:
    missing = queries.missing(row)
    return RequestOut(
        id=row.pk,
        order=row.order_id,
        amount=row.amount,
        missing=missing,
        currency=row.currency,
        due_at=row.due_at,
        open=missing > 0 and row.closed_at is None and now < row.due_at,
        payments=[
            _payment_out(payment) for payment in sorted(row.payments.all(), key=lambda one: one.created_at)
        ],
    )


def _payment_out(row: Payment) -> PaymentOut:
    return PaymentOut(
        id=row.pk,
        request=row.request_id,
        order=row.order_id,
        status=row.status,
        amount=row.amount,
        currency=row.currency,
        authorized=row.authorized if queries.is_authorized(row) else 0,
        captured=row.captured,
        refunded=row.refunded,
        failure_code=row.failure_code,
        hosted_url=row.hosted_url,
        created_at=row.created_at,
    )


def _account_out(row: Account) -> AccountOut:
    return AccountOut(
        id=row.pk,
        kind=row.kind,
        organisation=row.subject,
        currency=row.currency,
        balance=row.balance.minor,
        available=row.available.minor,
        reserved=row.reserved.minor,
    )


def _payout_out(row: Payout) -> PayoutOut:
    account = row.bank_account
    return PayoutOut(
        id=row.pk,
        organisation=row.organisation_id,
        amount=row.amount,
        currency=row.currency,
        status=row.status,
        bank_account=BankAccountOut(id=account.pk, holder=account.holder, last4=account.last4),
        requested_at=row.requested_at,
    )
