"""A board as it was when something happened at the table.

Both are streams with numbers of their own, so their times join them: of the board counts what was drawn up to
the table's event. What an agreement pinned is exact: it names the board's number itself. The table's newest
event is now, whatever was drawn since.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from negotiation_hub.kernel import clock, commit, limits, lookback, stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.stream import Event
from negotiation_hub.people.models import User
from rooms import past
from rooms.refusals import PastTooLong
from whiteboard import limits as board_limits
from whiteboard import queries
from whiteboard.merge import pile
from whiteboard.models import Board

_PAGE = 100  # events at once: each may have 48 KiB


@dataclass(frozen=True, slots=True)
class Past:
    """What a board showed, as the texts of its elements, the lowest first; `seq` is its own last number."""

    seq: int
    elements: list[str]


def board_at(actor: User, room_id: UUID, seq: int) -> Past:
    """The board of a room as it was at the table's event `seq`, for who may read it.

    Raises StreamUnknown, EventUnknown, PastTooLong.
    """
    with commit.snapshot():
        table, _ = past.reader(actor, room_id)
        event = past.event_at(table, seq)
        board = Board.objects.filter(room=room_id, side="").first()
        if board is None:
            return Past(0, [])
        head = Stream.objects.get(id=board.pk).head_seq
        number = head if seq == table.head_seq else _number(event, board, head)
        changed = board.elements.filter(seq__gt=number).exists()
        return Past(number, folded(board, number) if changed else queries.contents(board.elements.all()))


def played(actor: User, room_id: UUID, after: int, *, layer: bool) -> dict[str, Any]:
    """A page of what happened on a board: `head`, its newest number, and `events` behind `after`.

    An event has `seq`, `at`, `by` and its `elements`; of what was saved its `name` too. Raises StreamUnknown.
    """
    with commit.snapshot():
        board = queries.board_for(actor, room_id, layer=layer)
        if board is None:
            return {"head": 0, "events": []}
        head = Stream.objects.get(id=board.pk).head_seq
        page: list[dict[str, Any]] = []
        size = 0
        for event in stream.after(board.pk, after, limit=board_limits.REPLAY_PAGE_EVENTS):
            size += len(event.content or "")
            if page and size > board_limits.REPLAY_PAGE_BYTES:
                break
            page.append(_step(event))
        return {"head": head, "events": page}


def _step(event: Event) -> dict[str, Any]:
    step = {"seq": event.seq, "at": clock.text(event.at), "by": event.by}
    if event.kind == queries.SAVED_EVENT:
        step["name"] = event.body["name"]
    return {**step, "elements": [orjson.loads(text) for text in event.body.get("elements", ())]}


def folded(board: Board, until: int) -> list[str]:
    """What a board showed after its event `until`, from its events alone. Raises PastTooLong."""
    if until > limits.PAST_EVENTS_MAX:
        raise PastTooLong
    shown: dict[str, tuple[tuple[bool, str, str], str]] = {}
    seen = read_bytes = 0
    while seen < until and (page := stream.after(board.pk, seen, limit=_PAGE)):
        for event in page:
            if event.seq > until:
                break
            read_bytes += len(event.content or "")
            _draw(shown, event)
        if read_bytes > limits.PAST_BYTES_MAX:
            raise PastTooLong
        seen = page[-1].seq
    return [content for _, content in sorted(shown.values())]


def _draw(shown: dict[str, tuple[tuple[bool, str, str], str]], event: Event) -> None:
    # The log has only what won when it was drawn, so of two contents of an element the later one counts.
    for content in event.body.get("elements", ()):
        element = orjson.loads(content)
        if element["isDeleted"]:
            shown.pop(element["id"], None)
        else:
            shown[element["id"]] = (pile(element.get("index") or "", element["id"]), content)


def _number(event: Event, board: Board, head: int) -> int:
    """The board's newest number at the moment of an event of the table."""
    for annex in event.body.get("agreement", {}).get("annexes", ()):
        if annex["id"] == str(board.pk):
            return int(annex["seq"])
    return lookback.last_at(board.pk, event.at, head=head)
