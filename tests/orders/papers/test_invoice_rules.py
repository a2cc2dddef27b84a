"""Every invoice and credit note keeps the rules of EN 16931, and says exactly what was agreed."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from negotiation_hub.kernel import money
from orders.documents import amounts, cii, credited_lines, renditions, ubl, xml_tree
from orders.documents.facts import InvoiceFacts
from orders.documents.paper_pdf import draw
from orders.models import PaperKind
from tests.orders.deal import START
from tests.orders.papers.samples import Basis, invoice
from tests.orders.papers.validators import UBL_XSDS, cii_faults, invoice_faults, xsd_faults
from tests.orders.test_documents import HOSTILE, text_of

CURRENCIES = ("EUR", "JPY", "ISK", "KWD", "TND", "USD")
CREDIT: dict[str, Any] = {
    "kind": "credit_note",
    "corrects": "INV-2026-00001",
    "corrects_on": date(2026, 3, 1),
}
quantities = st.decimals(min_value="0.01", max_value="9999", places=6)
lines = st.lists(st.tuples(quantities.map(lambda value: f"{value.normalize():f}"), st.integers(100, 10**7)),
                 min_size=1, max_size=5)  # fmt: skip


def as_ubl(facts: InvoiceFacts) -> bytes:
    return xml_tree.write(ubl.invoice(facts))


def as_cii(facts: InvoiceFacts) -> bytes:
    return xml_tree.write(cii.invoice(facts), cii.PREFIXES)


def sums(facts: InvoiceFacts) -> tuple[Decimal | None, ...]:
    """Net, tax, gross and what is left to pay, as the XML has them."""
    tree = xml_tree.read(as_ubl(facts))
    total = "LegalMonetaryTotal"
    paths = (f"{total}/TaxExclusiveAmount", "TaxTotal/TaxAmount", f"{total}/TaxInclusiveAmount")
    return tuple(tree.decimal(path) for path in (*paths, f"{total}/PayableAmount"))


@settings(max_examples=60, deadline=None)
@given(
    lines=lines,
    basis=st.sampled_from(["none", "added", "included"]),
    rate_bp=st.sampled_from([0, 1, 400, 550, 2_100, 2_500]) | st.integers(0, 9_999),
    currency=st.sampled_from(CURRENCIES),
    credit=st.booleans(),
)
def test_any_deal_gives_an_invoice_by_the_rules_with_its_exact_sums(
    lines: list[tuple[str, int]], basis: Basis, rate_bp: int, currency: str, credit: bool
) -> None:
    facts = invoice(lines, basis=basis, rate_bp=rate_bp, currency=currency, **(CREDIT if credit else {}))
    places = money.exponent(currency)
    exact = tuple(Decimal(minor).scaleb(-places) for minor in (facts.net, facts.tax, facts.gross, 0))
    assert sums(facts) == exact
    faults = invoice_faults(as_ubl(facts))
    if amounts.fits_en16931(facts):
        assert faults == []
        assert cii_faults(as_cii(facts)) == []
    else:  # thousandths, or a rate below half a percent: the document does not claim to keep those rules
        assert places == 3 or 0 < rate_bp < 50
        assert "BR-01" in faults
        name = "CreditNote" if credit else "Invoice"
        assert xsd_faults(as_ubl(facts), UBL_XSDS / f"UBL-{name}-2.1.xsd") == []


@settings(max_examples=40, deadline=None)
@given(
    lines=lines,
    basis=st.sampled_from(["none", "added", "included"]),
    rate_bp=st.integers(0, 9_999),
    share=st.fractions(0, 1),
    currency=st.sampled_from(["EUR", "JPY"]),
)
def test_any_part_that_is_given_back_gives_a_credit_note_by_the_rules(
    lines: list[tuple[str, int]], basis: Basis, rate_bp: int, share: Any, currency: str
) -> None:
    facts = invoice(lines, basis=basis, rate_bp=rate_bp, currency=currency)
    amount = max(1, int(facts.gross * share))
    net, tax = amounts.credited(facts, amount)
    assert net + tax == amount
    part = facts.lines if amount == facts.gross else credited_lines.unnamed(facts, amount, net)
    note = replace(facts, lines=part, net=net, tax=tax, gross=amount, **CREDIT)
    if not amounts.fits_en16931(note):
        assert 0 < rate_bp < 50
        return
    assert invoice_faults(as_ubl(note)) == []
    assert cii_faults(as_cii(note)) == []


@pytest.mark.parametrize("basis", ["none", "added", "included"])
def test_lines_of_an_included_price_add_up_to_the_net_and_the_gross_stays(basis: Basis) -> None:
    facts = invoice([("1", 1), ("1", 1), ("1", 1)], basis=basis, rate_bp=2_100)
    assert sum(line.net for line in facts.lines) == facts.net
    assert invoice_faults(as_ubl(facts)) == []


def test_a_wrong_tax_sum_is_found() -> None:
    facts = invoice()
    wrong = replace(facts, tax=facts.tax + 200)
    assert {"BR-CO-15", "BR-CO-17", "BR-S-09"} & set(invoice_faults(as_ubl(wrong)))
    assert {"BR-CO-15", "BR-CO-17", "BR-S-09"} & set(cii_faults(as_cii(wrong)))


def test_a_seller_without_an_address_and_a_line_too_much_are_found() -> None:
    facts = invoice()
    nowhere = replace(facts, seller=replace(facts.seller, street="", city="", postal_code="", country=""))
    assert {"BR-08", "BR-09"} & set(invoice_faults(as_ubl(nowhere)))
    assert "BR-CO-10" in invoice_faults(as_ubl(replace(facts, lines=(*facts.lines, facts.lines[0]))))


def test_without_tax_no_vat_number_is_said_and_with_tax_both_are_reached() -> None:
    vat = replace(invoice().buyer, vat_id="ESB58378431")
    outside = as_ubl(invoice(basis="none", buyer=vat))
    assert b"ESB58378431" not in outside
    assert invoice_faults(outside) == []
    taxed = as_ubl(invoice(buyer=vat))
    assert ubl.BILLING.encode() in taxed
    assert invoice_faults(taxed) == []
    assert ubl.BILLING.encode() not in as_ubl(invoice())


def test_what_xml_cannot_have_is_left_out_and_markup_stays_text() -> None:
    facts = invoice(title="A \x0b& <b>\ufffe")
    assert xml_tree.read(as_ubl(facts)).text("Note") == "A & <b>"
    assert invoice_faults(as_ubl(facts)) == []


@pytest.mark.parametrize(("language", "word"), [("en", "Invoice"), ("es", "Factura")])
def test_the_invoice_for_people_is_a_pdf_a_with_the_same_invoice_in_it(language: str, word: str) -> None:
    facts = invoice(title=HOSTILE[:200])
    pdf = renditions.factur_x(draw(PaperKind.INVOICE, facts, language, START), facts, language)
    read = PdfReader(io.BytesIO(pdf))
    assert read.attachments["factur-x.xml"] == [as_cii(facts)]
    assert read.xmp_metadata is not None
    marks = read.xmp_metadata.stream.get_data().decode()
    for mark in (
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>B</pdfaid:conformance>",
        "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
        "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>",
        "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>",
    ):
        assert mark in marks, mark
    root: Any = read.trailer["/Root"]
    assert "/OutputIntents" in root
    assert [one.get_object()["/AFRelationship"] for one in root["/AF"]] == ["/Alternative"]
    words = text_of(pdf)
    assert word in words
    assert "INV-2026-00001" in words
    assert '#panic("boom") *bold*' in words
