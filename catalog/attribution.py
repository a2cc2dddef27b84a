"""Where buyers come from: visits, and the rooms that were opened after them.

First-party and without names: a visit bears a random number that stands in the visitor's session and nowhere
else. Who asks not to be followed (DNT, Sec-GPC) leaves none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from catalog.campaign_models import Attribution, Campaign, Visit
from catalog.models import Listing
from negotiation_hub.kernel import commit, ids, limits

_VISITOR: Final = "visitor"  # in the session; it survives signing in, as Django keeps what a guest's holds
_Source = Visit.Source


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a browser came to a listing: the source, and UTM parameters or the other site's host."""

    source: Visit.Source
    detail: str


def count_click(session: Any, campaign: Campaign, now: datetime) -> Visit:
    """The visit that a click on a campaign's link began, or belongs to."""
    visitor = _visitor(session)
    recent = Visit.objects.filter(
        visitor=visitor, campaign=campaign, at__gt=now - timedelta(seconds=limits.VISIT_S)
    )
    if (known := recent.order_by("-at").first()) is not None:
        return known
    # Of two clicks at once the database lets one count.
    slot = int(now.timestamp()) // limits.VISIT_S
    return _count(
        visitor,
        f"campaign:{campaign.pk}:{slot}",
        source=_Source.CAMPAIGN,
        organisation_id=campaign.organisation_id,
        campaign=campaign,
        listing_id=campaign.listing_id,
        at=now,
    )


def count_arrival(session: Any, listing: Listing, arrival: Arrival, now: datetime) -> Visit:
    """The visit of a listing that began elsewhere: one for each session, listing and day (UTC)."""
    return _count(
        _visitor(session),
        f"listing:{listing.pk}:{now.date().isoformat()}",
        source=arrival.source,
        organisation_id=listing.organisation_id,
        listing=listing,
        detail=arrival.detail[:200],
        at=now,
    )


def attribute(session: Any, room_id: UUID, listing_id: UUID, now: datetime) -> Attribution | None:
    """Notes which visit a new room about this listing came of: the session's last one to the same seller.

    Called where a room was opened, by the edge that has the session; a room is attributed once. None when the
    visitor came by themselves.
    """
    visitor = _known_visitor(session)
    if visitor is None:
        return None
    listing = Listing.objects.filter(pk=listing_id).first()
    visits = Visit.objects.filter(
        visitor=visitor, at__lte=now, at__gt=now - timedelta(seconds=limits.ATTRIBUTION_S)
    )
    visit = visits.filter(organisation=listing.organisation_id).order_by("-at").first() if listing else None
    if visit is None:
        return None
    with commit.transact():
        row, _made = Attribution.objects.get_or_create(
            room=room_id, defaults={"visit": visit, "organisation_id": visit.organisation_id, "at": now}
        )
    return row


def _count(visitor: UUID, once: str, **facts: Any) -> Visit:
    with commit.transact():
        visit, _made = Visit.objects.get_or_create(visitor=visitor, once=once, defaults=facts)
    return visit


def _visitor(session: Any) -> UUID:
    """The session's number, made when there is none."""
    known = _known_visitor(session)
    if known is None:
        known = ids.random_id()
        session[_VISITOR] = known.hex
    return known


def _known_visitor(session: Any) -> UUID | None:
    text = session.get(_VISITOR)
    return UUID(text) if text else None
