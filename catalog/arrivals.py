"""What a request says about where its reader came from, and whether that may be counted."""

from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from catalog import attribution
from catalog.attribution import Arrival
from catalog.campaign_models import Campaign, Visit
from catalog.models import Listing
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.text import shown_only
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User

OUR_UTM_SOURCE: Final = "negotiation-hub"  # of links that were counted when they were clicked on
_UTM: Final = ("utm_source", "utm_medium", "utm_campaign")
_UTM_CHARS: Final = 60  # of each
_SEARCH_NAMES: Final = frozenset(
    {"google", "bing", "duckduckgo", "yahoo", "ecosia", "qwant", "startpage", "yandex", "baidu", "brave"}
)


def note_click(request: HttpRequest, campaign: Campaign) -> None:
    """Counts a click on a campaign's link, if it may be."""
    if _may_count(request) and not _is_ours(request, campaign.organisation_id):
        attribution.count_click(request.session, campaign, clock.now())


def note_arrival(request: HttpRequest, listing: Listing) -> None:
    """Counts a visit of a public listing that came from elsewhere, if it may be."""
    arrival = _arrival(request)
    if (
        arrival is not None
        and listing.status == Listing.Status.PUBLISHED
        and _may_count(request)
        and not _is_ours(request, listing.organisation_id)
    ):
        attribution.count_arrival(request.session, listing, arrival, clock.now())


def _may_count(request: HttpRequest) -> bool:
    """Whether a person reads this, who has not asked to be left alone."""
    headers = request.headers
    if "1" in {headers.get("DNT", ""), headers.get("Sec-GPC", "")}:
        return False
    purposes = (headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    return request.method == "GET" and not any("prefetch" in purpose.lower() for purpose in purposes)


def _is_ours(request: HttpRequest, organisation_id: UUID) -> bool:
    user = request.user
    if not isinstance(user, User) or not user.is_authenticated:
        return False
    return people.membership(user, organisation_id) is not None


def _arrival(request: HttpRequest) -> Arrival | None:
    said = [shown_only(request.GET.get(name, ""))[:_UTM_CHARS] for name in _UTM]
    if said[0] == OUR_UTM_SOURCE:
        return None
    if any(said):
        return Arrival(Visit.Source.UTM, " / ".join(part or "-" for part in said))
    return _referral(request)


def _referral(request: HttpRequest) -> Arrival | None:
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    ours = urlsplit(f"//{request.get_host()}").hostname or ""
    if parts.scheme not in {"http", "https"} or host in {"", ours.removeprefix("www.")}:
        return None
    source = Visit.Source.SEARCH if _SEARCH_NAMES & set(host.split(".")[:-1]) else Visit.Source.REFERRAL
    return Arrival(source, shown_only(host)[:200])


def client_of(request: HttpRequest) -> str:
    """The network address that a request came from, as our own proxy says when there is one."""
    if settings.SECURE_PROXY_SSL_HEADER is not None:
        said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if said:
            return said[:100]
    return str(request.META.get("REMOTE_ADDR", ""))
