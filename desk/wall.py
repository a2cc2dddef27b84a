"""The rooms that are ranked by risk: who is a candidate, what is known of each. A bounded number of rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from desk.limits import WALL_CANDIDATES
from desk.machine import Status
from desk.models import Finding, Report, ReviewItem
from desk.risk import REASONS, Facts, Risk, below_list, risk
from negotiation_hub.kernel.models import Event, Stream
from rooms.models import Offer, Room
from rooms.negotiation import Status as Negotiation
from rooms.offer import Status as OfferStatus


class Ranked(NamedTuple):
    """A room's place on the wall, before its details are read."""

    room: UUID
    active_us: int
    risk: Risk


def open_rooms(related: Sequence[UUID]) -> "QuerySet[Room]":
    """The rooms that are negotiated in, without those of which a side has to do with the moderator."""
    rooms = Room.objects.filter(status=Negotiation.OPEN)
    return rooms.exclude(Q(buyer__in=related) | Q(seller__in=related)) if related else rooms


def ranked(related: Sequence[UUID], now: datetime, why: str = "") -> list[Ranked]:
    """The riskiest first, then the liveliest. Seven queries, whatever there is.

    `why` is one of `REASONS`, and leaves out what is not risky for it.
    """
    rooms = open_rooms(related)
    offers = Offer.objects.filter(status=OfferStatus.PENDING, room__in=rooms)
    items = ReviewItem.objects.filter(status=Status.PENDING, room__in=rooms)
    waiting = list(items.order_by("-score", "-pk").values_list("pk", "room")[:WALL_CANDIDATES])
    candidates = {room for _, room in waiting}
    standing = {}
    for order in ("expires_at", "made_at"):
        for offer in offers.order_by(order, "pk")[:WALL_CANDIDATES]:
            standing[offer.room_id] = offer
    candidates |= standing.keys()
    candidates |= set(rooms.order_by("-pk").values_list("pk", flat=True)[:WALL_CANDIDATES])
    known = _facts([item for item, _ in waiting])
    placed = []
    for room, listing, list_price, active_us in _lively(candidates):
        facts = known.get(room, Facts())
        if (stands := standing.get(room)) is not None:
            named = None if listing is None else str(listing)
            facts = _with(facts, stands, below_list(stands.packages, named, list_price))
        placed.append(Ranked(room, active_us or 0, risk(facts, now)))
    if why in REASONS:
        placed = [one for one in placed if any(factor.name in REASONS[why] for factor in one.risk.factors)]
    return sorted(placed, key=lambda one: (-one.risk.points, -one.active_us, -one.room.int))


def _lively(room_ids: set[UUID]) -> "QuerySet[Room, tuple[UUID, UUID | None, int | None, int | None]]":
    tables = Stream.objects.filter(id=OuterRef("pk"))
    newest = Event.objects.filter(stream=OuterRef("number"), seq=OuterRef("head_seq"))
    active = tables.annotate(at_us=Subquery(newest.values("at_us")[:1])).values("at_us")[:1]
    rooms = Room.objects.filter(pk__in=room_ids).annotate(active_us=Subquery(active))
    return rooms.values_list("pk", "listing", "list_price", "active_us")


def _facts(items: Sequence[UUID]) -> dict[UUID, Facts]:
    """What was reported and found in the rooms of these items."""
    found: dict[UUID, dict[str, tuple[int, int]]] = defaultdict(dict)
    findings = Finding.objects.filter(item__in=items).values("room", "rule")
    for row in findings.annotate(points=Sum("points"), times=Count("pk")).order_by("room", "rule"):
        found[row["room"]][row["rule"]] = (row["points"], row["times"])
    reports = Report.objects.filter(item__in=items).values(room=F("item__room"))
    told = {
        row["room"]: row for row in reports.annotate(points=Sum("points"), times=Count("pk")).order_by("room")
    }
    return {
        room: Facts(
            found=found.get(room, {}),
            reports=told[room]["times"] if room in told else 0,
            report_points=told[room]["points"] if room in told else 0,
        )
        for room in found.keys() | told.keys()
    }


def _with(facts: Facts, offer: Offer, below: int | None) -> Facts:
    return Facts(
        found=facts.found,
        reports=facts.reports,
        report_points=facts.report_points,
        offered_at=offer.made_at,
        expires_at=offer.expires_at,
        below_list=below,
    )


def items_of(rooms: Sequence[UUID]) -> Mapping[UUID, list[ReviewItem]]:
    """The pending items of these rooms, the heaviest first."""
    found: dict[UUID, list[ReviewItem]] = defaultdict(list)
    pending = ReviewItem.objects.filter(room__in=rooms, status=Status.PENDING).select_related(
        "subject", "claimed_by"
    )
    for item in pending.order_by("-score", "-pk"):
        found[item.room_id].append(item)
    return found
