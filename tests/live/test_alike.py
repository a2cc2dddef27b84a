"""Whether the seller's manager had to approve, the buyer cannot tell: not by a byte, a number or a pause.

The same negotiation is held twice. What the buyer's socket was sent is compared frame by frame; ids and
hashes by where they first stood, times by the buyer's own pings, which are the clock: a frame or a time in
another place between them would be a pause.
"""

import json
import re
from bisect import bisect
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.live.client import Client, call, client, open_room
from tests.live.leaking import LEAKS
from tests.live.server import LiveServer, Transport, live_server
from tests.live.test_supervision import opened
from tests.rooms.table import terms

FLOOR, BELOW, FURTHER_BELOW = 11_000, 10_500, 10_000
NAMED = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"
    r"|(?P<hash>\b[0-9a-f]{64}\b)"
    r"|(?P<id>\b[0-9a-f]{8}-[0-9a-f]{4}-(?P<version>[0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b)"
    r"|(?P<order>\bNH-\d{4}-\w{6}\b)"
    r"|(?P<salt>\b[0-9a-f]{32}\b)"
    r"|(?P<signature>\b[0-9a-f]{128}\b)"
)


@dataclass
class Received:
    """What one side's socket was sent, as it came."""

    socket: Client
    frames: list[str] = field(default_factory=list)
    pongs: list[str] = field(default_factory=list)  # the server's time at each ping
    names: dict[str, str] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)

    async def until(self, mark: str) -> None:
        """Reads on until a frame holds this."""
        while True:
            self.frames.append(str(await self.socket.socket.recv()))
            if mark in self.frames[-1]:
                return

    async def ping(self) -> None:
        """The clock's tick: what comes before its answer came before that tick."""
        await self.socket.send(t="ping")
        await self.until('"t":"pong"')
        self.pongs.append(json.loads(self.frames[-1])["at"])

    async def say(self, stream: str, **frame: Any) -> None:
        """Sends a command; whether its answer or its event comes first is not promised."""
        id, start = str(uuid4()), len(self.frames)
        await self.socket.send(id=id, stream=stream, **frame)
        await self.until(id)
        seq = json.loads(self.frames[-1])["seq"]
        if not any(f'"seq":{seq},' in one and '"t":"events"' in one for one in self.frames[start:]):
            await self.until(f'"seq":{seq},')
        self.frames[start:] = sorted(self.frames[start:], key=lambda one: '"t":"ack"' not in one)

    async def begin(self, streams: dict[str, str]) -> None:
        """All that opening the page brings, until both sides are said to be there.

        In which order streams come, and how often it is said who is there, is not promised.
        """
        alone = {"caucus", "layer"}  # what a side has to itself
        wanted = {(one, 1 if name in alone else 2) for name, one in streams.items()}
        while wanted:
            await self.until('"t":"presence"')
            here = json.loads(self.frames[-1])
            wanted.discard((here["stream"], here["count"]))
        self.frames = [one for one in self.frames if '"t":"presence"' not in one]
        self.frames.sort(key=lambda one: (json.loads(one)["t"], json.loads(one).get("kind", "")))

    def plain(self, text: str) -> str:
        """A text in which times, ids and hashes are what they are to the buyer."""

        def name(found: re.Match[str]) -> str:
            if found["time"]:
                return self._time(found["time"])
            kind = f"id of version {found['version']}" if found["id"] else found.lastgroup
            return self.names.setdefault(found[0], f"<{kind} {len(self.names)}>")

        return NAMED.sub(name, text)

    def _time(self, text: str) -> str:
        """Between which pings a time lies; of one to come, by how much it is after one that has been."""
        if (tick := bisect(self.pongs, text)) < len(self.pongs):
            self.times[text] = f"<time {tick}>"
            return self.times[text]
        for known, name in self.times.items():
            after = datetime.fromisoformat(text) - datetime.fromisoformat(known)
            if not after.microseconds:
                return f"<{after} after {name}>"
        return "<a time of its own>"


