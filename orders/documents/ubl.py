"""The papers of a deal as UBL 2.1 (ISO/IEC 19845), by the specifications of Peppol where our facts suffice:
Order (BIS 3), Order Response (28), Order Agreement (42), Despatch Advice (30), and Invoice and Credit Note by
EN 16931 and Billing 3.0.
"""

from datetime import date
from typing import Final

from orders.documents import amounts
from orders.documents.facts import DealFacts, DespatchFacts, DespatchLine, InvoiceFacts, LineFacts, Tax
from orders.documents.ubl_parts import (
    address,
    amount,
    cac,
    cbc,
    document,
    endpoint,
    monetary_total,
    party,
    price,
    tax_category,
    tax_total,
)
from orders.documents.xml_tree import Element

EN16931: Final = "urn:cen.eu:en16931:2017"
BILLING: Final = f"{EN16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_BILLING_PROFILE: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_TRANSACTION: Final = "urn:fdc:peppol.eu:poacc:trns:"
_PROFILE: Final = "urn:fdc:peppol.eu:poacc:bis:"
_ACCEPTED: Final = "AP"  # UNCL 4343, as order responses use it
_ORDER: Final = "220"  # UNCL 1001, as are the next two
_INVOICE: Final = "380"
_CREDIT_NOTE: Final = "381"
_BANK_CARD: Final = "48"  # UNCL 4461


def _specification(transaction: str, profile: str) -> list[Element]:
    return [
        *cbc("CustomizationID", f"{_TRANSACTION}{transaction}:3"),
        *cbc("ProfileID", f"{_PROFILE}{profile}:3"),
    ]


def order(facts: DealFacts) -> Element:
    """What the buyer has ordered."""
    return document(
        "Order",
        _specification("order", "order_only"),
        cbc("ID", facts.number),
        cbc("IssueDate", _day(facts.issued_on)),
        cbc("OrderTypeCode", _ORDER),
        cbc("Note", facts.title),
        cbc("DocumentCurrencyCode", facts.currency),
        cbc("CustomerReference", facts.reference),
        cac("Contract", cbc("ID", facts.agreement)),
        _buyer("BuyerCustomerParty", facts),
        _seller("SellerSupplierParty", facts),
        cac(
            "Delivery",
            address_of(facts),
            cac("RequestedDeliveryPeriod", cbc("EndDate", _day(facts.expected_on))),
        ),
        _deal_tax(facts),
        monetary_total("AnticipatedMonetaryTotal", facts.net, facts.gross, facts.currency),
        *(cac("OrderLine", _line_item(line, facts, "RequestedDeliveryPeriod")) for line in facts.lines),
    )


def order_response(facts: DealFacts) -> Element:
    """That the seller takes the order as it is."""
    return document(
        "OrderResponse",
        _specification("order_response", "ordering"),
        cbc("ID", f"{facts.number}-R"),
        cbc("IssueDate", _day(facts.issued_on)),
        cbc("OrderResponseCode", _ACCEPTED),
        cbc("DocumentCurrencyCode", facts.currency),
        cbc("CustomerReference", facts.reference),
        cac("OrderReference", cbc("ID", facts.number)),
        _seller("SellerSupplierParty", facts),
        _buyer("BuyerCustomerParty", facts),
    )


def order_agreement(facts: DealFacts) -> Element:
    """What both sides have agreed on, as the seller says it: there was no order by document before it."""
    return document(
        "OrderResponse",
        _specification("order_agreement", "order_agreement"),
        cbc("ID", facts.agreement),
        cbc("SalesOrderID", facts.number),
        cbc("IssueDate", _day(facts.agreed_on)),
        cbc("Note", facts.title),
        cbc("DocumentCurrencyCode", facts.currency),
        cbc("CustomerReference", facts.reference),
        cac("OrderReference", cbc("ID", facts.number)),
        cac("Contract", cbc("ID", facts.agreement)),
        _seller("SellerSupplierParty", facts),
        _buyer("BuyerCustomerParty", facts),
        _deal_tax(facts),
        monetary_total("LegalMonetaryTotal", facts.net, facts.gross, facts.currency),
        *(cac("OrderLine", _line_item(line, facts, "PromisedDeliveryPeriod")) for line in facts.lines),
    )


def despatch_advice(facts: DespatchFacts) -> Element:
    """What is in a shipment. A quantity that the seller did not say is left out, and never guessed."""
    return document(
        "DespatchAdvice",
        _specification("despatch_advice", "despatch_advice"),
        cbc("ID", facts.number),
        cbc("IssueDate", _day(facts.issued_on)),
        cbc("Note", facts.title),
        cac("OrderReference", cbc("ID", facts.order_number)),
        cac("DespatchSupplierParty", party(facts.seller)),
        cac("DeliveryCustomerParty", party(facts.buyer)),
        cac(
            "Shipment",
            cbc("ID", "1"),
            cac(
                "Consignment",
                cbc("ID", "1"),
                cac("CarrierParty", cac("PartyName", cbc("Name", facts.carrier))),
            ),
            cac(
                "Delivery",
                cbc("TrackingID", facts.tracking),
                cac("EstimatedDeliveryPeriod", cbc("EndDate", _day(facts.expected_on))),
                cac("Despatch", cbc("ActualDespatchDate", _day(facts.issued_on))),
            ),
        ),
        *(_despatch_line(line, facts) for line in facts.lines),
    )


