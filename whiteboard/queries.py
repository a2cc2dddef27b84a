"""Reading boards: who sees them, what is on them, what was frozen."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import orjson
from django.db.models import QuerySet

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.audience import NotSeated, View
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.people.models import User
from rooms import queries as rooms
from rooms.negotiation import Status
from rooms.queries import Seat
from whiteboard import limits
from whiteboard.merge import pile
from whiteboard.models import Board, BoardVersion, Element

BOARD: Final = "board"  # what both sides draw on
# What one side draws over it, for itself: a stream that the other one cannot tell is there.
LAYER: Final = "layer"
KINDS: Final = (BOARD, LAYER)
SAVED_EVENT: Final = "board.version_saved"
AGREEMENT, SAVED = "agreement", "saved"  # why there is a version
# Whoever reads a board may look along with others, and be looked along with: it says and draws nothing.
_LOOK: Final = frozenset({"board.follow", "board.view"})
_MOVE: Final = _LOOK | {"cursor", "board.sketch"}


def may_draw(found: Seat, *, layer: bool) -> bool:
    """Both sides draw until the negotiation is closed, on a layer of their own for ever; moderators look on.

    That one is muted, or the room or the board locked, passes: the table's state says so.
    """
    return found.side in rooms.SIDES and (layer or found.room.status != Status.CLOSED)


def view(actor: User, row: Stream) -> View:
    """A board, or the layer of a side, as the person sees it.

    Raises StreamUnknown, and NotSeated for who has yet to sit down at the room's table.
    """
    found = rooms.reader(actor, row)
    if found.taken is None:
        raise NotSeated
    layer = row.kind == LAYER
    drawing = may_draw(found, layer=layer)
    # What a side draws for itself is not the moderators' to end.
    silenced = found.muted or (not layer and (found.locked_out or found.board_locked))
    return View(
        room=row.scope,
        you={"side": found.side, "may_draw": drawing},
        state=lambda: board_state(row),
        may=_MOVE if drawing and not silenced else _LOOK,
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


def board_for(actor: User, room_id: UUID, *, layer: bool = False) -> Board | None:
    """The board of a room that the person may see, or the layer of their side. Raises StreamUnknown."""
    found = rooms.room_for(actor, room_id)
    if layer and found.side not in rooms.SIDES:
        raise StreamUnknown
    return Board.objects.filter(room=room_id, side=found.side if layer else "").first()


def shown_on(board: Board | None) -> str:
    """What is on a board now, as one JSON list."""
    return "[]" if board is None else together(contents(board.elements.all()))


def frozen(board: Board | None, seq: int | None = None) -> BoardVersion | None:
    """The newest version that an agreement has frozen, or that of a number."""
    if board is None:
        return None
    versions = board.versions.select_related("picture").filter(reason=AGREEMENT)
    return (versions if seq is None else versions.filter(seq=seq)).order_by("-seq").first()


def versions_of(board: Board) -> list[BoardVersion]:
    """What was frozen and what was saved, the newest first, without what it showed."""
    return list(board.versions.select_related("by").defer("elements").order_by("-seq", "reason"))


def version_view(version: BoardVersion) -> dict[str, Any]:
    """A version as REST shows it. `seq` is the board's own number, `content` the hash of what it shows."""
    return {
        "seq": version.seq,
        "reason": version.reason,
        "name": version.name,
        "by": None if version.by is None else {"id": str(version.by.pk), "name": version.by.name},
        "at": clock.text(version.made_at),
        "content": version.content,
    }
