"""Reports and findings, for tests: short calls, and a second moderator."""

from typing import Any
from uuid import UUID, uuid4

from desk import filing, queue, wire
from desk.models import ReviewItem
from negotiation_hub.kernel import following
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people import services as people
from negotiation_hub.people.models import User
from tests.desk.trade import Trade
from tests.rooms.table import START, Table

PAY = "Let us settle this outside the platform: pay me directly, I give you 10 % off."


def moderator(name: str) -> User:
    """One more moderator, without a company."""
    user = people.sign_up(email=f"{uuid4().hex[:12]}@example.test", name=name, password=None, now=START)
    user.is_moderator = True
    user.save(update_fields=["is_moderator"])
    return user


def about_message(seq: int) -> dict[str, Any]:
    """What a report of a message names."""
    return {"what": "message", "message": seq}


def report(
    table: Table,
    who: str,
    about: dict[str, Any] | None = None,
    *,
    kind: str = "fraud",
    words: str = "This is odd.",
    id: UUID | None = None,
) -> Answer:
    """Somebody reports something; a Refusal is raised."""
    raw = {
        "t": "report.file",
        "id": str(id or uuid4()),
        "stream": str(table.room.pk),
        "about": about or {"what": "room"},
        "kind": kind,
        "words": words,
    }
    frame = wire.ReportFile.model_validate(raw)
    return filing.file_report(actor=table.actor(who), frame=frame, now=table.now)


def watch(table: Table) -> None:
    """Lets the readers behind the log catch up."""
    following.catch_up(table.now)


def item(table: Table) -> ReviewItem:
    """The one item of a room."""
    return ReviewItem.objects.get(room=table.room)


def judge(deal: Trade, item: ReviewItem, decision: str, by: User | None = None) -> ReviewItem:
    """A moderator, Dov unless another is named, claims an item and decides it."""
    by = by or deal.cast.dov
    seen = queue.claim(item_id=item.pk, actor=by, now=deal.now)
    return queue.decide(
        item_id=item.pk, actor=by, decision=decision, reason="so", version=seen.version, now=deal.now
    )
