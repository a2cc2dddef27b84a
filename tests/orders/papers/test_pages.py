"""The papers on the order's page and by REST, and what the seller says of itself."""

import io
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from pypdf import PdfReader

from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people import legal
from orders.models import Paper
from tests.orders.deal import Deal
from tests.orders.papers.samples import SAID, say
from tests.orders.papers.test_issuing import TAXED
from tests.orders.test_pages import browser, page
from tests.orders.test_rest import call

FORM = {
    "street": "Gran Vía 1",
    "postal_code": "48001",
    "city": "Bilbao",
    "country": "ES",
    "vat_id": "B58378431",
}


@pytest.fixture
def sold(deal: Deal) -> Deal:
    deal.order_id = deal.agree(**TAXED).pk
    say(deal)
    deal.sent()
    return deal


def invoice_url(deal: Deal, format: str) -> str:
    paper = Paper.objects.get(order=deal.order_id, kind="invoice")
    return reverse("orders:paper", args=[deal.order_id, paper.pk, format])


def test_the_page_lists_each_paper_with_its_formats(sold: Deal) -> None:
    words = page(sold, sold.ben)
    for expected in (
        "Papers",
        "Order confirmation",
        "Delivery note",
        "INV-2026-00001",
        "PDF with XML (Factur-X)",
    ):
        assert expected in words, expected
    for paper in Paper.objects.all():
        assert f"/papers/{paper.pk}/ubl/" in words
    pdf = browser(sold.ben).get(invoice_url(sold, "facturx"))
    assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")
    assert pdf["Cache-Control"] == "private, no-store"
    assert list(PdfReader(io.BytesIO(pdf.content)).attachments) == ["factur-x.xml"]
    xml = browser(sold.max).get(invoice_url(sold, "ubl"))
    assert xml.content.startswith(b"<?xml")
    assert xml["Content-Disposition"] == 'attachment; filename="INV-2026-00001-invoice.xml"'


def test_a_stranger_finds_no_paper_and_a_format_that_is_none_is_missing(sold: Deal) -> None:
    assert browser(sold.cleo).get(invoice_url(sold, "ubl")).status_code == 404
    assert browser(sold.ben).get(invoice_url(sold, "docx")).status_code == 404
    other = reverse("orders:paper", args=[sold.agree().pk, Paper.objects.all()[0].pk, "ubl"])
    assert browser(sold.ben).get(other).status_code == 404
    assert browser().get(invoice_url(sold, "ubl")).status_code == 302


def test_a_seller_who_has_said_nothing_is_told_what_an_invoice_needs(deal: Deal) -> None:
    deal.order_id = deal.agree(**TAXED).pk
    needed = "Before an invoice can be issued, your organisation must give its address."
    assert needed in page(deal, deal.sol)
    assert needed not in page(deal, deal.ben)
    say(deal, vat_id="")
    assert needed not in page(deal, deal.sol)
    assert "it must give its VAT number" in page(deal, deal.sol)
    say(deal)
    assert "it must give its VAT number" not in page(deal, deal.sol)


def test_rest_lists_papers_and_gives_their_bytes_and_the_invoices_facts(sold: Deal) -> None:
    status, found = call(sold, sold.ben, "GET", f"documents?order={sold.order_id}&language=es")
    rows = {(row["kind"], row["format"]): row for row in found["documents"]}
    assert status == 200
    assert set(rows) == {
        ("agreement", "pdf"),
        ("order", "ubl"),
        ("order_agreement", "ubl"),
        ("confirmation", "pdf"),
        ("confirmation", "ubl"),
        ("delivery_note", "pdf"),
        ("delivery_note", "ubl"),
        ("invoice", "facturx"),
        ("invoice", "ubl"),
    }
    row = rows["invoice", "facturx"]
    assert (row["number"], row["language"], rows["invoice", "ubl"]["language"]) == (
        "INV-2026-00001",
        "es",
        "",
    )
    status, pdf = call(sold, sold.ben, "GET", row["href"].removeprefix("/api/v1/"))
    assert (status, pdf[:5], len(pdf)) == (200, b"%PDF-", row["size_bytes"])
    status, facts = call(sold, sold.ben, "GET", f"documents/{row['id']}/facts")
    assert (status, facts["gross"], facts["taxed"]["rate_bp"]) == (200, 7_411_250, 2_100)
    assert facts["lines"][0]["quantity"] == "500"
    agreement = rows["agreement", "pdf"]["id"]
    assert call(sold, sold.ben, "GET", f"documents/{agreement}/facts")[0] == 404
    assert call(sold, sold.cleo, "GET", f"documents/{row['id']}/facts")[0] == 404
    assert call(sold, sold.ben, "GET", f"documents/{uuid4()}/facts")[0] == 404


def test_a_manager_says_it_once_and_what_cannot_be_is_shown_beside_its_field(deal: Deal) -> None:
    url = reverse("people:set_legal_facts", args=[deal.seller.slug])
    wrong: dict[str, Any] = {**FORM, "vat_id": "B58378432", "city": ""}
    answer = browser(deal.ada).post(url, wrong)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "This is no VAT number" in shown
    assert 'value="B58378432"' in shown
    assert legal.facts_of(deal.seller.pk) is None
    assert browser(deal.ada).post(url, FORM).status_code == 302
    said = legal.facts_of(deal.seller.pk)
    assert said is not None
    assert (said.vat_id, said.set_by_id) == ("ESB58378431", deal.ada.pk)
    page_again = browser(deal.ada).get(reverse("people:organisation", args=[deal.seller.slug]))
    assert "ESB58378431" in page_again.content.decode()
    assert browser(deal.ada).post(url, FORM).status_code == 302
    again = legal.facts_of(deal.seller.pk)
    assert again is not None
    assert again.set_at == said.set_at


def test_only_a_manager_says_it(deal: Deal) -> None:
    with pytest.raises(NotPermitted):
        legal.set_facts(actor=deal.sol, organisation=deal.seller, said=SAID, now=deal.now)
    with pytest.raises(NotFound):
        legal.set_facts(actor=deal.cleo, organisation=deal.seller, said=SAID, now=deal.now)
    url = reverse("people:set_legal_facts", args=[deal.seller.slug])
    assert browser(deal.cleo).post(url, FORM).status_code == 404
    assert browser(deal.sol).post(url, FORM).status_code == 403
