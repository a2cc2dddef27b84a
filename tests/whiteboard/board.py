"""A room with its board, for tests: elements as short calls."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import orjson

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.audience import View
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from tests.rooms.table import Table
from whiteboard import merge, queries, services, wire
from whiteboard.merge import Stamp
from whiteboard.models import Board as Row

Element = dict[str, Any]


def element(id: str = "box", version: int = 1, nonce: int = 1, **more: Any) -> Element:
    """An element as Excalidraw writes it, but for what no test asks about."""
    return {
        "id": id,
        "type": "rectangle",
        "version": version,
        "versionNonce": nonce,
        "isDeleted": False,
        "x": 10,
        "y": 20.5,
        "width": 100,
        "height": 60,
        "index": "a1",
        "strokeColor": "#1e1e1e",
        **more,
    }


@dataclass
class Client:
    """Another client's idea of a board: it merges what the stream says, by the documented rule alone."""

    shown: dict[str, Element] = field(default_factory=dict)

    def take(self, elements: list[Element]) -> None:
        """Merges elements, in whatever order they come."""
        for one in elements:
            held = self.shown.get(one["id"])
            stamp = None if held is None else Stamp(held["version"], held["versionNonce"])
            if merge.wins(Stamp(one["version"], one["versionNonce"]), stamp):
                self.shown[one["id"]] = one


@dataclass
class Board:
    """The board of a fresh room."""

    table: Table = field(default_factory=Table)

    @property
    def id(self) -> UUID:
        """Its stream."""
        return self.row.pk

    @property
    def row(self) -> Row:
        """Its row, read anew."""
        return Row.objects.get(room=self.table.room.pk, side="")

    def draw(
        self, who: str | User, *elements: Element, id: UUID | None = None, stream_id: UUID | None = None
    ) -> Answer:
        """Draws as a side, or as a person, the way the socket does; a Refusal is raised."""
        frame = self.frame(*elements, id=id, stream_id=stream_id)
        actor = self.table.actor(who) if isinstance(who, str) else who
        return services.draw_by(by=actor.pk, frame=frame, now=self.table.now)

    def frame(
        self, *elements: Element, id: UUID | None = None, stream_id: UUID | None = None
    ) -> wire.BoardDraw:
        """The command that puts elements on the board."""
        raw = {
            "t": "board.draw",
            "id": str(id or uuid4()),
            "stream": str(stream_id or self.id),
            "elements": list(elements),
        }
        return wire.BoardDraw.model_validate_json(json.dumps(raw))

    def view(self, actor: User) -> View:
        """The board as a person is given it."""
        return queries.view(actor, Stream.objects.get(id=self.id))

    def state(self, side: str = "buyer") -> dict[str, Any]:
        """A snapshot's state, as the wire has it."""
        state: dict[str, Any] = orjson.loads(orjson.dumps(dict(self.view(self.table.actor(side)).state())))
        return state

    @property
    def events(self) -> list[stream.Event]:
        """The board's log."""
        return list(stream.everything(self.id))

    @property
    def told(self) -> list[list[Element]]:
        """The elements of each event."""
        return [[orjson.loads(text) for text in event.body["elements"]] for event in self.events]
