"""One listener's copy of one stream, kept by the rules of docs/protocol.md."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Json = dict[str, Any]
OFFERS = {"offer.proposed", "offer.countered", "offer.superseded"}
ENDS = {"offer.accepted", "offer.declined", "offer.withdrawn", "offer.expired"}


class Event(NamedTuple):
    """An event as far as judging needs it. `mark` is the author's unique text, empty where there is none."""

    seq: int
    hash: str
    kind: str
    mark: str
    fingerprint: bytes  # of all that the event says


class Offer(NamedTuple):
    """The standing offer."""

    version: int
    hash: str
    side: str


def event_of(frame: Json) -> Event:
    """An event of a frame or of a REST page."""
    whole = json.dumps(frame, sort_keys=True).encode()
    fingerprint = hashlib.blake2b(whole, digest_size=12).digest()
    return Event(
        frame["seq"], frame["hash"], frame["kind"], mark_of(frame["kind"], frame["body"]), fingerprint
    )


def mark_of(kind: str, body: Json) -> str:
    """The text by which an author knows their event again: message, first line of an offer, or reason."""
    if kind == "message.sent":
        return str(body["text"])
    if kind in OFFERS:
        return str(body["offer"]["packages"][0]["lines"][0]["title"])
    return str(body.get("reason") or "") if kind in ENDS else ""


@dataclass
class Copy:
    """`events` runs without a gap from `floor` to `last`; it is whole when `floor` is 1."""

    stream: str
    events: dict[int, Event] = field(default_factory=dict)
    floor: int = 1
    last: int = 0
    seen: dict[int, str] = field(default_factory=dict)  # the first hash ever seen at a number
    standing: Offer | None = None
    _before: dict[int, Event] = field(default_factory=dict)  # what a snapshot is about to replace

    @property
    def resume(self) -> Json:
        """What says how far this copy has come."""
        return {"after": self.last, "hash": self.events[self.last].hash if self.last else None}

    def take(self, frames: Iterable[Json]) -> bool:
        """Takes an `events` frame; False when it shows a gap. Repetitions are ignored."""
        for frame in frames:
            if frame["seq"] > self.last + 1:
                return False
            event = event_of(frame)
            self.seen.setdefault(event.seq, event.hash)
            if event.seq == self.last + 1:
                self.events[event.seq] = event
                self.last = event.seq
                self._follow(frame["kind"], frame["body"])
        return True

    def replace(self, frame: Json) -> None:
        """Takes a snapshot, which replaces all that is known. The older events come by `history`."""
        if self.floor == 1 and self.events:
            self._before = self.events
        self.events, self.floor, self.last = {}, frame["first"], frame["head"]
        self._put(frame["events"])
        if frame["kind"] == "table":
            self._look(frame["state"])

    def take_older(self, frames: list[Json]) -> None:
        """Takes a page of `history`. One that does not lead up to the floor is ignored."""
        if frames and frames[-1]["seq"] == self.floor - 1:
            self.floor = frames[0]["seq"]
            self._put(frames)

    def _put(self, frames: list[Json]) -> None:
        for frame in frames:
            event = event_of(frame)
            self.seen.setdefault(event.seq, event.hash)
            self.events[event.seq] = event
        # The hashes are a chain: the same one at the same number means that all before it is the same too.
        known = self._before.get(self.floor)
        if known is not None and known.hash == self.events[self.floor].hash:
            self.events = {**{n: e for n, e in self._before.items() if n < self.floor}, **self.events}
            self.floor = 1
        if self.floor == 1:
            self._before = {}

    def _follow(self, kind: str, body: Json) -> None:
        if kind in OFFERS:
            offer = body["offer"]
            self.standing = Offer(offer["version"], offer["hash"], offer["side"])
        elif kind in ENDS or kind == "negotiation.closed":
            self.standing = None

    def _look(self, state: Json) -> None:
        number = state["negotiation"]["standing"]
        found = next((offer for offer in state["offers"] if offer["version"] == number), None)
        self.standing = found and Offer(found["version"], found["hash"], found["side"])
