"""REST for moderators: the review queue, and the wall. For anybody else there is nothing here.

Reporting is a command of the socket (`report.file`), where what is reported is read.
"""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from desk import moderation, queue, queue_queries
from desk.models import ReviewItem
from desk.review_schemas import DecisionIn, ItemDetailOut, ItemOut, QueueOut, ReleaseIn, WallOut
from desk.risk import REASONS
from negotiation_hub.kernel import clock
from negotiation_hub.people.models import User

router = Router(tags=["moderation"])


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


@router.get("/moderation/queue", response=QueueOut, summary="What was reported and found")
def list_items(
    request: Person,
    status: Annotated[str, Query(description="pending, approved, rejected, ignored, deleted")] = "pending",
    kind: Annotated[str, Query(description="payment, fraud, insult, spam, other")] = "",
    mine: Annotated[bool, Query(description="only what you have in hand")] = False,
    after: Annotated[str, Query(description="`next` of the page before")] = "",
) -> dict[str, Any]:
    """At most 50: the highest score first while they wait, else the newest."""
    given = {"status": status, "kind": kind, "mine": "1" if mine else "", "after": after}
    now = clock.now()
    page = queue_queries.page_of(request.auth, queue_queries.Wanted.of(given), now)
    rows = [
        {
            **_item(row.item, held=row.held),
            "reports": row.reports,
            "findings": row.findings,
            "words": row.words,
        }
        for row in page.rows
    ]
    return {"items": rows, "next": page.next or None, "hidden": page.hidden}


@router.get("/moderation/queue/{uuid:item}", response=ItemDetailOut, summary="One item with its history")
def get_item(request: Person, item: UUID) -> dict[str, Any]:
    """With all that was said, reported and found, and what was decided before about the same people."""
    whole = queue_queries.item_for(request.auth, item, clock.now())
    return {
        **_item(whole.item, held=whole.held),
        "entries": [_entry(entry) for entry in whole.entries],
        "steps": [
            {"event": step.event, "by": _who(step.by), "reason": step.reason, "at": step.at}
            for step in whole.steps
        ],
        "people": [
            {"person": _who(one.user), "role": one.role, "decided": dict(one.decided)} for one in whole.people
        ],
    }


@router.post("/moderation/queue/{uuid:item}/claim", response=ItemOut, summary="Take an item in hand")
def claim_item(request: Person, item: UUID) -> dict[str, Any]:
    """For half an hour; again prolongs it. Of two who claim at once one gets it."""
    return _item(queue.claim(item_id=item, actor=request.auth, now=clock.now()), held=True)


@router.post("/moderation/queue/{uuid:item}/release", response=ItemOut, summary="Give an item back")
def release_item(request: Person, item: UUID, payload: ReleaseIn) -> dict[str, Any]:
    """One that you do not have in hand stays as it is."""
    given = queue.release(item_id=item, actor=request.auth, now=clock.now(), reason=payload.reason)
    return _item(given, held=False)


@router.post("/moderation/queue/{uuid:item}/decide", response=ItemOut, summary="Decide an item")
def decide_item(request: Person, item: UUID, payload: DecisionIn) -> dict[str, Any]:
    """Only what you have in hand, and as you saw it."""
    decided = queue.decide(
        item_id=item,
        actor=request.auth,
        decision=payload.decision,
        reason=payload.reason,
        version=payload.version,
        now=clock.now(),
    )
    return _item(decided, held=False)


@router.get("/moderation/rooms", response=WallOut, summary="The live rooms by their risk")
def list_live_rooms(
    request: Person,
    why: Annotated[str, Query(description=f"only those that are risky for one of {', '.join(REASONS)}")] = "",
) -> dict[str, Any]:
    """At most 50, the riskiest first, each with its reasons."""
    live = moderation.live_rooms(request.auth, clock.now(), why)
    rooms = [
        {
            "room": one.room.pk,
            "title": one.room.title,
            "risk": one.risk.points,
            "band": one.risk.band,
            "factors": [
                {"name": factor.name, "points": factor.points, "explanation": factor.words}
                for factor in one.risk.factors
            ],
            "turn": one.turn,
            "until": one.until,
            "active_at": one.active_at,
            "items": [item.pk for item in one.items],
        }
        for one in live.rooms
    ]
    return {"rooms": rooms, "total": live.total, "at": live.at}


def _item(item: ReviewItem, *, held: bool) -> dict[str, Any]:
    return {
        "id": item.pk,
        "room": item.room_id,
        "title": item.room.title,
        "about": _who(item.subject),
        "kind": item.kind,
        "status": item.status,
        "score": item.score,
        "version": item.version,
        "opened_at": item.opened_at,
        "claimed_by": _who(item.claimed_by) if held else None,
        "claimed_until": item.claimed_until if held else None,
    }


def _entry(entry: queue_queries.Entry) -> dict[str, Any]:
    place = entry.place
    return {
        "what": place.what,
        "name": place.name,
        "url": place.url,
        "words": list(place.words),
        "removed": place.removed,
        "points": entry.points,
        "findings": [
            {"rule": fit.rule.name, "explanation": _(fit.rule.words), "words": fit.words}
            for fit in entry.fits
        ],
        "reports": [
            {
                "id": report.pk,
                "reporter": _who(report.reporter),
                "kind": report.kind,
                "words": report.words,
                "points": report.points,
                "made_at": report.made_at,
            }
            for report in entry.reports
        ],
    }


def _who(user: User | None) -> dict[str, Any] | None:
    return None if user is None else {"id": user.pk, "name": user.name}
