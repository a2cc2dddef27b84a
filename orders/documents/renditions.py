"""In which formats a paper is to be had, and each of them: made once from its facts, kept, served."""

from datetime import datetime
from typing import Final

from orders.documents import amounts, cii, paper_pdf, store, ubl, ubl_change, xml_tree
from orders.documents.facts import ChangeFacts, DespatchFacts, Facts, InvoiceFacts
from orders.documents.issue import facts_of
from orders.models import Document, Paper, PaperKind

UBL: Final = "ubl"
PDF: Final = "pdf"
FACTUR_X: Final = "facturx"
_XML_ONLY: Final = frozenset({PaperKind.ORDER, PaperKind.ORDER_AGREEMENT})


def formats_of(paper: Paper) -> tuple[str, ...]:
    """The formats of a paper; the one for people first."""
    kind = PaperKind(paper.kind)
    if kind in _XML_ONLY:
        return (UBL,)
    if kind in {PaperKind.INVOICE, PaperKind.CREDIT_NOTE}:
        facts = facts_of(paper)
        assert isinstance(facts, InvoiceFacts)  # noqa: S101 - of these kinds it is
        return (FACTUR_X if amounts.fits_en16931(facts) else PDF, UBL)
    return (PDF, UBL)


def document(paper: Paper, format: str, language: str, now: datetime) -> Document:
    """A paper in one of its formats; in a language where it is for people.

    Raises KeyError for a format that it does not have, crypto.BadSeal.
    """
    if format not in formats_of(paper):
        raise KeyError(format)
    spoken = "" if format == UBL else store.language_for(language)
    suffix = ".xml" if format == UBL else f"-{spoken}.pdf"
    wanted = Document(
        order_id=paper.order_id,
        paper=paper,
        kind=paper.kind,
        format=format,
        language=spoken,
        name=f"{paper.number}-{paper.kind}{suffix}",
        media_type=store.XML if format == UBL else store.PDF,
    )
    return store.keep(wanted, lambda: make(paper, format, spoken), now)


def make(paper: Paper, format: str, language: str) -> bytes:
    """The bytes of a paper in a format."""
    facts, kind = facts_of(paper), PaperKind(paper.kind)
    if format == UBL:
        return xml_tree.write(as_ubl(kind, facts))
    pdf = paper_pdf.draw(kind, facts, language, paper.issued_at)
    if format == FACTUR_X and isinstance(facts, InvoiceFacts):
        return factur_x(pdf, facts, language)
    return pdf


def as_ubl(kind: PaperKind, facts: Facts) -> xml_tree.Element:
    """What a paper says, in UBL."""
    if isinstance(facts, InvoiceFacts):
        return ubl.invoice(facts)
    if isinstance(facts, DespatchFacts):
        return ubl.despatch_advice(facts)
    if isinstance(facts, ChangeFacts):
        return ubl_change.order_change(facts)
    return _OF_DEALS[kind](facts)


_OF_DEALS: Final = {
    PaperKind.ORDER: ubl.order,
    PaperKind.ORDER_AGREEMENT: ubl.order_agreement,
    PaperKind.CONFIRMATION: ubl.order_response,
}


def factur_x(pdf: bytes, facts: InvoiceFacts, language: str) -> bytes:
    """A PDF/A-3 with the same invoice in it as `factur-x.xml`, in the profile EN 16931."""
    from facturx import generate_from_binary  # its imports take a third of a second

    made: bytes = generate_from_binary(
        pdf,
        xml_tree.write(cii.invoice(facts), cii.PREFIXES),
        flavor="factur-x",
        level="en16931",
        check_xsd=True,
        check_schematron=False,  # it asks a server for that; the tests run the rules themselves
        pdf_metadata={
            "author": facts.seller.name,
            "keywords": "Factur-X",
            "title": f"{facts.seller.name}: {facts.number}",
            "subject": f"{facts.number}, {facts.issued_on.isoformat()}",
        },
        lang=language,
        afrelationship="alternative",
    )
    return made
