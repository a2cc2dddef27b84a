"""What is issued when, once for each cause; numbers without gaps; faults that are planted are found."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from negotiation_hub.kernel import crypto, files, guards
from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.money import Money
from negotiation_hub.people import legal
from orders import audit, documents, services
from orders.documents import issue, renditions, store
from orders.documents.facts import DespatchFacts
from orders.documents.issue import facts_of, issue_due
from orders.models import Document, NumberRange, Order, Paper
from payments.models import Refund
from tests.orders.deal import Deal
from tests.orders.papers.samples import SAID, say

TAXED: dict[str, Any] = {
    "tax_basis": "added",
    "tax_rate_bp": 2_100,
    "net": 6_125_000,
    "tax": 1_286_250,
    "gross": 7_411_250,
}


@pytest.fixture
def taxed(deal: Deal) -> Deal:
    """The same with 21 % on top, by a seller that has said what the law asks."""
    deal.order_id = deal.agree(**TAXED).pk
    say(deal)
    return deal


def issued(deal: Deal) -> list[str]:
    return [paper.kind for paper in Paper.objects.filter(order=deal.order_id).order_by("id")]


def one(deal: Deal, kind: str) -> Paper:
    return Paper.objects.get(order=deal.order_id, kind=kind)


def refund(deal: Deal, minor: int | None) -> None:
    amount = None if minor is None else Money(minor, "EUR")
    services.refund_order(order_id=deal.order_id, actor=deal.sol, amount=amount, now=deal.now)
    deal.work()


def problems() -> list[str]:
    return [str(problem) for problem in audit.check()]


def test_each_step_of_a_deal_issues_its_papers_once(taxed: Deal) -> None:
    assert issued(taxed) == []
    taxed.place()
    taxed.work()
    placed = ["order", "order_agreement", "confirmation"]
    assert issued(taxed) == placed
    taxed.authorize()
    assert issued(taxed) == placed
    taxed.ship()
    assert issued(taxed) == [*placed, "delivery_note", "invoice"]
    taxed.deliver()
    taxed.receive()
    assert issue_due(order_id=taxed.order_id, now=taxed.now) == []
    assert len(issued(taxed)) == 5
    assert problems() == []


def test_an_invoice_says_what_was_agreed_paid_and_sent(taxed: Deal) -> None:
    taxed.sent()
    paper = one(taxed, "invoice")
    assert (paper.number, paper.net, paper.tax, paper.gross) == (
        "INV-2026-00001",
        6_125_000,
        1_286_250,
        7_411_250,
    )
    facts = issue.invoice_facts(paper)
    assert (facts.seller.vat_id, facts.buyer.city) == ("ESB58378431", "Madrid")
    assert facts.delivered_on == taxed.now.date()


def test_each_parcel_has_its_note_and_a_part_of_nobody_s_words_claims_no_quantity(taxed: Deal) -> None:
    taxed.place()
    taxed.authorize()
    taxed.ship(complete=False)
    taxed.ship(tracking="PQ124")
    notes = [facts_of(paper) for paper in Paper.objects.filter(kind="delivery_note").order_by("id")]
    assert [note.number.rpartition("-")[2] for note in notes] == ["D1", "D2"]
    quantities = [[line.quantity for line in note.lines] for note in notes if isinstance(note, DespatchFacts)]
    assert quantities == [[""], ["500"]]


def test_a_parcel_has_its_note_when_it_leaves_with_the_day_and_the_carrier_of_then(taxed: Deal) -> None:
    taxed.place()
    taxed.authorize()
    dropped = taxed.ship(carrier="Nobody", handed_over=False)
    services.cancel_shipment(shipment_id=dropped.pk, actor=taxed.max, now=taxed.now)
    packed = taxed.ship(carrier="Correos", handed_over=False)
    assert issue_due(order_id=taxed.order_id, now=taxed.now) == []
    taxed.pass_time(days=1)
    services.track_shipment(shipment_id=packed.pk, actor=taxed.max, event="move", now=taxed.now)
    taxed.work()
    note = facts_of(one(taxed, "delivery_note"))
    assert isinstance(note, DespatchFacts)
    assert (note.carrier, note.issued_on) == ("Correos", taxed.now.date())
    assert issue.invoice_facts(one(taxed, "invoice")).delivered_on == taxed.now.date()


def test_a_whole_parcel_says_all_of_it(taxed: Deal) -> None:
    taxed.sent()
    facts = facts_of(one(taxed, "delivery_note"))
    assert isinstance(facts, DespatchFacts)
    assert [(line.title, line.quantity) for line in facts.lines] == [("Pump NB-40", "500")]


def test_each_refund_has_its_credit_note_up_to_the_whole(taxed: Deal) -> None:
    taxed.sent()
    refund(taxed, 1_000)
    refund(taxed, 333)
    refund(taxed, None)
    notes = list(Paper.objects.filter(kind="credit_note").order_by("id"))
    assert [(note.number, note.gross) for note in notes] == [
        ("CN-2026-00001", 1_000),
        ("CN-2026-00002", 333),
        ("CN-2026-00003", 7_409_917),
    ]
    assert (notes[0].net, notes[0].tax) == (826, 174)
    assert {note.corrects_id for note in notes} == {one(taxed, "invoice").pk}
    assert problems() == []


def test_a_refund_of_the_whole_mirrors_the_invoice(taxed: Deal) -> None:
    taxed.sent()
    refund(taxed, None)
    invoice, note = one(taxed, "invoice"), one(taxed, "credit_note")
    assert (note.net, note.tax, note.gross) == (invoice.net, invoice.tax, invoice.gross)
    assert issue.invoice_facts(note).lines == issue.invoice_facts(invoice).lines


def test_a_refund_that_the_provider_finishes_later_is_found_by_the_hourly_look(taxed: Deal) -> None:
    taxed.sent()
    refund(taxed, 1_000)
    with transaction.atomic():
        thawed("orders_paper", "orders_document")
        Document.objects.filter(kind="credit_note").delete()
        Paper.objects.filter(kind="credit_note").delete()
        NumberRange.objects.filter(kind="credit_note").delete()
    assert [order.pk for order in issue.waiting()] == [taxed.order_id]
    from orders import jobs

    jobs.papers_due(taxed.now)
    assert one(taxed, "credit_note").gross == 1_000
    assert list(issue.waiting()) == []


def test_an_invoice_waits_for_what_its_seller_must_say_and_takes_no_number(deal: Deal) -> None:
    deal.order_id = deal.agree(**TAXED).pk
    deal.sent()
    refund(deal, 1_000)
    assert "invoice" not in issued(deal)
    say(deal, vat_id="")
    assert "invoice" not in issued(deal)
    assert not NumberRange.objects.exists()
    say(deal)
    assert issued(deal)[-2:] == ["invoice", "credit_note"]
    assert problems() == []


def test_without_tax_an_address_is_enough(deal: Deal) -> None:
    deal.sent()
    say(deal, vat_id="")
    assert one(deal, "invoice").gross == 6_125_000


def test_numbers_follow_each_other_by_seller_kind_and_year(taxed: Deal) -> None:
    taxed.sent()
    taxed.order_id = taxed.agree().pk
    taxed.sent()
    assert one(taxed, "invoice").number == "INV-2026-00002"
    assert taxed.clock is not None
    taxed.clock.move_to("2027-01-01T00:00:00+00:00")
    taxed.order_id = taxed.agree().pk
    taxed.sent()
    assert one(taxed, "invoice").number == "INV-2027-00001"
    assert problems() == []


def test_a_crash_leaves_no_gap(deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    deal.sent()
    legal.set_facts(actor=deal.ada, organisation=deal.seller, said=SAID, now=deal.now)

    def die(*_: Any, **__: Any) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(Paper, "save", die)
        with pytest.raises(RuntimeError):
            issue_due(order_id=deal.order_id, now=deal.now)
    deal.work()
    assert one(deal, "invoice").serial == 1
    assert problems() == []


def test_an_expired_order_has_no_invoice_until_its_late_money_is_taken(taxed: Deal) -> None:
    from payments.machine import Fact

    taxed.expire_with_open_payment()
    taxed.provider.refuses.clear()
    taxed.say(Fact.CAPTURED, captured=taxed.order.gross)
    assert "invoice" not in issued(taxed)
    services.resolve_late_payment(order_id=taxed.order_id, actor=taxed.sol, choice="reinstate", now=taxed.now)
    taxed.work()
    assert "invoice" in issued(taxed)


def test_papers_and_documents_never_change(taxed: Deal) -> None:
    taxed.sent()
    for table in (Paper, Document):
        with pytest.raises(DatabaseError), transaction.atomic():
            table._default_manager.update(number="X") if table is Paper else Document.objects.update(name="X")
        with pytest.raises(DatabaseError), transaction.atomic():
            table._default_manager.all().delete()


def test_nothing_of_a_document_lies_readable_on_the_disk(taxed: Deal) -> None:
    taxed.sent()
    documents.agreement(taxed.order, "es", taxed.now)
    clear = [store.content(row) for row in Document.objects.all()]
    assert {data[:5] for data in clear} == {b"%PDF-", b"<?xml"}
    for row in File.objects.all():
        sealed = (Path(settings.DATA_DIR) / "files" / row.sha256[:2] / row.sha256).read_bytes()
        assert b"%PDF" not in sealed
        assert b"<?xml" not in sealed
    first, second = Document.objects.all()[:2]
    with pytest.raises(crypto.BadSeal):
        store.content(Document(id=first.pk, file=second.file))


def test_a_document_is_drawn_once_and_says_what_was_said_on_the_day(taxed: Deal) -> None:
    taxed.sent()
    paper = one(taxed, "invoice")
    first = renditions.document(paper, "ubl", "", taxed.now)
    say(taxed, street="Elsewhere 9")
    assert renditions.document(paper, "ubl", "", taxed.now).pk == first.pk
    assert "Elsewhere" not in renditions.make(paper, "ubl", "").decode()


def thawed(*tables: str) -> None:
    connection.check_constraints()
    with connection.cursor() as cursor:
        for table in tables:
            guards.remove(SimpleNamespace(connection=connection, execute=cursor.execute), table)


def _lose(deal: Deal) -> None:
    Document.objects.all().delete()
    Paper.objects.filter(kind="credit_note").delete()
    Paper.objects.filter(kind="invoice").delete()


def _renumber(**changed: Any) -> None:
    Paper.objects.filter(kind="invoice").update(**changed)


def _reprice(deal: Deal) -> None:
    Order.objects.filter(pk=deal.order_id).update(net=1, gross=1_286_251)


FAULTS: list[tuple[str, Callable[[Deal], object], str]] = [
    ("a paper is lost", _lose, "numbers were given, and no paper has them"),
    ("a serial moved", lambda _: _renumber(serial=3), "number 1 is missing"),
    ("a range was set back", lambda _: NumberRange.objects.update(last=0), "the range ends at 0"),
    ("sums were changed", lambda _: _renumber(net=1, gross=1_286_251), "were changed"),
    ("another number", lambda _: _renumber(number="X"), "were changed"),
    ("the order", _reprice, "the order 1286251 EUR"),
    ("no refund", lambda _: Refund.objects.update(status="requested"), "no refund of its order was made"),
    ("less refunded", lambda _: Refund.objects.update(amount=999), "given back were 999"),
    ("a file", lambda _: Document.objects.update(sha256="0" * 64), "its file is gone, was changed"),
]


@pytest.mark.parametrize(("what", "plant", "expected"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_planted_fault_of_the_papers_is_found(
    taxed: Deal, what: str, plant: Callable[[Deal], object], expected: str
) -> None:
    taxed.sent()
    refund(taxed, 1_000)
    assert problems() == []
    thawed("orders_paper", "orders_document", "orders_order", "payments_refund")
    plant(taxed)
    found = problems()
    assert any(expected in line for line in found), found


def test_a_lost_file_is_found(taxed: Deal) -> None:
    taxed.sent()
    files.discard(Document.objects.filter(kind="invoice")[0].file.sha256)
    assert any("its file is gone" in line for line in problems())
