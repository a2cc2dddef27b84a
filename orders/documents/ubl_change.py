"""The order change as UBL 2.1 (OrderChange-2), by Peppol's Order Change transaction of Advanced Ordering (3):
the order as it is now, with each line's status by UNCL 1229.
"""

from orders.documents.facts import ChangedLine, ChangeFacts
from orders.documents.ubl_parts import (
    address,
    amount,
    cac,
    cbc,
    document,
    monetary_total,
    party,
    price,
    tax_category,
    tax_total,
)
from orders.documents.xml_tree import Element


def order_change(facts: ChangeFacts) -> Element:
    """What both sides have changed, as the buyer's message to the seller. The contract is the agreement that
    it came of; the line's note is its clause.
    """
    return document(
        "OrderChange",
        cbc("CustomizationID", "urn:fdc:peppol.eu:poacc:trns:order_change:3"),
        cbc("ProfileID", "urn:fdc:peppol.eu:poacc:bis:advanced_ordering:3"),
        cbc("ID", facts.number),
        cbc("IssueDate", facts.issued_on.isoformat()),
        cbc("SequenceNumberID", str(facts.sequence)),
        cbc("Note", facts.title),
        cbc("DocumentCurrencyCode", facts.currency),
        cbc("CustomerReference", facts.reference),
        cac("OrderReference", cbc("ID", facts.order_number)),
        cac("Contract", cbc("ID", facts.agreement)),
        cac("BuyerCustomerParty", party(facts.buyer)),
        cac("SellerSupplierParty", party(facts.seller)),
        cac("Delivery", cac("DeliveryLocation", address("Address", facts.buyer))),
        tax_total(facts.taxed, facts.net, facts.tax, facts.currency),
        monetary_total("AnticipatedMonetaryTotal", facts.net, facts.gross, facts.currency),
        *(cac("OrderLine", _line(line, facts)) for line in facts.lines),
    )


def _line(line: ChangedLine, facts: ChangeFacts) -> list[Element]:
    day = "" if line.due is None else line.due.isoformat()
    return cac(
        "LineItem",
        cbc("ID", str(line.position)),
        cbc("Note", f"Offer {line.offer_version}, line {line.offer_line + 1}"),
        cbc("LineStatusCode", line.status),
        cbc("Quantity", line.quantity, unitCode=line.unit),
        amount("LineExtensionAmount", line.net, facts.currency),
        cac("Delivery", cac("RequestedDeliveryPeriod", cbc("EndDate", day))),
        price(line, facts.taxed, facts.currency),
        cac("Item", cbc("Name", line.title), tax_category("ClassifiedTaxCategory", facts.taxed)),
    )
