"""What higher apps add to a room. They register functions here when their app is ready.

An annex is frozen inside the transaction of the acceptance, which holds the table's stream. Its hook may lock
streams that were made after the table, and nothing else: they come later in the order of locks.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Annex:
    """What becomes part of an agreement beside its offer, such as a board.

    `seq` and `hash` are those of the head of its stream `id`, `content` is the SHA-256 of what it shows, in
    hexadecimal as `hash` is.
    """

    kind: str
    id: UUID
    seq: int
    hash: str
    content: str

    def view(self) -> dict[str, Any]:
        """As the wire shows it, and as the agreement's hash covers it."""
        return {**asdict(self), "id": str(self.id)}


# Of the id of a room that is being opened, in whose transaction it runs: makes what belongs to every room.
opened: list[Callable[[UUID, datetime], None]] = []
annexes: list[Callable[[UUID, datetime], Annex | None]] = []  # of a room's id and the moment


def freeze_annexes(room_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """What every hook has to add to the agreement that is being made in this room."""
    found = (freeze(room_id, now) for freeze in annexes)
    return [annex.view() for annex in found if annex is not None]
