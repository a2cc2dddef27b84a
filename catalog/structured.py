"""What search engines read about listings and sellers: schema.org as JSON-LD."""

import json
from collections.abc import Callable
from typing import Any, Final

from django.urls import reverse
from django.utils.html import format_html

from catalog.models import Listing
from negotiation_hub.kernel.render import to_text
from negotiation_hub.people.models import Organisation

# As Django's json_script does: no character in it can end the script element or start a comment.
_ESCAPES: Final = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
_TEXT_CHARS_MAX: Final = 5_000  # what search engines take of a description


class DataBlock:
    """A data block for a page: never run, so a content security policy without inline scripts allows it."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def __html__(self) -> str:
        text = json.dumps(self.data, ensure_ascii=False).translate(_ESCAPES)
        return f'<script type="application/ld+json">{text}</script>'


def product(listing: Listing, absolute: Callable[[str], str]) -> str:
    """A product (or service) with its offer. `absolute` turns a path into an address."""
    kind = "Service" if listing.kind == Listing.Kind.SERVICE else "Product"
    address = absolute(listing.get_absolute_url())
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": f"{address}#{kind.lower()}",
        "name": listing.title,
        "description": to_text(listing.description)[:_TEXT_CHARS_MAX] or listing.title,
        "url": address,
        "offers": {
            "@type": "Offer",
            "price": f"{listing.price.major():f}",
            "priceCurrency": listing.currency,
            "availability": f"https://schema.org/{'SoldOut' if listing.sold_out else 'InStock'}",
            "url": address,
            "seller": {**_seller(listing.organisation), "url": absolute(page_of(listing.organisation))},
        },
    }
    if listing.stock is not None:
        data["offers"]["inventoryLevel"] = {"@type": "QuantitativeValue", "value": listing.stock}
    if pictures := [absolute(picture.full_url) for picture in listing.pictures.all()]:
        data["image"] = pictures
    if kind == "Product":
        data["sku"] = str(listing.pk)
    return format_html("{}", DataBlock(data))


def organisation(seller: Organisation, story: str, absolute: Callable[[str], str]) -> str:
    """A seller with the address of their page. `story` is the Markdown of a published storefront."""
    address = absolute(page_of(seller))
    data = {"@context": "https://schema.org", **_seller(seller), "@id": f"{address}#seller", "url": address}
    if story:
        data["description"] = to_text(story)[:_TEXT_CHARS_MAX]
    return format_html("{}", DataBlock(data))


def page_of(seller: Organisation) -> str:
    """The path of a seller's page."""
    return reverse("catalog:seller", kwargs={"slug": seller.slug})


def _seller(seller: Organisation) -> dict[str, str]:
    personal = seller.kind == Organisation.Kind.PERSONAL
    return {"@type": "Person" if personal else "Organization", "name": seller.name}
