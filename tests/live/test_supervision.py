"""Moderators at a real server: who is removed hears of it and nothing more, whatever is on its way."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests import services
from tests.live.client import Client, Frame, call, client, open_room
from tests.live.server import LiveServer, Transport, live_server
from tests.rooms.table import terms

SPEAKERS = 6
EACH = 36  # messages of one speaker, sent at once: below the burst that the rate allows
ROUNDS = 2


@pytest.fixture(scope="module", params=["lane", "daphne"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server of each transport."""
    transport: Transport = request.param
    with live_server(tmp_path_factory.mktemp("moderated"), transport=transport) as running:
        yield running


@pytest.fixture(scope="module")
def processes(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: services.PostgresServer, redis_server: str
) -> Iterator[tuple[LiveServer, LiveServer]]:
    """Two processes on one database and one Redis, the second without the lane."""
    folder: Path = tmp_path_factory.mktemp("moderated-two")
    url = postgres_server.create_database()
    with ExitStack() as stack:
        one = stack.enter_context(live_server(folder, database_url=url, redis_url=redis_server))
        two = stack.enter_context(
            live_server(folder, database_url=url, redis_url=redis_server, transport="daphne")
        )
        yield one, two


def numbers(frames: list[Frame], stream: str) -> list[int]:
    """The events of a stream that a socket was sent live, by number, in their order."""
    events = [frame for frame in frames if frame["t"] == "events" and frame["stream"] == stream]
    return [event["seq"] for frame in events for event in frame["events"]]


def anywhere(frames: list[Frame], stream: str) -> set[int]:
    """The same wherever they stood: in snapshots and pages of history too."""
    return {
        event["seq"] for frame in frames if frame.get("stream") == stream for event in frame.get("events", [])
    }


async def settled(socket: Client) -> None:
    """All that the server has given to this socket has arrived."""
    while True:
        await socket.send(t="ping")
        answer: Frame = {"t": ""}
        while answer["t"] not in {"pong", "refused"}:
            answer = json.loads(await socket.socket.recv())
            socket.frames.append(answer)
        if answer["t"] == "pong":
            return
        await asyncio.sleep((answer["retry_after_ms"] or 0) / 1000)


@asynccontextmanager
async def opened(server: LiveServer, token: str, streams: dict[str, str]) -> AsyncIterator[Client]:
    """A person's page: all the streams of a room that are theirs, on one socket."""
    async with client(server, token) as socket:
        wanted = {one: {"after": 0, "hash": None} for one in streams.values()}
        await socket.send(t="hello", protocol=1, streams=wanted)
        for one in wanted:
            await socket.until(lambda f, one=one: f["t"] == "snapshot" and f["stream"] == one)  # type: ignore[misc]
        yield socket


async def talk(socket: Client, stream: str, half: asyncio.Event) -> None:
    """Says many things without waiting, then reads until each is answered."""
    ids = [str(uuid4()) for _ in range(EACH)]
    for number, id in enumerate(ids):
        await socket.send(t="message.send", id=id, stream=stream, text=f"lot {number}")
        if number == EACH // 2:
            half.set()
            await asyncio.sleep(0)  # lets the others in
    waiting = set(ids)
    while waiting:
        frame: Frame = json.loads(await socket.socket.recv())
        socket.frames.append(frame)
        waiting.discard(frame.get("id") or "")


async def come_and_go(server: LiveServer, token: str, table: str, done: asyncio.Event) -> list[Frame]:
    """Opens the table again and again, as somebody who loads the page; all that was ever sent."""
    seen: list[Frame] = []
    while not done.is_set():
        async with client(server, token) as socket:
            first = await socket.hello(table)
            await socket.command("history", table, before=1, limit=1)  # whatever the answer
            seen += socket.frames
            if first["t"] == "refused":
                break  # as to a stranger, from now on
    return seen


async def ask_back(socket: Client, table: str, done: asyncio.Event) -> None:
    """Pages back from behind the newest event, which is further than the socket has been given."""
    while not done.is_set():
        answer = await socket.command("history", table, before=2**40, limit=50)
        if answer["t"] == "refused":
            if not answer["temporary"]:
                return
            await asyncio.sleep(answer["retry_after_ms"] / 1000)