@pytest.fixture(scope="module", params=["lane", "daphne"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server of each transport."""
    transport: Transport = request.param
    with live_server(tmp_path_factory.mktemp("alike"), transport=transport) as running:
        yield running


@pytest.fixture(scope="module")
def leaking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server that tells."""
    with live_server(tmp_path_factory.mktemp("leaking"), program="tests.live.leaking") as running:
        yield running


@dataclass
class Seller:
    """Ada offers; Max, her manager, is in the caucus alone. `approval`: he has said that she must ask him."""

    ada: Client
    max: Client | None
    table: str
    caucus: str
    batch: str

    async def prepare(self) -> None:
        """The floor, and what else is said among themselves."""
        if self.max:
            await _done(self.max, "bound.set", self.caucus, minor=FLOOR)
            await _done(self.max, "message.send", self.caucus, text="Nothing below without me.")

    async def ask(self, way: str, price: int, **which: int) -> None:
        """Ada asks, and they talk about it."""
        if self.max:
            before = len(self._requests)
            await _done(self.ada, way, self.table, offer=self.terms(price), **which)
            await self.max.until(lambda _: len(self._requests) > before)
            await self.max.send(t="typing", stream=self.caucus)
            await _done(self.ada, "message.send", self.caucus, text="They wait for it.")

    async def decide(self, t: str, **fields: Any) -> None:
        """Max says yes or no."""
        if self.max:
            await _done(self.max, t, self.caucus, approval=self._requests[-1], **fields)

    async def offer(self, way: str, price: int, **which: int) -> None:
        """The offer comes to the table: by Max's word, or by Ada's alone."""
        if self.max:
            await self.decide("approval.grant")
        else:
            await _done(self.ada, way, self.table, offer=self.terms(price), **which)

    def terms(self, price: int) -> dict[str, Any]:
        """An offer of one pump."""
        return terms(price, issues=[{"name": "Leak", "value": self.batch}])

    @property
    def _requests(self) -> list[str]:
        """What Max was asked, by id."""
        frames = self.max.frames if self.max else []
        events = [event for frame in frames if frame["t"] == "events" for event in frame["events"]]
        return [one["body"]["approval"]["id"] for one in events if one["kind"] == "approval.requested"]


async def _done(socket: Client, t: str, stream: str, **fields: Any) -> dict[str, Any]:
    answer = await socket.command(t, stream, **fields)
    assert answer["t"] == "ack", answer
    return answer


async def negotiation(server: LiveServer, *, approval: bool, batch: str = "none") -> list[str]:
    """The same talk with and without a manager's word; all that Ben was sent and can read, in order."""
    buyer, seller, manager = (server.sign_in(one) for one in ("buyer", "seller", "manager"))
    room = open_room(server, seller, buyer)
    table = room["id"]
    hers = call(server, "GET", f"/rooms/{table}", seller).json()["streams"]
    async with AsyncExitStack() as stack:
        ada = await stack.enter_async_context(opened(server, seller, hers))
        ben = Received(await stack.enter_async_context(client(server, buyer)))
        wanted = {one: {"after": 0, "hash": None} for one in room["streams"].values()}
        await ben.socket.send(t="hello", protocol=1, streams=wanted)
        await ben.begin(room["streams"])
        maxim = None
        if approval:
            maxim = await stack.enter_async_context(opened(server, manager, {"caucus": hers["caucus"]}))
        side = Seller(ada, maxim, table, hers["caucus"], batch)
        await ben.ping()
        await side.prepare()
        await ben.ping()
        await ben.say(table, t="offer.propose", offer=terms(9_000))
        await ben.ping()
        await side.ask("offer.counter", FURTHER_BELOW, answers=1)  # Max says no
        await ben.ping()
        await side.decide("approval.refuse", reason="we lose money")
        await ben.ping()
        await side.ask("offer.counter", BELOW, answers=1)  # and yes to this
        for _ in range(3):
            await ben.ping()
        await side.offer("offer.counter", BELOW, answers=1)
        await ben.until('"offer.countered"')
        await ben.ping()
        (countered,) = json.loads(next(one for one in ben.frames if '"offer.countered"' in one))["events"]
        stands = countered["body"]["offer"]
        # What waits lapses when Ben accepts.
        await side.ask("offer.supersede", FURTHER_BELOW, replaces=stands["version"])
        await ben.ping()
        await ben.say(table, t="message.send", text="Done.")
        accepted = {"version": stands["version"], "hash": stands["hash"], "package": 0}
        await ben.say(table, t="offer.accept", **accepted)
        await ben.ping()
        await ben.say(table, t="message.send", text="Thank you.")
        await ben.ping()
    paths = ["", "/events", "/evidence", "/scores"]
    pages = [call(server, "GET", f"/rooms/{table}{path}", buyer).text for path in paths]
    return [ben.plain(text) for text in (*ben.frames, *pages)]


@pytest.mark.covers("room:caucus.alike", "room:caucus.silent")
async def test_the_buyer_receives_the_same_whether_or_not_a_manager_approved(server: LiveServer) -> None:
    approved = await negotiation(server, approval=True)
    assert approved == await negotiation(server, approval=False)
    assert len(approved) > 25


@pytest.mark.parametrize("leak", LEAKS)
async def test_a_byte_a_number_or_a_pause_that_differs_is_found(leaking: LiveServer, leak: str) -> None:
    told = await negotiation(leaking, approval=True, batch=leak)
    assert told != await negotiation(leaking, approval=False, batch=leak)


async def test_a_server_that_only_could_leak_is_not_accused(leaking: LiveServer) -> None:
    told = await negotiation(leaking, approval=True)
    assert told == await negotiation(leaking, approval=False)
