"""Documents from elsewhere are read securely and whole; ours keep the schemas of UBL."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from negotiation_hub.kernel import limits
from orders.documents import ubl_reader, xml_tree
from orders.documents.issue import facts_of
from orders.documents.renditions import as_ubl
from orders.documents.ubl_reader import DocumentUnknown
from orders.documents.xml_tree import DocumentMalformed
from orders.models import Paper, PaperKind
from tests.orders.deal import Deal
from tests.orders.papers.samples import say
from tests.orders.papers.test_issuing import TAXED, refund
from tests.orders.papers.validators import UBL_XSDS, xsd_faults

EXAMPLES = [
    "Allowance-example",
    "Catalogue_Example",
    "CatalogueResponse_Example",
    "DespatchAdvice_Example",
    "InvoiceResponse_Example",
    "MessageLevelResponse_Example",
    "OrderAgreement_Example",
    "OrderCancellation_Example",
    "OrderChange_Example",
    "OrderResponseAdvanced_Example",
    "OrderResponse_Example",
    "Order_Example",
    "PunchOut_Example",
    "Vat-category-S",
    "base-creditnote-correction",
    "base-example",
    "base-negative-inv-correction",
    "sales-order-example",
    "vat-category-E",
    "vat-category-O",
    "vat-category-Z",
]
NS = 'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"'


def canonical(data: bytes) -> bytes:
    """C14N without comments and without the white space between elements."""
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False)
    root = etree.fromstring(data, parser)
    for one in root.iter():
        if len(one):
            one.text = None
        one.tail = None
    # Prefixes are no content; the writer's own replace those of the source.
    plain = xml_names(root)
    return etree.tostring(plain, method="c14n", with_comments=False)


def xml_names(root: etree._Element) -> etree._Element:
    made = etree.Element(root.tag, dict(root.attrib))
    made.text = root.text
    made.extend([xml_names(child) for child in root])
    return made


@pytest.mark.realdata
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_comes_back_with_the_same_content(realdata: Path, name: str) -> None:
    data = (realdata / "documents" / "peppol" / f"{name}.xml").read_bytes()
    again = ubl_reader.export(ubl_reader.read(data))
    assert canonical(again) == canonical(data)
    assert ubl_reader.read(again) == ubl_reader.read(data)


@pytest.mark.realdata
def test_the_examples_are_all_of_the_folder(realdata: Path) -> None:
    found = {path.stem for path in (realdata / "documents" / "peppol").glob("*.xml")}
    assert found == set(EXAMPLES)


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "kind", "transaction", "paid"),
    [
        ("Order_Example", "Order", "order", None),
        ("OrderAgreement_Example", "OrderResponse", "order_agreement", "30.00"),
        ("OrderChange_Example", "OrderChange", "order_change", None),
        ("OrderCancellation_Example", "OrderCancellation", "order_cancellation", None),
        ("DespatchAdvice_Example", "DespatchAdvice", "despatch_advice", None),
        ("base-example", "Invoice", "", "1656.25"),
        ("base-creditnote-correction", "CreditNote", "", "1656.25"),
    ],
)
def test_an_example_says_its_kind_number_and_sum(
    realdata: Path, name: str, kind: str, transaction: str, paid: str | None
) -> None:
    found = ubl_reader.read((realdata / "documents" / "peppol" / f"{name}.xml").read_bytes())
    assert (found.kind, found.transaction) == (kind, transaction)
    assert found.number
    assert found.issued_on is not None
    assert paid is None or str(found.payable) == paid


@pytest.mark.realdata
def test_all_that_a_deal_issues_keeps_the_schemas(deal: Deal, realdata: Path) -> None:
    deal.order_id = deal.agree(**TAXED).pk
    say(deal)
    deal.sent()
    refund(deal, 1_000)
    kinds = set()
    for paper in Paper.objects.all():
        kinds.add(paper.kind)
        tree = as_ubl(PaperKind(paper.kind), facts_of(paper))
        schema = realdata / "documents" / "ubl-xsd" / "maindoc" / f"UBL-{tree.local}-2.1.xsd"
        assert xsd_faults(xml_tree.write(tree), schema) == [], paper.kind
    # That of an order change: tests/rooms/test_amending.py.
    assert kinds == {kind.value for kind in PaperKind} - {"order_change"}


def test_what_is_issued_is_read_again_whole(deal: Deal) -> None:
    say(deal)
    deal.sent()
    for paper in Paper.objects.all():
        tree = as_ubl(PaperKind(paper.kind), facts_of(paper))
        assert ubl_reader.read(xml_tree.write(tree)).tree == tree
    facts = facts_of(Paper.objects.get(kind="invoice"))
    invoice = ubl_reader.read(xml_tree.write(as_ubl(PaperKind.INVOICE, facts)))
    assert invoice.number == "INV-2026-00001"
    assert str(invoice.payable) == "0.00"
    assert invoice.tree.one("InvoiceLine") is not None
    assert xsd_faults(ubl_reader.export(invoice), UBL_XSDS / "UBL-Invoice-2.1.xsd") == []


BOMB = "".join(f'<!ENTITY b{i} "{f"&b{i - 1};" * 10 if i else "ha" * 10}">' for i in range(10))
HOSTILE: dict[str, Any] = {
    "a file": f'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><Order {NS}>&x;</Order>',
    "an address": f'<!DOCTYPE o SYSTEM "http://127.0.0.1:9/x.dtd"><Order {NS}/>',
    "a bomb": f"<!DOCTYPE o [{BOMB}]><Order {NS}>&b9;</Order>",
    "an empty document type": f"<!DOCTYPE Order><Order {NS}/>",
    "an entity that nobody made": f"<Order {NS}>&x;</Order>",
    "half of it": f"<Order {NS}><a>",
    "nothing": "",
    "no xml": "%PDF-1.7",
    "text among elements": f"<Order {NS}>text<a/></Order>",
    "too deep": f"<Order {NS}>" + "<a>" * 5_000 + "</a>" * 5_000 + "</Order>",
    "a number out of range": f"<Order {NS}>&#0;</Order>",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_document_is_refused(what: str) -> None:
    with pytest.raises(DocumentMalformed):
        ubl_reader.read(HOSTILE[what].encode())


def test_a_document_that_is_too_large_or_has_too_much_in_it_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = f"<Order {NS}>{'<a/>' * 50}</Order>".encode()
    assert len(xml_tree.read(many).children) == 50
    monkeypatch.setattr(limits, "XML_ELEMENTS_MAX", 50)
    with pytest.raises(DocumentMalformed):
        xml_tree.read(many)
    monkeypatch.setattr(limits, "XML_BYTES_MAX", 50)
    with pytest.raises(DocumentMalformed):
        xml_tree.read(f"<Order {NS}/>".encode())


@pytest.mark.parametrize("data", ["<Order/>", '<Order xmlns="urn:x"/>', "<html/>", f"<Invoice {NS}/>"])
def test_what_is_no_document_of_ubl_is_refused(data: str) -> None:
    with pytest.raises(DocumentUnknown):
        ubl_reader.read(data.encode())