async def refusal(socket: Client, t: str, stream: str, **fields: Any) -> str:
    """What a command there is refused with, however fast they were."""
    while True:
        answer = await socket.command(t, stream, **fields)
        if not answer["temporary"]:
            return str(answer["code"])
        await asyncio.sleep(answer["retry_after_ms"] / 1000)


async def removal_under_load(here: LiveServer, there: LiveServer) -> None:
    """Ben is removed by way of `there` while six of the seller's talk; he has two pages open at `here`."""
    buyer, seller, dov = (here.sign_in(one) for one in ("buyer", "seller", "moderator"))
    room = open_room(here, seller, buyer)
    table, mine = room["streams"]["table"], room["streams"]
    half, done = asyncio.Event(), asyncio.Event()
    async with AsyncExitStack() as stack:
        ben = await stack.enter_async_context(opened(here, buyer, mine))
        paging = await stack.enter_async_context(opened(here, buyer, {"table": table}))
        bea = await stack.enter_async_context(opened(here, here.sign_in("buyer-1"), mine))
        chair = await stack.enter_async_context(opened(there, dov, {"table": table}))
        ada = await stack.enter_async_context(opened(there, seller, {"table": table}))
        await chair.command("moderation.step_in", table, reason="a complaint")
        speakers = []
        for number in range(SPEAKERS):
            at, token = (here, there)[number % 2], here.sign_in(f"seller-{number + 1}")
            speakers.append(await stack.enter_async_context(opened(at, token, {"table": table})))
        me = (await ben.until(lambda f: f["t"] == "welcome"))["you"]["id"]
        async with asyncio.TaskGroup() as group:
            talks = [group.create_task(talk(one, table, half)) for one in speakers]
            talks += [group.create_task(talk(one, table, half)) for one in (ben, bea)]
            visits = group.create_task(come_and_go(here, buyer, table, done))
            group.create_task(ask_back(paging, table, done))
            await half.wait()
            removed = await chair.command("moderation.remove", table, participant=me, reason="threats")
            for one in talks:
                await one
            for caucus in (mine["caucus"], table):
                await bea.command("message.send", caucus, text="Among us.")
            done.set()
        assert removed["t"] == "ack", removed
        last = (await ada.command("message.send", table, text="That was all."))["seq"]
        await bea.event(last)  # in Ben's process
        for gone in (ben, paging):
            await settled(gone)
            told = numbers(gone.frames, table)
            assert told[-1] == removed["seq"]
            assert told == list(range(told[0], removed["seq"] + 1))
            assert max(anywhere(gone.frames, table)) == removed["seq"]
            # On no other stream of the room either, nor who is there and who writes.
            ends = next(n for n, f in enumerate(gone.frames) if removed["seq"] in numbers([f], table))
            later = [f for f in gone.frames[ends + 1 :] if f["t"] not in {"pong", "ack", "refused"}]
            assert not later, later
            for stream in (table, mine["caucus"], mine["board"]):
                opening = {"after": 0, "hash": None}
                assert await refusal(gone, "stream.open", stream, **opening) == "stream.unknown"
                assert await refusal(gone, "message.send", stream, text="And more!") == "stream.not_open"
        assert not {seq for seq in anywhere(await visits, table) if seq > removed["seq"]}
        log = call(there, "GET", f"/rooms/{table}/events?after={removed['seq']}", dov).json()["events"]
        assert log  # the load went on behind the removal, and he said none of it
        assert me not in {event["by"] for event in log}


@pytest.mark.covers("room:supervision.remove")
async def test_who_is_removed_gets_all_up_to_the_removal_and_nothing_after(server: LiveServer) -> None:
    for _ in range(ROUNDS):
        await removal_under_load(server, server)
    result = server.run("verify")
    assert result.stdout.strip().endswith("0 problems"), result.stdout


@pytest.mark.covers("room:supervision.remove")
@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.parametrize(("at", "by"), [(0, 1), (1, 0)], ids=["by the lane", "by daphne"])
async def test_it_is_so_across_processes(processes: tuple[LiveServer, LiveServer], at: int, by: int) -> None:
    for _ in range(ROUNDS):
        await removal_under_load(processes[at], processes[by])
    result = processes[0].run("verify")
    assert result.stdout.strip().endswith("0 problems"), result.stdout