def _despatch_line(line: DespatchLine, facts: DespatchFacts) -> list[Element]:
    return cac(
        "DespatchLine",
        cbc("ID", str(line.position)),
        cbc("DeliveredQuantity", line.quantity, unitCode=line.unit),
        cac(
            "OrderLineReference",
            cbc("LineID", str(line.position)),
            cac("OrderReference", cbc("ID", facts.order_number)),
        ),
        cac("Item", cbc("Name", line.title)),
    )


def invoice(facts: InvoiceFacts) -> Element:
    """An invoice or a credit note: paid by card when it is issued, so that nothing is left to pay."""
    credit = facts.kind == "credit_note"
    with_vat = facts.taxed.category is not Tax.OUTSIDE
    name = "CreditNote" if credit else "Invoice"
    return document(
        name,
        _billing(facts),
        cbc("ID", facts.number),
        cbc("IssueDate", _day(facts.issued_on)),
        cbc(f"{name}TypeCode", _CREDIT_NOTE if credit else _INVOICE),
        cbc("Note", facts.title),
        cbc("DocumentCurrencyCode", facts.currency),
        cbc("BuyerReference", facts.reference),
        cac("OrderReference", cbc("ID", facts.order_number)),
        cac(
            "BillingReference",
            cac(
                "InvoiceDocumentReference",
                cbc("ID", facts.corrects),
                cbc("IssueDate", _day(facts.corrects_on)),
            ),
        ),
        cac("AccountingSupplierParty", party(facts.seller, with_vat=with_vat)),
        cac("AccountingCustomerParty", party(facts.buyer, with_vat=with_vat)),
        cac(
            "Delivery",
            cbc("ActualDeliveryDate", _day(facts.delivered_on)),
            cac("DeliveryLocation", address("Address", facts.buyer)),
        ),
        cac("PaymentMeans", cbc("PaymentMeansCode", _BANK_CARD)),
        tax_total(facts.taxed, facts.net, facts.tax, facts.currency),
        monetary_total("LegalMonetaryTotal", facts.net, facts.gross, facts.currency, paid=facts.gross),
        *(_invoice_line(name, line, facts) for line in facts.lines),
    )


def _billing(facts: InvoiceFacts) -> list[Element]:
    """Which rules the document keeps. With thousandths it is plain UBL: EN 16931 has no such amounts."""
    if not amounts.fits_en16931(facts):
        return []
    if facts.taxed.category is not Tax.OUTSIDE and endpoint(facts.seller) and endpoint(facts.buyer):
        return [*cbc("CustomizationID", BILLING), *cbc("ProfileID", _BILLING_PROFILE)]
    return cbc("CustomizationID", EN16931)


def _invoice_line(name: str, line: LineFacts, facts: InvoiceFacts) -> list[Element]:
    quantity = "CreditedQuantity" if name == "CreditNote" else "InvoicedQuantity"
    return cac(
        f"{name}Line",
        cbc("ID", str(line.position)),
        cbc(quantity, line.quantity, unitCode=line.unit),
        amount("LineExtensionAmount", line.net, facts.currency),
        cac("Item", cbc("Name", line.title), tax_category("ClassifiedTaxCategory", facts.taxed)),
        price(line, facts.taxed, facts.currency),
    )


def _line_item(line: LineFacts, facts: DealFacts, period: str) -> list[Element]:
    return cac(
        "LineItem",
        cbc("ID", str(line.position)),
        cbc("Quantity", line.quantity, unitCode=line.unit),
        amount("LineExtensionAmount", line.net, facts.currency),
        cac("Delivery", cac(period, cbc("EndDate", _day(line.due)))),
        price(line, facts.taxed, facts.currency),
        cac("Item", cbc("Name", line.title), tax_category("ClassifiedTaxCategory", facts.taxed)),
    )


def address_of(facts: DealFacts) -> list[Element]:
    """Where the goods go."""
    return cac("DeliveryLocation", address("Address", facts.buyer))


def _deal_tax(facts: DealFacts) -> list[Element]:
    return tax_total(facts.taxed, facts.net, facts.tax, facts.currency)


def _buyer(name: str, facts: DealFacts) -> list[Element]:
    return cac(name, party(facts.buyer))


def _seller(name: str, facts: DealFacts) -> list[Element]:
    return cac(name, party(facts.seller))


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
