"""Reading documents of UBL 2.1 from elsewhere, and writing them again with the same content.

A document is kept whole as a tree; what every kind has is at hand by name. What it is about is for whoever
asks the tree.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from orders.documents import xml_tree
from orders.documents.xml_tree import UBL, DocumentUnknown, Element

__all__ = ["DocumentUnknown", "UblDocument", "export", "read"]

KINDS: Final = frozenset(
    {
        "ApplicationResponse",
        "Catalogue",
        "CreditNote",
        "DespatchAdvice",
        "Invoice",
        "Order",
        "OrderCancellation",
        "OrderChange",
        "OrderResponse",
        "OrderResponseSimple",
        "Quotation",
        "RequestForQuotation",
    }
)
_TRANSACTION: Final = "urn:fdc:peppol.eu:poacc:trns:"


@dataclass(frozen=True, slots=True)
class UblDocument:
    """A document of UBL, whole."""

    tree: Element

    @property
    def kind(self) -> str:
        """The kind, such as `OrderResponse`."""
        return self.tree.local

    @property
    def customization(self) -> str:
        """By which specification it is made; empty where it does not say."""
        return self.tree.text("CustomizationID")

    @property
    def transaction(self) -> str:
        """The transaction of Peppol, such as `order_agreement`; empty for another specification."""
        if not self.customization.startswith(_TRANSACTION):
            return ""
        return self.customization.removeprefix(_TRANSACTION).partition(":")[0]

    @property
    def number(self) -> str:
        """The issuer's number of the document."""
        return self.tree.text("ID")

    @property
    def issued_on(self) -> date | None:
        """The day of issue. Raises xml_tree.DocumentMalformed where it is no day."""
        return self.tree.date("IssueDate")

    @property
    def currency(self) -> str:
        """The document's currency; empty for documents without amounts."""
        return self.tree.text("DocumentCurrencyCode")

    @property
    def payable(self) -> Decimal | None:
        """What is to pay. Raises xml_tree.DocumentMalformed where it is no number."""
        for name in ("LegalMonetaryTotal", "AnticipatedMonetaryTotal"):
            if self.tree.one(name) is not None:
                return self.tree.decimal(f"{name}/PayableAmount")
        return None


def read(data: bytes) -> UblDocument:
    """A document from elsewhere. Raises xml_tree.DocumentMalformed, DocumentUnknown."""
    tree = xml_tree.read(data)
    if tree.local not in KINDS or tree.namespace != f"{UBL}{tree.local}-2":
        raise DocumentUnknown
    return UblDocument(tree)


def export(document: UblDocument) -> bytes:
    """The document as XML again."""
    return xml_tree.write(document.tree)
