"""Invoices and credit notes as UN/CEFACT Cross Industry Invoice, in the profile EN 16931 of Factur-X 1.09
(ZUGFeRD 2): what is embedded in the PDF.
"""

from datetime import date
from typing import Final

from orders.documents import amounts
from orders.documents.facts import InvoiceFacts, LineFacts, PartyFacts, Tax
from orders.documents.ubl import EN16931
from orders.documents.ubl_parts import NOT_SUBJECT, clean
from orders.documents.xml_tree import Element

_CII: Final = "urn:un:unece:uncefact:data:standard:"
RSM: Final = f"{_CII}CrossIndustryInvoice:100"
RAM: Final = f"{_CII}ReusableAggregateBusinessInformationEntity:100"
UDT: Final = f"{_CII}UnqualifiedDataType:100"
QDT: Final = f"{_CII}QualifiedDataType:100"
PREFIXES: Final = {"rsm": RSM, "ram": RAM, "udt": UDT, "qdt": QDT}
_TYPES: Final = {"invoice": "380", "credit_note": "381"}  # UNCL 1001
_BANK_CARD: Final = "48"  # UNCL 4461
_DATE: Final = "102"  # UNCL 2379: CCYYMMDD


def invoice(facts: InvoiceFacts) -> Element:
    """The same as `ubl.invoice` says."""
    return _group(
        RSM,
        "CrossIndustryInvoice",
        [
            _group(
                RSM,
                "ExchangedDocumentContext",
                _ram(
                    "GuidelineSpecifiedDocumentContextParameter",
                    _value("ID", EN16931),
                ),
            ),
            _group(
                RSM,
                "ExchangedDocument",
                _value("ID", facts.number),
                _value("TypeCode", _TYPES[facts.kind]),
                _ram("IssueDateTime", _day(UDT, facts.issued_on)),
                _ram("IncludedNote", _value("Content", facts.title)),
            ),
            _group(
                RSM,
                "SupplyChainTradeTransaction",
                *(_line(line, facts) for line in facts.lines),
                _agreement(facts),
                _delivery(facts),
                _settlement(facts),
            ),
        ],
    )


def _line(line: LineFacts, facts: InvoiceFacts) -> list[Element]:
    included = facts.taxed.basis == "included"
    return _ram(
        "IncludedSupplyChainTradeLineItem",
        _ram("AssociatedDocumentLineDocument", _value("LineID", str(line.position))),
        _ram("SpecifiedTradeProduct", _value("Name", line.title)),
        _ram(
            "SpecifiedLineTradeAgreement",
            _ram(
                "NetPriceProductTradePrice",
                _amount("ChargeAmount", line.net if included else line.unit_price, facts.currency),
                _value("BasisQuantity", line.quantity, unitCode=line.unit) if included else [],
            ),
        ),
        _ram("SpecifiedLineTradeDelivery", _value("BilledQuantity", line.quantity, unitCode=line.unit)),
        _ram(
            "SpecifiedLineTradeSettlement",
            _ram("ApplicableTradeTax", _value("TypeCode", "VAT"), *_category(facts)),
            _ram(
                "SpecifiedTradeSettlementLineMonetarySummation",
                _amount("LineTotalAmount", line.net, facts.currency),
            ),
        ),
    )


def _category(facts: InvoiceFacts) -> list[list[Element]]:
    outside = facts.taxed.category is Tax.OUTSIDE
    return [
        _value("CategoryCode", facts.taxed.category.value),
        [] if outside else _value("RateApplicablePercent", amounts.percent(facts.taxed.rate_bp)),
    ]


def _agreement(facts: InvoiceFacts) -> list[Element]:
    with_vat = facts.taxed.category is not Tax.OUTSIDE
    return _ram(
        "ApplicableHeaderTradeAgreement",
        _value("BuyerReference", facts.reference),
        _party("SellerTradeParty", facts.seller, with_vat=with_vat),
        _party("BuyerTradeParty", facts.buyer, with_vat=with_vat),
        _ram("BuyerOrderReferencedDocument", _value("IssuerAssignedID", facts.order_number)),
    )


