"""A seat keeps the rules of docs/protocol.md, against a server that follows a script."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

from tests.chaos.history import Json
from tests.chaos.ledger import Command, Ledger
from tests.chaos.seat import LATER_S, RECONNECT_S, RESTARTING, Seat
from tests.chaos.weather import Weather

ROOM = "room"
LIMITS = {"commands_per_s": 10, "commands_burst": 40}


def event(seq: int, text: str = "") -> Json:
    return {"seq": seq, "kind": "message.sent", "by": None, "hash": f"hash {seq}", "body": {"text": text}}


def snapshot(*events: Json) -> Json:
    head = {"t": "snapshot", "stream": ROOM, "kind": "caucus", "head": events[-1]["seq"]}
    return {**head, "first": events[0]["seq"], "events": list(events)}


class Patient(Random):
    """Waits for no time at all, and remembers how long it should have waited."""

    def __init__(self) -> None:
        super().__init__(1)
        self.waits: list[tuple[float, float]] = []

    def uniform(self, a: float, b: float) -> float:
        self.waits.append((a, b))
        return 0.0


class Script:
    """The server's side: what the seat sends, and what is said to it."""

    def __init__(self) -> None:
        self.arrived: asyncio.Queue[ServerConnection] = asyncio.Queue()
        self.socket: ServerConnection
        self.seat: Seat
        self.random = Patient()

    async def greet(self, *frames: Json, **limits: int) -> Json:
        """Takes the next connection; returns its hello and answers it."""
        self.socket = await self.arrived.get()
        hello = await self.hear()
        welcome = {"t": "welcome", "heartbeat_s": 20, "limits": {**LIMITS, **limits}}
        await self.say(welcome, *frames)
        return hello

    async def hear(self) -> Json:
        """The next frame of the seat."""
        frame: Json = json.loads(await self.socket.recv())
        return frame

    async def say(self, *frames: Json) -> None:
        """Sends to the seat."""
        for frame in frames:
            await self.socket.send(json.dumps(frame))

    async def has(self, last: int) -> None:
        """Waits until the seat has come to this number and has no hole."""
        copy = self.seat.copies[ROOM]
        while copy.last < last or copy.floor > 1:  # noqa: ASYNC110 - a copy makes no event of its own
            await asyncio.sleep(0.001)


