"""Putting a board back to what it showed before: one more change of it, which forgets nothing."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.people.models import User
from rooms.refusals import EventUnknown
from whiteboard import past, storing
from whiteboard.models import Board


@dataclass(frozen=True, slots=True)
class Change:
    """An element as it is from now on: newer than any that was drawn before."""

    id: str
    version: int
    version_nonce: int
    index: str | None
    is_deleted: bool
    content: str


def shown_at(board: Board, seq: int) -> list[str]:
    """What a board showed after its event `seq`, as the texts of its elements.

    Raises EventUnknown, PastTooLong.
    """
    version = board.versions.filter(seq=seq).first()
    if version is not None:
        return [
            orjson.dumps(one, option=orjson.OPT_SORT_KEYS).decode() for one in orjson.loads(version.elements)
        ]
    if stream.at(board.pk, seq) is None:
        raise EventUnknown
    return past.folded(board, seq)


def put_back(
    head: stream.Head, texts: Sequence[str], *, actor: User, now: datetime, command: UUID | str | None = None
) -> bool:
    """Makes a locked board show these elements and no other; whether that changed anything."""
    board = Board.objects.get(pk=head.id)
    parts = list(storing.in_events(_changes(board, texts)))
    for number, part in enumerate(parts):
        # All of them were on it before, within its limits.
        won = storing.take_over(board.pk, part, seq=head.seq + 1, by=actor.pk, bounded=False)
        draft = Draft("board.drawn", {"elements": [one.content for one in won]})
        stream.append(head, [draft], by=actor.pk, at=now, command=None if number else command)
    return bool(parts)


def _changes(board: Board, texts: Sequence[str]) -> Iterator[Change]:
    wanted = {element["id"]: element for element in map(orjson.loads, texts)}
    for row in board.elements.order_by("id"):
        held = orjson.loads(row.content)
        element = wanted.get(row.element)
        if element is None and not row.deleted:
            yield _newer({**held, "isDeleted": True}, row.version)
        elif element is not None and element != held:
            yield _newer(element, row.version)


def _newer(element: dict[str, Any], passed: int) -> Change:
    # Above what any client may say: nobody can draw something that stays whatever a moderator does.
    version, nonce = max(element["version"], passed) + 1, secrets.randbelow(2**31)
    made = {**element, "version": version, "versionNonce": nonce}
    text = orjson.dumps(made, option=orjson.OPT_SORT_KEYS).decode()
    return Change(made["id"], version, nonce, made.get("index"), made["isDeleted"], text)