@pytest.fixture
def room(server: LiveServer) -> dict[str, Any]:
    """A fresh room of Ben's and Ada's."""
    return open_room(server, server.sign_in("seller"), server.sign_in("buyer"))


async def step_in(chair: Client, table: str) -> None:
    ack = await chair.command("moderation.step_in", table, reason="a complaint")
    assert ack["t"] == "ack"


@pytest.mark.covers("room:supervision.remove")
async def test_to_who_was_removed_the_room_is_as_to_a_stranger(
    server: LiveServer, room: dict[str, Any]
) -> None:
    table, buyer, cleo = room["id"], server.sign_in("buyer"), server.sign_in("stranger")
    paths = [
        f"/rooms/{table}{more}" for more in ("", "/events", "/evidence", "/board.excalidraw", "/whispers")
    ]
    paths += [f"/rooms/{table}/board/evidence", f"/deals/{table}"]
    async with opened(server, server.sign_in("moderator"), {"table": table}) as chair:
        await step_in(chair, table)
        async with opened(server, buyer, {"table": table}) as ben:
            me = (await ben.until(lambda f: f["t"] == "welcome"))["you"]["id"]
        await chair.command("moderation.remove", table, participant=me, reason="threats")
    for path in paths:
        mine, theirs = (call(server, "GET", path, token) for token in (buyer, cleo))
        assert (mine.status_code, mine.json()) == (404, theirs.json()), path
    assert table not in call(server, "GET", "/rooms", buyer).text
    assert table not in call(server, "GET", "/deals", buyer).text
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as browser:
        await browser.post("/demo/sign-in", json={"person": "buyer"})
        for page in (f"/rooms/{table}/", f"/rooms/{table}/board.png", f"/deals/{table}/"):
            assert (await browser.get(page)).status_code == 404, page
        assert table not in (await browser.get("/deals/")).text


