"""What feedback adds to the pages of orders and sellers."""

from typing import Any, Final

from django.conf import settings
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import get_language

from catalog.hooks import Panel
from catalog.structured import DataBlock, page_of
from feedback import limits, links, queries, wire
from feedback.results import Headline, headline
from negotiation_hub.kernel import clock
from negotiation_hub.people.models import Organisation, User
from orders.models import Order

_STAR: Final = "★"
_NO_STAR: Final = "☆"


def questions(order: Order, viewer: User) -> Panel | None:
    """What the buyer's person was asked about an order, and has not let pass."""
    now = clock.now()
    asked = queries.invitations_about(order.pk, viewer)
    rows = [
        {
            "title": wire.Words.model_validate(one.survey.title).spoken(get_language()),
            "invitation": one,
            "token": links.answer_token(one, now),
        }
        for one in asked
        if one.answered_at is not None or now < one.expires_at
    ]
    return Panel("feedback/order_panel.html", {"rows": rows}) if rows else None


def rating(seller: Organisation) -> Panel:
    """What verified buyers say of a seller, or that too few have said something."""
    found = headline(seller.pk)
    context: dict[str, Any] = {"headline": found, "answers_min": limits.ANSWERS_MIN}
    if found is not None:
        context |= {
            "mean": number_format(found.mean, 1),
            "stars": _STAR * found.stars + _NO_STAR * (limits.RATING_MAX - found.stars),
            "json_ld": aggregate_rating(seller, found),
        }
    return Panel("feedback/rating_panel.html", context)


def aggregate_rating(seller: Organisation, found: Headline) -> str:
    """The same for search engines: schema.org as JSON-LD, only beside what people read."""
    address = f"{settings.PUBLIC_URL}{page_of(seller)}"
    company = seller.kind == Organisation.Kind.COMPANY
    data = {
        "@context": "https://schema.org",
        "@type": "AggregateRating",
        "ratingValue": f"{found.mean:f}",
        "bestRating": str(limits.RATING_MAX),
        "worstRating": "1",
        "ratingCount": found.answers,
        "itemReviewed": {
            "@type": "Organization" if company else "Person",
            "@id": f"{address}#seller",
            "name": seller.name,
            "url": address,
        },
    }
    return format_html("{}", DataBlock(data))
