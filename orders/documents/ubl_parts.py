"""The parts that several UBL 2.1 documents share. Each function gives elements in the order of the schema."""

import re
from typing import Final

from orders.documents import amounts
from orders.documents.facts import LineFacts, PartyFacts, Tax, TaxFacts
from orders.documents.xml_tree import CAC, CBC, UBL, Element

NOT_SUBJECT: Final = ("VATEX-EU-O", "Not subject to VAT")
# Electronic address schemes (EAS) under which VAT numbers of a country are addresses of Peppol.
_EAS_OF_VAT: Final = {
    "AT": "9914",
    "BE": "9925",
    "BG": "9926",
    "CH": "9927",
    "CY": "9928",
    "CZ": "9929",
    "DE": "9930",
    "EE": "9931",
    "GB": "9932",
    "EL": "9933",
    "HR": "9934",
    "IE": "9935",
    "LI": "9936",
    "LT": "9937",
    "LU": "9938",
    "LV": "9939",
    "MT": "9943",
    "NL": "9944",
    "PL": "9945",
    "PT": "9946",
    "RO": "9947",
    "SI": "9949",
    "SK": "9950",
    "ES": "9920",
    "FR": "9957",
    "HU": "9910",
    "IT": "0211",
    "SE": "9955",
}


_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """A text without the characters that XML 1.0 cannot have."""
    return _NOT_XML.sub("", text)


def cbc(name: str, value: str, **attributes: str) -> list[Element]:
    """A basic component; none where there is nothing to say."""
    return [Element(f"{{{CBC}}}{name}", clean(value), tuple(attributes.items()))] if value else []


def cac(name: str, *parts: list[Element]) -> list[Element]:
    """An aggregate of parts; none where all of them are empty."""
    children = tuple(element for part in parts for element in part)
    return [Element(f"{{{CAC}}}{name}", children=children)] if children else []


def document(name: str, *parts: list[Element]) -> Element:
    """A whole document."""
    children = tuple(element for part in parts for element in part)
    return Element(f"{{{UBL}{name}-2}}{name}", children=children)


def amount(name: str, minor: int, currency: str) -> list[Element]:
    """An amount with its currency."""
    return cbc(name, amounts.text(minor, currency), currencyID=currency)


def endpoint(party: PartyFacts) -> tuple[str, str] | None:
    """Scheme and address under which a party is reached in Peppol, where its VAT number is one."""
    scheme = _EAS_OF_VAT.get(party.vat_id[:2])
    return (scheme, party.vat_id) if scheme else None


def party(facts: PartyFacts, *, with_vat: bool = True) -> list[Element]:
    """A party. Without VAT for documents of category O, where no VAT number may stand (BR-O-02)."""
    reached = endpoint(facts) if with_vat else None
    return cac(
        "Party",
        cbc("EndpointID", reached[1], schemeID=reached[0]) if reached else [],
        cac("PartyIdentification", cbc("ID", facts.identifier)),
        cac("PartyName", cbc("Name", facts.name)),
        address("PostalAddress", facts),
        cac("PartyTaxScheme", cbc("CompanyID", facts.vat_id), vat()) if with_vat and facts.vat_id else [],
        cac("PartyLegalEntity", cbc("RegistrationName", facts.name), cbc("CompanyID", facts.registration)),
        cac("Contact", cbc("Name", facts.contact), cbc("Telephone", facts.phone)),
    )


def address(name: str, facts: PartyFacts) -> list[Element]:
    """A postal address."""
    return cac(
        name,
        cbc("StreetName", facts.street),
        cbc("CityName", facts.city),
        cbc("PostalZone", facts.postal_code),
        cac("Country", cbc("IdentificationCode", facts.country)),
    )


def vat() -> list[Element]:
    """The scheme of all taxes here."""
    return cac("TaxScheme", cbc("ID", "VAT"))


def tax_category(name: str, taxed: TaxFacts, *, reason: bool = False) -> list[Element]:
    """Category and rate; with the reason where there is no tax, which the sums must give (BR-O-10)."""
    outside = taxed.category is Tax.OUTSIDE
    code, words = NOT_SUBJECT if reason and outside else ("", "")
    return cac(
        name,
        cbc("ID", taxed.category.value),
        cbc("Percent", "" if outside else amounts.percent(taxed.rate_bp)),
        cbc("TaxExemptionReasonCode", code),
        cbc("TaxExemptionReason", words),
        vat(),
    )


def tax_total(taxed: TaxFacts, net: int, tax: int, currency: str) -> list[Element]:
    """The tax of the whole, by its one rate."""
    return cac(
        "TaxTotal",
        amount("TaxAmount", tax, currency),
        cac(
            "TaxSubtotal",
            amount("TaxableAmount", net, currency),
            amount("TaxAmount", tax, currency),
            tax_category("TaxCategory", taxed, reason=True),
        ),
    )


def monetary_total(name: str, net: int, gross: int, currency: str, *, paid: int = 0) -> list[Element]:
    """The sums: of the lines, without tax, with it, paid already, and still to pay."""
    return cac(
        name,
        amount("LineExtensionAmount", net, currency),
        amount("TaxExclusiveAmount", net, currency),
        amount("TaxInclusiveAmount", gross, currency),
        amount("PrepaidAmount", paid, currency) if paid else [],
        amount("PayableAmount", gross - paid, currency),
    )


def price(line: LineFacts, taxed: TaxFacts, currency: str) -> list[Element]:
    """The net price of a line.

    Where prices include the tax, the net price of one piece is seldom a whole amount: then the line's net
    amount is the price of its whole quantity, which is exact.
    """
    if taxed.basis == "included":
        return cac(
            "Price",
            amount("PriceAmount", line.net, currency),
            cbc("BaseQuantity", line.quantity, unitCode=line.unit),
        )
    return cac("Price", amount("PriceAmount", line.unit_price, currency))