@pytest.mark.covers("room:supervision.mute")
async def test_who_is_muted_is_silent_on_an_open_socket_at_once(
    server: LiveServer, room: dict[str, Any]
) -> None:
    table = room["id"]
    async with (
        opened(server, server.sign_in("moderator"), {"table": table}) as chair,
        opened(server, server.sign_in("buyer"), {"table": table}) as ben,
    ):
        await step_in(chair, table)
        me = (await ben.until(lambda f: f["t"] == "welcome"))["you"]["id"]
        ids = [str(uuid4()) for _ in range(EACH)]
        for one in ids[: EACH // 2]:
            await ben.send(t="message.send", id=one, stream=table, text="Pay me directly.")
        mute = asyncio.ensure_future(
            chair.command("moderation.mute", table, participant=me, reason="payment elsewhere")
        )
        for one in ids[EACH // 2 :]:
            await ben.send(t="message.send", id=one, stream=table, text="Pay me directly.")
            await asyncio.sleep(0)
        muted = (await mute)["seq"]
        answers = [await ben.until(lambda f, one=one: f.get("id") == one) for one in ids]  # type: ignore[misc]
        said = [answer["seq"] for answer in answers if answer["t"] == "ack"]
        assert all(seq < muted for seq in said)
        assert {answer["code"] for answer in answers if answer["t"] == "refused"} <= {"room.muted"}
        refused = await ben.command("message.send", table, text="Hello?")
        assert refused["code"] == "room.muted"
        await ben.send(t="typing", stream=table)
        heard = await chair.command("message.send", table, text="Read the rules, please.")
        assert (await ben.event(heard["seq"]))["by"]  # who is muted reads on
        await settled(ben)
        await settled(chair)
        assert not [frame for frame in chair.frames if frame["t"] == "ephemeral"]
        await chair.command("moderation.unmute", table, participant=me, reason="talked about it")
        await ben.until(lambda f: "participant.unmuted" in json.dumps(f))
        assert (await ben.command("message.send", table, text="Sorry."))["t"] == "ack"


@pytest.mark.covers("room:supervision.lock", "room:supervision.step_in")
async def test_in_a_locked_room_open_sockets_of_both_sides_fall_silent(
    server: LiveServer, room: dict[str, Any]
) -> None:
    table = room["id"]
    async with (
        opened(server, server.sign_in("moderator"), {"table": table}) as chair,
        opened(server, server.sign_in("buyer"), {"table": table}) as ben,
        opened(server, server.sign_in("seller"), {"table": table}) as ada,
    ):
        refused = await chair.command("moderation.lock", table, reason="a complaint")
        assert refused["code"] == "moderation.observing"
        await step_in(chair, table)
        made = await ada.command("offer.propose", table, offer=terms(9_000))
        offer = (await ben.event(made["seq"]))["body"]["offer"]
        locked = await chair.command("moderation.lock", table, reason="a complaint")
        for side in (ben, ada):
            assert (await side.command("message.send", table, text="Hm?"))["code"] == "room.locked"
            assert (await side.event(locked["seq"]))["body"] == {"reason": "a complaint"}
        accept = {"version": 1, "hash": offer["hash"], "package": 0}
        assert (await ben.command("offer.accept", table, **accept))["code"] == "room.locked"
        reloaded = await ben.command("stream.open", table, after=0, hash=None)
        assert reloaded["t"] == "ack"
        snapshot = [frame for frame in ben.frames if frame["t"] == "snapshot"][-1]
        assert snapshot["state"]["locked"]["reason"] == "a complaint"
        await chair.command("moderation.unlock", table, reason="all is well")
        assert (await ben.command("offer.accept", table, **accept))["t"] == "ack"


def plain(frame: str) -> str:
    """A frame as it came, without what differs between two rooms of the same kind."""
    for what, pattern in (
        ("ID", r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        ("HASH", r"[0-9a-f]{64}"),
        ("TIME", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"),
    ):
        frame = re.sub(pattern, what, frame)
    return frame


async def what_the_buyer_received(server: LiveServer, *, whispers: bool) -> list[str]:
    """The same talk, with or without whispers to the seller's side: every byte that Ben was sent."""
    buyer, seller, dov = (server.sign_in(one) for one in ("buyer", "seller", "moderator"))
    theirs = open_room(server, seller, buyer)
    table, mine = theirs["id"], theirs["streams"]
    hers = call(server, "GET", f"/rooms/{table}", seller).json()["streams"]
    received: list[str] = []
    async with (
        opened(server, dov, {"table": table}) as chair,
        opened(server, seller, hers) as ada,
        opened(server, buyer, mine) as ben,
    ):

        async def received_until(mark: str) -> None:
            while True:
                text = str(await ben.socket.recv())
                if '"t":"presence"' not in text:  # may be told once or twice, depending on who comes when
                    received.append(plain(text))
                if mark in text:
                    return

        for number in range(4):
            if whispers:
                ack = await chair.command(
                    "moderation.whisper", table, to="seller", text=f"Careful, {number}."
                )
                assert ack["t"] == "ack"
                heard = await ada.until(lambda f, n=number: f"Careful, {n}." in json.dumps(f))  # type: ignore[misc]
                assert heard["stream"] == hers["caucus"]
            said = await ada.command("message.send", table, text=f"Lot {number} it is.")
            await received_until(f'"seq":{said["seq"]},')
        last = str(uuid4())
        await ben.send(t="history", id=last, stream=mine["caucus"], before=99, limit=9)
        await received_until(last)
        assert not [frame for frame in chair.frames if frame.get("stream") == hers["caucus"]]
    for path in ("", "/events", "/evidence"):
        assert "Careful" not in call(server, "GET", f"/rooms/{table}{path}", buyer).text
        assert "Careful" not in call(server, "GET", f"/rooms/{table}{path}", dov).text
    listed = call(server, "GET", f"/rooms/{table}/whispers", dov).json()["whispers"]
    assert [one["text"] for one in listed] == [f"Careful, {n}." for n in range(4) if whispers]
    for side in (buyer, seller):
        assert call(server, "GET", f"/rooms/{table}/whispers", side).status_code == 403
    return received


@pytest.mark.covers("room:supervision.whisper", "room:caucus.silent")
async def test_the_other_side_receives_the_same_bytes_whether_or_not_one_is_whispered_to(
    server: LiveServer,
) -> None:
    quiet = await what_the_buyer_received(server, whispers=False)
    assert await what_the_buyer_received(server, whispers=True) == quiet
