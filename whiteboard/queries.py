"""Reading boards: who sees them, what is on them, what was frozen."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from django.db.models import QuerySet

from negotiation_hub.kernel.audience import NotSeated, View
from negotiation_hub.kernel.models import Stream
from negotiation_hub.people.models import User
from rooms import queries as rooms
from rooms.negotiation import Status
from rooms.queries import Seat
from whiteboard import limits
from whiteboard.merge import pile
from whiteboard.models import Board, BoardVersion, Element


def may_draw(found: Seat) -> bool:
    """Both sides draw until the negotiation is closed; moderators look on.

    That one is muted, or the room or the board locked, passes: the table's state says so.
    """
    return found.side in rooms.SIDES and found.room.status != Status.CLOSED


def view(actor: User, row: Stream) -> View:
    """A board as the person sees it.

    Raises StreamUnknown, and NotSeated for who has yet to sit down at the room's table.
    """
    found = rooms.reader(actor, row)
    if found.taken is None:
        raise NotSeated
    drawing = may_draw(found)
    silenced = found.muted or found.locked_out or found.board_locked
    return View(
        room=row.scope,
        you={"side": found.side, "may_draw": drawing},
        state=lambda: board_state(row),
        may=frozenset({"cursor", "board.sketch"} if drawing and not silenced else ()),
        events=0,  # the state says it all
        replay=limits.REPLAY_EVENTS_MAX,
    )


def board_state(row: Stream) -> dict[str, Any]:
    """All that is on a board, and of what is gone the versions that a late writer must not fall below."""
    rows = Element.objects.filter(board=row.id)
    authors: dict[str, list[str]] = defaultdict(list)
    for person, name in rows.filter(deleted=False).order_by("id").values_list("author", "element"):
        authors[str(person)].append(name)
    gone = rows.filter(deleted=True).order_by("id").values_list("element", "version", "nonce")
    return {
        "room": str(row.scope),
        "elements": [orjson.Fragment(content) for content in contents(rows)],
        "gone": [{"id": name, "version": version, "versionNonce": nonce} for name, version, nonce in gone],
        "authors": authors,
        "limits": {
            "elements_per_command": limits.ELEMENTS_PER_COMMAND_MAX,
            "element_bytes": limits.ELEMENT_BYTES_MAX,
            "points": limits.POINTS_MAX,
        },
    }


def contents(elements: QuerySet[Element]) -> list[str]:
    """What is shown, the lowest of the pile first."""
    shown = elements.filter(deleted=False).values_list("index", "element", "content")
    return [content for _, _, content in sorted(shown, key=lambda row: pile(row[0], row[1]))]


def together(texts: Iterable[str]) -> str:
    """Elements as one JSON list: what a frozen board's hash is over."""
    return f"[{','.join(texts)}]"


def content_hash(elements: str) -> str:
    """What a frozen board is known by, in hexadecimal."""
    return hashlib.sha256(elements.encode()).hexdigest()


def board_for(actor: User, room_id: UUID) -> Board | None:
    """The board of a room that the person may see. Raises StreamUnknown."""
    rooms.room_for(actor, room_id)
    return Board.objects.filter(room=room_id).first()


def shown_on(board: Board | None) -> str:
    """What is on a board now, as one JSON list."""
    return "[]" if board is None else together(contents(board.elements.all()))


def frozen(board: Board | None, seq: int | None = None) -> BoardVersion | None:
    """The newest version that an agreement has frozen, or that of a number."""
    if board is None:
        return None
    versions = board.versions.select_related("picture")
    return (versions if seq is None else versions.filter(seq=seq)).order_by("-seq").first()
