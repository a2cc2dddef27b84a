"""The two sides of an order as its papers name them, with what is known of them today."""

from negotiation_hub.kernel import vat
from negotiation_hub.people import legal
from orders.documents.amounts import taxed
from orders.documents.facts import PartyFacts, Tax
from orders.facts import OrderDetails
from orders.models import Order


def seller(order: Order) -> PartyFacts:
    """The seller, as it says of itself on its organisation's page."""
    said = legal.facts_of(order.seller_id)
    if said is None:
        return PartyFacts(identifier=order.seller.slug, name=order.seller_name)
    return PartyFacts(
        identifier=order.seller.slug,
        name=order.seller_name,
        street=said.street,
        postal_code=said.postal_code,
        city=said.city,
        country=said.country,
        vat_id=said.vat_id,
        registration=said.registration,
    )


def buyer(order: Order, details: OrderDetails) -> PartyFacts:
    """The buyer, with the address of the order."""
    return PartyFacts(
        identifier=order.buyer.slug,
        name=order.buyer_name,
        street=details.street,
        postal_code=details.postal_code,
        city=details.city,
        country=details.country,
        vat_id=vat.prefixed(details.tax_id, details.country),
        contact=details.contact_name,
        phone=details.phone,
    )


def missing_for_invoice(order: Order) -> list[str]:
    """What the seller must say before an invoice can be issued: `address` (BR-8, BR-9), `vat_id` (BR-S-02,
    BR-Z-02). Nothing is put in its place.
    """
    said = legal.facts_of(order.seller_id)
    if said is None:
        return ["address"] if taxed(order).category is Tax.OUTSIDE else ["address", "vat_id"]
    if taxed(order).category is not Tax.OUTSIDE and not said.vat_id:
        return ["vat_id"]
    return []
