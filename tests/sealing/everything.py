"""One of everything that is kept sealed beside what `made` makes, and how it is opened."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
import typst
from pytest_django import Settings

from catalog import downloads
from negotiation_hub.kernel import clock, commit, idempotency, outbox, sealed_bytes, sealed_files
from negotiation_hub.kernel.models import IdempotentAnswer
from orders import services
from orders.documents import store
from orders.models import (
    Booking,
    BookingStatus,
    CarrierEvent,
    DeliveryProof,
    Document,
    LicenceKey,
    Paper,
    Shipment,
    StampedCopy,
    WorkProof,
)
from orders.models.download import COPY
from payments import batches
from payments import provider as payment_provider
from payments.models import BankAccount, PayoutBatch, ProviderEvent
from rooms import attachments
from rooms.mailed.models import MailOrder
from rooms.models import Attachment
from tests.factories.catalog import picture_bytes
from tests.kernel.test_idempotency import Effects, request
from tests.orders.deal import Deal, Provider
from tests.orders.test_carrier_events import SECRET, Reporter
from tests.orders.three import Three
from tests.payments import payout
from tests.rooms.files import put, send
from tests.rooms.mailing import MailShop
from tests.whiteboard.board import Board
from tests.whiteboard.test_scenes import put as put_up
from whiteboard import images
from whiteboard.models import BoardImage

KEYS = ("AAAA-BBBB-CCCC-0001", "AAAA-BBBB-CCCC-0002")


def make(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Three:
    """Files in a room and on its board, a paid order with a proof at the door, keys, and a payout."""
    stand_in = Provider()
    monkeypatch.setattr(payment_provider, "current", lambda: stand_in)
    settings.DEMO_PARCEL_SECRET = SECRET
    board = Board()
    send(board.table, "buyer", put(board.table, "buyer", picture_bytes(), "pump.png"))
    put_up(board)
    three = Three.made(Deal(None, stand_in), ("goods", "information", "service"))
    add_stamped(three)
    add_keys(three)
    three.paid()
    parcel = three.deal.ship(carrier="Demo Parcel", tracking="DP1")
    reporter = Reporter(three.deal, "DP1")
    reporter.start -= timedelta(hours=10)  # so that it has happened
    reporter.say("collected", 1)
    services.add_proof(shipment_id=parcel.pk, actor=three.deal.max, data=picture_bytes(), now=clock.now())
    services.add_work_proof(
        work_id=three.work.pk, actor=three.deal.max, data=picture_bytes(), name="pump.png", now=clock.now()
    )
    add_label(parcel)
    MailShop().order()
    store.agreement(three.deal.order, "es", clock.now())
    paid_out(three)
    idempotency.once(request(), UUID(int=1), Effects(), now=clock.now())
    outbox.drain(clock.now())
    return three


def add_keys(three: Three) -> services.Added:
    """The seller puts the licence keys up."""
    return services.add_keys(
        actor=three.deal.ada, listing_id=three.listing.pk, text="\n".join(KEYS), now=clock.now()
    )


def add_stamped(three: Three) -> None:
    """A PDF of which each buyer gets a copy of their own."""
    downloads.add_upload(
        actor=three.deal.ada,
        listing_id=three.listing.pk,
        source=BytesIO(pdf("Curves")),
        name="curves.pdf",
        now=clock.now(),
        stamp=True,
    )


def add_label(parcel: Shipment) -> None:
    """The label of a booking that was taken back; it has an address all the same."""
    booking = Booking(
        shipment=parcel,
        carrier="demo-parcel",
        status=BookingStatus.CANCELED.value,
        position=1,
        count=1,
        language="en",
        asked_by=UUID(int=1),
        asked_at=clock.now(),
    )
    with commit.transact():
        booking.keep_label(pdf("Ben Ortega, Calle Mayor 1", 1))
        booking.save()


def pdf(text: str, pages: int = 2) -> bytes:
    """A PDF with a text on each page."""
    page = f"{text} #sys.version"
    made: bytes = typst.compile(" #pagebreak() ".join([page] * pages).encode(), format="pdf")
    return made


def paid_out(three: Three) -> None:
    """The seller has money, and it is on its way to the bank."""
    side = cast("Any", SimpleNamespace(seller=three.deal.ada, payee=three.deal.seller, now=clock.now()))
    payout.fund(side.payee, 5_000, side.now)
    payout.set_account(side)
    payout.ask(side)
    payout.make_file(side)


OPENS: dict[str, Callable[[], list[Any]]] = {
    "attachments": lambda: [attachments.content(row) for row in Attachment.objects.all()],
    "small pictures": lambda: [attachments.content(row, small=True) for row in Attachment.objects.all()],
    "board pictures": lambda: [images.content(row) for row in BoardImage.objects.all()],
    "documents": lambda: [store.content(row) for row in Document.objects.order_by("pk")],
    "papers": lambda: [row.get() for row in Paper.objects.order_by("pk")],
    "proofs": lambda: [row.picture() for row in DeliveryProof.objects.all()],
    "proofs of work": lambda: [row.content() for row in WorkProof.objects.all()],
    "labels": lambda: [row.label_pdf() for row in Booking.objects.all()],
    "stamped copies": lambda: [COPY.open(row) for row in StampedCopy.objects.all()],
    "licence keys": lambda: [row.get() for row in LicenceKey.objects.order_by("pk")],
    "bank accounts": lambda: [row.details() for row in BankAccount.objects.all()],
    "payout files": lambda: [batches.xml_of(row) for row in PayoutBatch.objects.all()],
    "carriers' messages": lambda: [row.raw() for row in CarrierEvent.objects.order_by("pk")],
    "providers' messages": lambda: [row.raw() for row in ProviderEvent.objects.order_by("pk")],
    "orders by mail": lambda: [(row.sender, row.typed, row.rest) for row in MailOrder.objects.all()],
    "kept answers": lambda: [
        idempotency.once(request(), row.person, Effects(), now=clock.now()).content
        for row in IdempotentAnswer.objects.all()
    ],
}


def opened() -> dict[str, list[Any]]:
    """What each says."""
    return {name: rows() for name, rows in OPENS.items()}


def kinds() -> int:
    """How many kinds of files and columns are named as sealed: each must be looked at above."""
    return len(sealed_files.kinds) + len(sealed_bytes.columns)
