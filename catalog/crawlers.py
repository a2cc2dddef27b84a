"""What search engines ask for first: robots.txt, and maps of everything that is public.

Maps are cut by key, oldest first: what is put up later changes the last one only, and no page counts rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog import queries
from catalog.structured import page_of
from negotiation_hub.kernel.limits import SITEMAP_ADDRESSES
from negotiation_hub.kernel.refusals import NotFound

# Pages of somebody's own, and forms: a crawler would only meet the door.
_OWN_PAGES: Final = (
    "/accounts/",
    "/api/",
    "/as/",
    "/deals/",
    "/demo/",
    "/listings/mine/",
    "/listings/new/",
    "/orders/",
    "/people/",
    "/rooms/",
    "/sandbox/",
    "/threads/",
    "/-/",
)


@dataclass(frozen=True, slots=True)
class Address:
    """A page for everyone, and when it last changed, if that is known."""

    url: str
    changed: datetime | None


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read; where its map is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _OWN_PAGES)]
    lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('catalog:sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The map of maps."""
    parts = [request.build_absolute_uri(path) for path in _parts()]
    return render(request, "catalog/sitemap_index.xml", {"parts": parts}, content_type="application/xml")


@require_safe
def sitemap_part(request: HttpRequest, what: str, after: UUID | None) -> HttpResponse:
    """The addresses that follow one key, at most as many as one map has."""
    addresses: list[Address]
    if what == "listings":
        found = queries.oldest_public(after=after, limit=SITEMAP_ADDRESSES)
        addresses = [Address(row.get_absolute_url(), row.updated_at) for row in found]
    elif what == "sellers":
        addresses = [Address(url, changed) for url, changed in _sellers(after)]
    else:
        raise NotFound
    absolute = [Address(request.build_absolute_uri(one.url), one.changed) for one in addresses]
    return render(request, "catalog/sitemap.xml", {"addresses": absolute}, content_type="application/xml")


def _sellers(after: UUID | None) -> Iterator[tuple[str, datetime | None]]:
    for organisation in queries.sellers(after=after, limit=SITEMAP_ADDRESSES):
        storefront = getattr(organisation, "storefront", None)
        yield page_of(organisation), storefront.updated_at if storefront and storefront.published else None


def _parts() -> Iterator[str]:
    for what, last_of in (("listings", queries.last_of_listings), ("sellers", queries.last_of_sellers)):
        yield reverse("catalog:sitemap_first", kwargs={"what": what})
        after = last_of(None, SITEMAP_ADDRESSES)
        while after is not None:
            yield reverse("catalog:sitemap_part", kwargs={"what": what, "after": after})
            after = last_of(after, SITEMAP_ADDRESSES)