def _party(name: str, facts: PartyFacts, *, with_vat: bool) -> list[Element]:
    return _ram(
        name,
        _value("ID", facts.identifier),
        _value("Name", facts.name),
        _ram("SpecifiedLegalOrganization", _value("ID", facts.registration)),
        _ram(
            "DefinedTradeContact",
            _value("PersonName", facts.contact),
            _ram("TelephoneUniversalCommunication", _value("CompleteNumber", facts.phone)),
        ),
        _address(facts),
        _ram("SpecifiedTaxRegistration", _value("ID", facts.vat_id if with_vat else "", schemeID="VA")),
    )


def _address(facts: PartyFacts) -> list[Element]:
    return _ram(
        "PostalTradeAddress",
        _value("PostcodeCode", facts.postal_code),
        _value("LineOne", facts.street),
        _value("CityName", facts.city),
        _value("CountryID", facts.country),
    )


def _delivery(facts: InvoiceFacts) -> list[Element]:
    return _ram(
        "ApplicableHeaderTradeDelivery",
        _ram("ShipToTradeParty", _address(facts.buyer)),
        _ram(
            "ActualDeliverySupplyChainEvent",
            _ram("OccurrenceDateTime", _day(UDT, facts.delivered_on)),
        ),
    )


def _settlement(facts: InvoiceFacts) -> list[Element]:
    currency = facts.currency
    code, reason = NOT_SUBJECT if facts.taxed.category is Tax.OUTSIDE else ("", "")
    category, rate = _category(facts)
    return _ram(
        "ApplicableHeaderTradeSettlement",
        _value("InvoiceCurrencyCode", currency),
        _ram("SpecifiedTradeSettlementPaymentMeans", _value("TypeCode", _BANK_CARD)),
        _ram(
            "ApplicableTradeTax",
            _amount("CalculatedAmount", facts.tax, currency),
            _value("TypeCode", "VAT"),
            _value("ExemptionReason", reason),
            _amount("BasisAmount", facts.net, currency),
            category,
            _value("ExemptionReasonCode", code),
            rate,
        ),
        _ram(
            "SpecifiedTradeSettlementHeaderMonetarySummation",
            _amount("LineTotalAmount", facts.net, currency),
            _amount("TaxBasisTotalAmount", facts.net, currency),
            _value("TaxTotalAmount", amounts.text(facts.tax, currency), currencyID=currency),
            _amount("GrandTotalAmount", facts.gross, currency),
            _amount("TotalPrepaidAmount", facts.gross, currency),
            _amount("DuePayableAmount", 0, currency),
        ),
        _ram(
            "InvoiceReferencedDocument",
            _value("IssuerAssignedID", facts.corrects),
            _ram("FormattedIssueDateTime", _day(QDT, facts.corrects_on)),
        ),
    )


def _group(namespace: str, name: str, *parts: list[Element]) -> Element:
    return Element(f"{{{namespace}}}{name}", children=tuple(one for part in parts for one in part))


def _ram(name: str, *parts: list[Element]) -> list[Element]:
    """An aggregate; none where all of its parts are empty."""
    made = _group(RAM, name, *parts)
    return [made] if made.children else []


def _value(name: str, value: str, **attributes: str) -> list[Element]:
    return [Element(f"{{{RAM}}}{name}", clean(value), tuple(attributes.items()))] if value else []


def _amount(name: str, minor: int, currency: str) -> list[Element]:
    return _value(name, amounts.text(minor, currency))


def _day(namespace: str, day: date | None) -> list[Element]:
    if day is None:
        return []
    return [Element(f"{{{namespace}}}DateTimeString", f"{day:%Y%m%d}", (("format", _DATE),))]
