import io
from datetime import date

import pytest
from pypdf import PdfReader

from negotiation_hub.kernel import files
from orders import documents, wording
from orders.documents import store
from orders.models import Document, Order
from tests.orders.deal import Deal

HOSTILE = '#panic("boom") *bold* $x^2$ @ref <label> \\u{41} [x] // gone /* gone */ ```raw``` #eval("1+1") https://x.test'


def text_of(pdf: bytes) -> str:
    """The words of a PDF; what breaks a long word is left out."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return " ".join("\n".join(pages).replace("\u200b", "").replace("\xa0", " ").split())


def drawn(deal: Deal, language: str = "en") -> str:
    return text_of(documents.draw(deal.order, language))


def test_the_agreement_says_who_what_and_how_much(deal: Deal) -> None:
    words = drawn(deal)
    for expected in (
        deal.order.number,
        "Acme Water",
        "Norte Bombas",
        "500 centrifugal pumps",
        "Pump NB-40",
        "500 pcs",
        "122.50 EUR",
        "61,250.00 EUR",
        "Delivery 12 March",
        "Warranty months 24",
        str(deal.order.agreement_id),
        "9f" * 32,
    ):
        assert expected in words, expected


@pytest.mark.covers("room:offers.due")
def test_the_day_of_a_line_is_on_paper_and_of_a_line_without_one_nothing(deal: Deal) -> None:
    deal.lines = [{**deal.lines[0], "due": date(2026, 12, 3)}, {**deal.lines[0], "title": "Valve"}]
    words = text_of(documents.draw(deal.agree(), "en"))
    assert "Pump NB-40 by Dec. 3, 2026 500 pcs" in words
    assert "Valve 500 pcs" in words
    assert "para el 3 de diciembre de 2026" in text_of(documents.draw(deal.agree(), "es"))


def test_net_tax_and_gross_are_shown_when_there_is_tax(deal: Deal) -> None:
    taxed = deal.agree(tax_basis="added", tax_rate_bp=2100, net=6_125_000, tax=1_286_250, gross=7_411_250)
    words = text_of(documents.draw(taxed, "en"))
    assert "Net 61,250.00 EUR" in words
    assert "Tax (21 %) 12,862.50 EUR" in words
    assert "Total to pay 74,112.50 EUR" in words
    assert "Net" not in drawn(deal)


def test_numbers_are_written_as_the_language_writes_them(deal: Deal) -> None:
    assert "61 250,00 EUR" in drawn(deal, "es")


def test_hostile_text_stays_text(deal: Deal) -> None:
    deal.lines[0]["title"] = HOSTILE
    hostile = deal.agree(
        title=HOSTILE[:200], issues=[{"name": HOSTILE, "value": HOSTILE}, {"name": "Sure", "value": True}]
    )
    words = text_of(documents.draw(hostile, "en"))
    assert words.count('#panic("boom") *bold* $x^2$ @ref <label>') >= 4
    assert words.count("/* gone */ ```raw``` #eval(") >= 4
    assert "Sure yes" in words


def test_a_short_agreement_is_one_page_and_a_long_one_is_numbered(deal: Deal) -> None:
    assert len(PdfReader(io.BytesIO(documents.draw(deal.order, "en"))).pages) == 1
    deal.lines *= 100
    long = deal.agree()
    pages = PdfReader(io.BytesIO(documents.draw(long, "en"))).pages
    assert len(pages) > 1
    assert f"2 / {len(pages)}" in pages[1].extract_text()


def test_the_same_order_gives_the_same_bytes_in_pdf_a(deal: Deal) -> None:
    pdf = documents.draw(deal.order, "en")
    assert pdf == documents.draw(Order.objects.get(pk=deal.order_id), "en")
    assert b"pdfaid:part>3" in pdf


def test_the_agreement_is_drawn_once_a_language_and_stored(deal: Deal) -> None:
    first = documents.agreement(deal.order, "en", deal.now)
    assert documents.agreement(deal.order, "en-GB", deal.now).pk == first.pk
    assert documents.agreement(deal.order, "tlh", deal.now).pk == first.pk
    assert documents.agreement(deal.order, "es", deal.now).pk != first.pk
    assert store.content(first).startswith(b"%PDF")
    assert b"%PDF" not in files.read(first.file)
    assert first.name == f"{deal.order.number}-en.pdf"


def test_it_is_drawn_when_the_order_is_placed(deal: Deal) -> None:
    deal.place()
    deal.work()
    assert Document.objects.get().kind == "agreement"


def test_the_agreement_holds_no_personal_details(deal: Deal) -> None:
    deal.place()
    assert "Calle Mayor" not in drawn(deal)


@pytest.mark.parametrize(("value", "expected"), [(True, "yes"), (False, "no"), (24, "24"), ("ok", "ok")])
def test_issues_are_said_in_words(value: object, expected: str) -> None:
    assert wording.issue_value(value) == expected