@asynccontextmanager
async def script() -> AsyncIterator[Script]:
    """A seat that talks to a script, for a minute at most."""
    it = Script()

    async def arrive(socket: ServerConnection) -> None:
        it.arrived.put_nowait(socket)
        await socket.wait_closed()

    async with asyncio.timeout(60), serve(arrive, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        weather = Weather([f"ws://127.0.0.1:{port}/"])
        it.seat = Seat("ada", "token", [ROOM], weather, Ledger(), it.random)
        task = asyncio.create_task(it.seat.run())
        try:
            yield it
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def command(seat: Seat, text: str = "Hi") -> Command:
    frame = {"t": "message.send", "id": f"id of {text}", "stream": ROOM, "text": text}
    return seat.ledger.add(Command(str(frame["id"]), ROOM, "ada", text, json.dumps(frame)))


def opening(frame: Json) -> Any:
    """What a stream.open says."""
    assert frame["t"] == "stream.open"
    return frame["after"], frame["hash"]


async def test_a_connection_resumes_behind_the_last_event() -> None:
    async with script() as it:
        assert (await it.greet(snapshot(event(1), event(2))))["streams"] == {ROOM: {"after": 0, "hash": None}}
        await it.has(2)
        await it.socket.close()
        assert (await it.greet())["streams"] == {ROOM: {"after": 2, "hash": "hash 2"}}


async def test_a_gap_is_asked_for_and_repetitions_are_ignored() -> None:
    async with script() as it:
        await it.greet(snapshot(event(1)))
        await it.say({"t": "events", "stream": ROOM, "events": [event(3), event(4)]})
        asked = await it.hear()
        assert opening(asked) == (1, "hash 1")
        missing = [event(1), event(2), event(3), event(4)]
        await it.say({"t": "events", "stream": ROOM, "events": missing})
        await it.say({"t": "ack", "id": asked["id"], "stream": ROOM, "seq": 4, "hash": "hash 4"})
        await it.has(4)
        assert list(it.seat.copies[ROOM].events) == [1, 2, 3, 4]


async def test_what_is_older_than_a_snapshot_is_read_by_history() -> None:
    async with script() as it:
        await it.greet(snapshot(event(3), event(4)))
        asked = await it.hear()
        assert (asked["t"], asked["before"]) == ("history", 3)
        page = {"t": "history", "id": asked["id"], "stream": ROOM, "events": [event(1), event(2)]}
        await it.say(page)
        await it.has(4)


async def test_a_snapshot_that_is_no_continuation_replaces_all_and_is_remembered() -> None:
    async with script() as it:
        await it.greet(snapshot(event(1), event(2)))
        await it.has(2)
        other = {**event(2), "hash": "another hash"}
        await it.say(snapshot(event(1), other, event(3)))
        await it.has(3)
        copy = it.seat.copies[ROOM]
        assert copy.events[2].hash == "another hash"
        assert copy.seen[2] == "hash 2"


async def test_a_command_without_an_answer_is_sent_again_under_its_id() -> None:
    async with script() as it:
        await it.greet(snapshot(event(1)))
        done = it.seat.submit(command(it.seat))
        first = await it.hear()
        await it.socket.close()
        await it.greet({"t": "events", "stream": ROOM, "events": []})
        assert await it.hear() == first
        await it.say({"t": "ack", "id": first["id"], "stream": ROOM, "seq": 2, "hash": "hash 2"})
        assert await done
        assert [ack.seq for ack in it.seat.ledger.commands[first["id"]].acks] == [2]


async def test_a_temporary_refusal_is_obeyed_and_another_one_is_final() -> None:
    async with script() as it:
        await it.greet(snapshot(event(1)))
        done = it.seat.submit(command(it.seat))
        first = await it.hear()
        refusal = {"t": "refused", "id": first["id"], "message": "", "retry_after_ms": 1}
        await it.say({**refusal, "code": "rate.too_fast", "temporary": True})
        assert await it.hear() == first
        await it.say({**refusal, "code": "message.blank", "temporary": False})
        assert not await done
        assert it.seat.ledger.commands[first["id"]].refused == "message.blank"


async def test_resync_is_answered_by_opening_from_the_last_number() -> None:
    async with script() as it:
        await it.greet(snapshot(event(1), event(2)))
        await it.say({"t": "resync", "stream": ROOM})
        assert opening(await it.hear()) == (2, "hash 2")


async def test_what_was_taken_is_reported_in_time_where_the_server_wants_to_know() -> None:
    async with script() as it:
        every = 4096
        await it.greet(snapshot(event(1)), taken_every_bytes=every)
        sent = told = 0
        for seq in range(2, 40):
            frame = {"t": "events", "stream": ROOM, "events": [event(seq, "x" * 200)]}
            await it.say(frame)
            await it.has(seq)
            sent += len(json.dumps(frame))
        it.seat.repeat(command(it.seat))  # whatever comes before it was reported on the way
        while (report := await it.hear())["t"] == "taken":
            assert report.keys() == {"t", "stream", "seq"}
            told = report["seq"]
        assert told * 200 > sent - 2 * every


async def test_nothing_is_reported_to_a_server_that_does_not_ask() -> None:
    async with script() as it:
        await it.greet(snapshot(event(1, "x" * 200_000)))
        await it.has(1)
        it.seat.submit(command(it.seat))
        assert (await it.hear())["t"] == "message.send"


async def test_a_server_that_restarts_is_left_alone_for_as_long_as_it_wants() -> None:
    async with script() as it:
        await it.greet(snapshot(event(1)))
        await it.socket.close(code=RESTARTING)
        await it.greet()
        assert it.random.waits == [LATER_S[RESTARTING]]
        await it.socket.close(code=1011)
        await it.greet()
        assert it.random.waits[1:] == [RECONNECT_S]
