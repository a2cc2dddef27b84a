"""What is kept sealed in files and in columns of its own, for the proof: some of each, made at once."""

from typing import Any, Final, NamedTuple
from uuid import uuid4

from catalog.models import Listing
from negotiation_hub.kernel import clock, commit, crypto, files
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Organisation, User
from orders.documents.store import content
from orders.models import CarrierEvent, Document, LicenceKey, Order, Paper
from orders.models.papers import DOCUMENT
from payments import chart, ledger
from payments.ledger import Leg
from payments.models import BankAccount, Cause, ProviderEvent
from payments.models.payouts import BankDetails

EACH: Final = 200  # as many of each kind, or one for each order where those are fewer


class Kept(NamedTuple):
    """How many there are of each kind."""

    files: int
    values: int
    causes: int


def make(orders: list[Any]) -> Kept:
    """Documents as files, papers, licence keys, messages, bank accounts and bookings of the first orders."""
    rows = list(Order.objects.filter(pk__in=orders[:EACH]).order_by("pk"))
    seller = Organisation.objects.get(pk=rows[0].seller_id)
    now = clock.now()
    listing = Listing.objects.create(
        organisation=seller,
        author=User.objects.earliest("pk"),
        title="Kept",
        slug="kept",
        kind="information",
        price_minor=100,
        currency="EUR",
        status="published",
        created_at=now,
        updated_at=now,
    )
    for number, order in enumerate(rows):
        with commit.transact():
            _columns(number, order, seller, listing)
            _document(number, order)
        _book(order, seller)
    return Kept(len(rows), 5 * len(rows), len(rows))


def wrong() -> int:
    """How many do not open, or not as what they were, with the keys that are left."""
    checks = (
        *(
            (lambda row=row: content(row) == _said(row.name))
            for row in Document.objects.select_related("file")
        ),
        *((lambda row=row: row.get() == _said(row.number)) for row in Paper.objects.all()),
        *((lambda row=row: _is_known(row)) for row in LicenceKey.objects.all()),
        *((lambda row=row: row.raw() == _said(row.event_id)) for row in CarrierEvent.objects.all()),
        *((lambda row=row: row.raw() == _said(row.event_id)) for row in ProviderEvent.objects.all()),
        *((lambda row=row: row.details().iban == row.holder) for row in BankAccount.objects.all()),
        *((lambda cause=cause: _is_proved(cause)) for cause in Cause.objects.prefetch_related("transfers")),
    )
    return sum(not _holds(check) for check in checks)


def _holds(check: Any) -> bool:
    try:
        return bool(check())
    except (crypto.BadSeal, files.FileDamaged):
        return False


def _is_known(row: LicenceKey) -> bool:
    return row.is_indexed(row.get()) and row.get().endswith(row.ending)


def _is_proved(cause: Cause) -> bool:
    rows = sorted(cause.transfers.all(), key=lambda row: row.position)
    return crypto.check_mac(ledger.CAUSE_MAC, ledger.cause_content(cause, rows), bytes(cause.mac)) and all(
        crypto.check_mac(ledger.TRANSFER_MAC, ledger.transfer_content(row, cause), bytes(row.mac))
        for row in rows
    )


def _said(name: str) -> bytes:
    return f"what {name} says".encode() * 20


def _columns(number: int, order: Order, seller: Organisation, listing: Listing) -> None:
    now = clock.now()
    paper = Paper(
        order=order, kind="order", cause=uuid4(), number=f"P-{number}", seller=seller, currency="EUR"
    )
    paper.net, paper.tax, paper.gross, paper.issued_at = 100, 0, 100, now
    paper.put(_said(paper.number))
    key = LicenceKey(id=uuid7(), listing=listing, added_by=uuid4(), added_at=now)
    key.put(f"LICENCE-KEY-{number:08d}")
    told = CarrierEvent(carrier="proof", event_id=f"c-{number}", event="move", sequence=1, applied=False)
    told.occurred_at = told.received_at = now
    told.put(_said(told.event_id))
    event = ProviderEvent(provider="proof", event_id=f"p-{number}", kind="proof", received_at=now)
    event.handled_at = now
    event.put(_said(event.event_id))
    account = BankAccount(organisation=seller, holder=f"H{number}", last4="0000", active=False)
    account.created_by, account.created_at = uuid4(), now
    account.put(BankDetails(iban=account.holder, bic=""))
    for row in (paper, key, told, event, account):
        row.save(force_insert=True)


def _document(number: int, order: Order) -> None:
    row = Document(id=uuid7(), order=order, kind="agreement", format="pdf", language="en", name=f"d-{number}")
    row.media_type, row.size_bytes, row.sha256, row.created_at = "text/plain", 1, "0" * 64, clock.now()
    row.file = DOCUMENT.store(row, _said(row.name))
    row.save(force_insert=True)


def _book(order: Order, seller: Organisation) -> None:
    clearing, wallet = chart.psp_clearing(seller.pk, "EUR"), chart.wallet(seller.pk, "EUR")
    leg = Leg(clearing, wallet, Money(100, "EUR"))
    ledger.post(cause_id=uuid4(), kind="top_up", reference=str(order.pk), legs=[leg], now=clock.now())
