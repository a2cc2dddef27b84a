"""What higher apps show on the pages of sellers and listings. Their `ready` registers functions here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from catalog.models import Listing
from negotiation_hub.people.models import Organisation, User


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of a page: a template (a `<section class="panel">` with an h2) and what it reads."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


# Each is asked whenever a seller's page is shown, in the order of registration. It only reads; None: nothing.
storefront_panels: list[Callable[[Organisation], Panel | None]] = []


def panels_of(organisation: Organisation, request: HttpRequest) -> list[str]:
    """The HTML of every registered panel that has something to show."""
    asked = (panel(organisation) for panel in storefront_panels)
    return _rendered(asked, request)


# The same for the page of a listing, for the person who looks at it (None: nobody signed in).
listing_panels: list[Callable[[Listing, User | None], Panel | None]] = []


def panels_for(listing: Listing, viewer: User | None, request: HttpRequest) -> list[str]:
    """The HTML of every registered panel that has something to show this person of a listing."""
    return _rendered((panel(listing, viewer) for panel in listing_panels), request)


# Ways to get what is listed, beside its price and the button to negotiate: the same kind of function. The
# template is a part of a panel, with an h2 or a button.
listing_ways: list[Callable[[Listing, User | None], Panel | None]] = []


def ways_to(listing: Listing, viewer: User | None, request: HttpRequest) -> list[str]:
    """The HTML of every registered way that is open to this person, or that they should know of."""
    return _rendered((way(listing, viewer) for way in listing_ways), request)


def _rendered(panels: Iterable[Panel | None], request: HttpRequest) -> list[str]:
    return [render_to_string(panel.template, {**panel.context}, request) for panel in panels if panel]
