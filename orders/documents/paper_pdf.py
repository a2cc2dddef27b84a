"""The papers for people: confirmation, delivery note, invoice and credit note as PDF/A-3."""

from datetime import date, datetime
from typing import Any, Final

from django.utils import formats, translation
from django.utils.translation import gettext as _

from negotiation_hub.kernel import countries
from orders import wording
from orders.documents import typesetting
from orders.documents.facts import (
    ChangedLine,
    ChangeFacts,
    DealFacts,
    DespatchFacts,
    Facts,
    InvoiceFacts,
    LineFacts,
    PartyFacts,
    Tax,
)
from orders.models import PaperKind

_PRODUCT: Final = "Negotiation Hub"


def draw(kind: PaperKind, facts: Facts, language: str, at: datetime) -> bytes:
    """The PDF of a paper: the same facts and time give the same bytes."""
    with translation.override(language):
        content = _content(kind, facts)
    return typesetting.draw("paper", {**content, "language": language}, at=at)


def kind_words(kind: str) -> str:
    """What a paper is called, in the active language."""
    words = {
        "agreement": _("Agreement"),
        PaperKind.ORDER: _("Order"),
        PaperKind.ORDER_AGREEMENT: _("Order agreement"),
        PaperKind.CONFIRMATION: _("Order confirmation"),
        PaperKind.ORDER_CHANGE: _("Order change"),
        PaperKind.DELIVERY_NOTE: _("Delivery note"),
        PaperKind.INVOICE: _("Invoice"),
        PaperKind.CREDIT_NOTE: _("Credit note"),
    }
    return words.get(kind, kind)


def _content(kind: PaperKind, facts: Facts) -> dict[str, Any]:
    heading, day = kind_words(kind), _day(facts.issued_on)
    lines: dict[str, Any] = _despatch(facts) if isinstance(facts, DespatchFacts) else _priced(facts)
    return {
        "product": _PRODUCT,
        "heading": heading,
        "number": facts.number,
        "day": day,
        "title": facts.title,
        "seller": _party(_("Seller"), facts.seller),
        "buyer": _party(_("Buyer"), facts.buyer),
        "facts": [{"name": name, "value": value} for name, value in _facts(facts) if value],
        "notes": [note for note in _notes(kind, facts) if note],
        "footer": _("%(kind)s %(number)s of %(date)s")
        % {"kind": heading, "number": facts.number, "date": day},
        **lines,
    }


def _party(role: str, facts: PartyFacts) -> dict[str, Any]:
    town = f"{facts.postal_code} {facts.city}".strip()
    vat = _("VAT number %(number)s") % {"number": facts.vat_id} if facts.vat_id else ""
    register = _("Registration number %(number)s") % {"number": facts.registration}
    rows = [
        facts.contact,
        facts.street,
        town,
        countries.name(facts.country) if facts.country else "",
        facts.phone,
        vat,
        register if facts.registration else "",
    ]
    return {"role": role, "name": facts.name, "rows": [row for row in rows if row]}


def _facts(facts: Facts) -> list[tuple[str, str]]:
    reference = (_("Buyer's reference"), facts.reference)
    if isinstance(facts, DealFacts):
        return [reference, (_("Wanted by"), _day(facts.expected_on))]
    order = (_("Order"), facts.order_number)
    if isinstance(facts, ChangeFacts):
        before = wording.amount(facts.gross_before, facts.currency)
        return [order, reference, (_("Agreement"), facts.agreement), (_("Total before"), before)]
    if isinstance(facts, DespatchFacts):
        return [
            order,
            reference,
            (_("Carrier"), facts.carrier),
            (_("Tracking number"), facts.tracking),
            (_("Wanted by"), _day(facts.expected_on)),
        ]
    invoice = ""
    if facts.corrects:
        words = {"number": facts.corrects, "date": _day(facts.corrects_on)}
        invoice = _("%(number)s of %(date)s") % words
    return [
        order,
        reference,
        (_("About the invoice"), invoice),
        (_("Day of delivery"), _day(facts.delivered_on)),
    ]


def _despatch(facts: DespatchFacts) -> dict[str, Any]:
    return {
        "columns": [_("No."), _("Item"), _("Quantity")],
        "lines": [
            [
                str(line.position),
                line.title,
                wording.quantity(line.quantity, line.unit) if line.quantity else "",
            ]
            for line in facts.lines
        ],
        "sums": [],
        "total": None,
    }


def _status(line: LineFacts) -> str:
    """What has become of a changed line, in brackets behind its title."""
    words = {"1": _("new"), "2": _("no longer ordered"), "3": _("changed")}
    return f" ({words[line.status]})" if isinstance(line, ChangedLine) and line.status in words else ""


def _priced(facts: DealFacts | InvoiceFacts | ChangeFacts) -> dict[str, Any]:
    def shown(minor: int) -> str:
        return wording.amount(minor, facts.currency)

    return {
        "columns": [_("No."), _("Item"), _("Quantity"), _("Unit price"), _("Net")],
        "lines": [
            [
                str(line.position),
                line.title + _status(line),
                wording.quantity(line.quantity, line.unit),
                shown(line.unit_price),
                shown(line.net),
            ]
            for line in facts.lines
        ],
        "sums": [
            {"name": _("Net"), "amount": shown(facts.net)},
            {"name": _tax(facts), "amount": shown(facts.tax)},
        ],
        "total": {"name": _("Total"), "amount": shown(facts.gross)},
    }


def _tax(facts: DealFacts | InvoiceFacts | ChangeFacts) -> str:
    if facts.taxed.category is Tax.OUTSIDE:
        return _("No VAT")
    return _("VAT (%(rate)s)") % {"rate": wording.percent(facts.taxed.rate_bp)}


def _notes(kind: PaperKind, facts: Facts) -> list[str]:
    if isinstance(facts, DespatchFacts):
        return ["" if facts.complete else _("This is a part. More follows.")]
    notes = []
    if facts.taxed.basis == "included":
        notes.append(_("Unit prices include the VAT."))
    if facts.taxed.category is Tax.OUTSIDE:
        notes.append(_("Not subject to VAT: both sides agreed on prices without it."))
    words = {
        PaperKind.CONFIRMATION: _("The seller takes the order as it is."),
        PaperKind.ORDER_CHANGE: _("Both sides have accepted this change of the order."),
        PaperKind.INVOICE: _("Paid by card. Nothing is left to pay."),
        PaperKind.CREDIT_NOTE: _("The amount was given back to the card."),
    }
    return [*notes, words.get(kind, "")]


def _day(day: date | None) -> str:
    return "" if day is None else formats.date_format(day, "DATE_FORMAT")
