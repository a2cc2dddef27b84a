"""Two people at a real server: what arrives, what is refused, what survives a lost connection."""

import asyncio
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.live.client import call, client, open_room
from tests.live.server import TRANSPORTS, LiveServer, live_server
from tests.rooms.table import terms


@pytest.fixture(scope="module", params=TRANSPORTS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server of each kind for this file: each test has a room of its own."""
    folder: Path = tmp_path_factory.mktemp("live")
    with live_server(folder, transport=request.param) as running:
        yield running


@pytest.fixture(scope="module")
def buyer(server: LiveServer) -> str:
    """Ben's token."""
    return server.sign_in("buyer")


@pytest.fixture(scope="module")
def seller(server: LiveServer) -> str:
    """Ada's token."""
    return server.sign_in("seller")


@pytest.fixture
def room(server: LiveServer, seller: str, buyer: str) -> str:
    """The table of a fresh room."""
    table: str = open_room(server, seller, buyer)["streams"]["table"]
    return table


async def test_what_one_side_says_reaches_the_other_in_order(
    server: LiveServer, room: str, buyer: str, seller: str
) -> None:
    async with client(server, buyer) as ben, client(server, seller) as ada:
        first = await ben.hello(room)
        await ada.hello(room)
        assert first["t"] == "snapshot"
        assert first["you"] == {"side": "buyer"}
        acks = [await ben.command("message.send", room, text=f"**{n}**") for n in range(5)]
        assert [ack["t"] for ack in acks] == ["ack"] * 5
        last = await ada.event(acks[-1]["seq"])
        assert last["body"]["html"] == "<p><strong>4</strong></p>"
        assert last["hash"] == acks[-1]["hash"]
        told = [event["seq"] for frame in ada.frames for event in frame.get("events", [])]
        assert all(after == before + 1 for before, after in pairwise(told))


async def test_a_deal_is_made_and_both_see_the_draft_order(
    server: LiveServer, room: str, buyer: str, seller: str
) -> None:
    async with client(server, buyer) as ben, client(server, seller) as ada:
        await ben.hello(room)
        await ada.hello(room)
        made = await ben.command("offer.propose", room, offer=terms(9_000))
        offer = (await ada.event(made["seq"]))["body"]["offer"]
        done = await ada.command("offer.accept", room, version=1, hash=offer["hash"], package=0)
        told = (await ben.event(done["seq"]))["body"]
        assert (told["agreement"]["gross"], told["order"]["status"]) == (9_000, "draft")
    orders = call(server, "GET", f"/orders?room={room}", buyer).json()
    assert told["order"]["id"] in str(orders)


async def test_a_client_that_comes_back_gets_what_it_missed(
    server: LiveServer, room: str, buyer: str, seller: str
) -> None:
    async with client(server, buyer) as ben:
        seen = await ben.hello(room)
    async with client(server, seller) as ada:
        await ada.hello(room)
        said = [await ada.command("message.send", room, text=str(n)) for n in range(3)]
    async with client(server, buyer) as ben:
        missed = await ben.hello(room, seen["head"], seen["hash"])
        numbers = [event["seq"] for event in missed["events"]]
        assert missed["t"] == "events"
        assert numbers == list(range(seen["head"] + 1, said[-1]["seq"] + 1))


async def test_a_client_with_another_history_gets_a_snapshot(
    server: LiveServer, room: str, buyer: str
) -> None:
    async with client(server, buyer) as ben:
        seen = await ben.hello(room)
    async with client(server, buyer) as ben:
        again = await ben.hello(room, seen["head"], "0" * 64)
        assert again["t"] == "snapshot"


async def test_a_repeated_command_is_answered_as_at_first(server: LiveServer, room: str, buyer: str) -> None:
    once = str(uuid4())
    async with client(server, buyer) as ben:
        await ben.hello(room)
        first = await ben.command("message.send", room, id=once, text="hi")
    async with client(server, buyer) as ben:
        await ben.hello(room)
        assert await ben.command("message.send", room, id=once, text="hi") == first


BAD: list[tuple[Any, str]] = [
    ("{not json", "frame.malformed"),
    ("[]", "frame.malformed"),
    ('"hello"', "frame.malformed"),
    ("{}", "frame.malformed"),
    ('{"t": "rm -rf"}', "frame.unknown"),
    ('{"t": "message.send", "id": "x", "stream": "y", "text": "z"}', "frame.malformed"),
    ({"t": "message.send", "text": "a\x00b"}, "frame.malformed"),
    ({"t": "message.send", "text": "\ud800"}, "frame.malformed"),
    ({"t": "message.send", "text": ""}, "frame.malformed"),
    ({"t": "message.send", "text": "x" * 8001}, "frame.malformed"),
    ({"t": "message.send", "text": "x", "colour": "red"}, "frame.malformed"),
    ({"t": "message.send", "text": 5}, "frame.malformed"),
    ({"t": "offer.propose", "offer": terms(0)}, "frame.malformed"),
    ({"t": "offer.propose", "offer": terms(-5)}, "frame.malformed"),
    ({"t": "offer.propose", "offer": terms(2**53)}, "frame.malformed"),
    ({"t": "offer.propose", "offer": terms(1.5)}, "frame.malformed"),  # type: ignore[arg-type]
    ({"t": "offer.propose", "offer": terms(float("nan"))}, "frame.malformed"),  # type: ignore[arg-type]
    ({"t": "offer.propose", "offer": terms(currency="XXX")}, "currency.unknown"),
    ({"t": "offer.accept", "version": 1, "hash": "0" * 64, "package": 0}, "offer.none_standing"),
]


@pytest.mark.parametrize(("frame", "code"), BAD, ids=[f"{n}-{code}" for n, (_, code) in enumerate(BAD)])
async def test_a_bad_frame_is_refused_by_name_and_changes_nothing(
    server: LiveServer, room: str, buyer: str, frame: Any, code: str
) -> None:
    async with client(server, buyer) as ben:
        opened = await ben.hello(room)
        if isinstance(frame, dict):
            frame = json.dumps({"id": str(uuid4()), "stream": room, **frame})
        await ben.socket.send(frame)
        refused = await ben.until(lambda f: f["t"] == "refused")
        assert refused["code"] == code
        ack = await ben.command("message.send", room, text="still here")
        assert ack["seq"] == opened["head"] + 1


async def test_bytes_are_refused_by_name(server: LiveServer, room: str, buyer: str) -> None:
    async with client(server, buyer) as ben:
        await ben.hello(room)
        await ben.socket.send(b"\x00\x01")
        assert (await ben.until(lambda f: f["t"] == "refused"))["code"] == "frame.malformed"


async def closed_with(server: LiveServer, token: str | None, *frames: str) -> int:
    """Connects, sends, and returns the code with which the server closes."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with connect(server.socket_url, additional_headers=headers) as socket:
        for frame in frames:
            await socket.send(frame)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await socket.recv()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def test_the_close_codes_say_why(server: LiveServer, buyer: str) -> None:
    hello = json.dumps({"t": "hello", "protocol": 1, "streams": {}})
    assert await closed_with(server, None) == 4401
    assert await closed_with(server, "nh_wrong") == 4401
    assert await closed_with(server, buyer, '{"t": "ping"}') == 4400
    assert await closed_with(server, buyer, hello.replace("1", "99")) == 4400
    assert await closed_with(server, buyer, hello, json.dumps({"t": "ping", "x": "y" * 70_000})) == 4413


async def test_too_fast_is_a_temporary_refusal_with_a_time_to_wait(
    server: LiveServer, room: str, buyer: str
) -> None:
    async with client(server, buyer) as ben:
        await ben.hello(room)
        for n in range(60):
            await ben.send(t="message.send", id=str(uuid4()), stream=room, text=str(n))
        refused = await ben.until(lambda f: f["t"] == "refused")
        assert (refused["code"], refused["temporary"]) == ("rate.too_fast", True)
        assert 0 < refused["retry_after_ms"] <= 1000


async def test_a_stranger_cannot_tell_that_a_room_exists(server: LiveServer, room: str) -> None:
    cleo = server.sign_in("stranger")
    async with client(server, cleo) as socket:
        there, nowhere = await socket.hello(room), None
    async with client(server, cleo) as socket:
        nowhere = await socket.hello(str(uuid4()))
    assert {**there, "stream": ""} == {**nowhere, "stream": ""}
    assert there["code"] == "stream.unknown"
    refusals = [call(server, "GET", f"/rooms/{id}/events", cleo) for id in (room, str(uuid4()))]
    assert [answer.status_code for answer in refusals] == [404, 404]
    assert refusals[0].json() == refusals[1].json()


@pytest.mark.covers("room:caucus.beside", "room:caucus.silent")
async def test_a_caucus_never_reaches_the_other_side(server: LiveServer, buyer: str, seller: str) -> None:
    theirs = open_room(server, seller, buyer)["id"]
    streams = call(server, "GET", f"/rooms/{theirs}", seller).json()["streams"]
    async with client(server, seller) as ada, client(server, buyer) as ben:
        await ada.hello(streams["caucus"])
        await ben.hello(streams["table"])
        await ada.command("message.send", streams["caucus"], text="Our floor is 85.")
        refused = await ben.command("stream.open", streams["caucus"], after=0, hash=None)
        assert refused["code"] == "stream.unknown"
        await ben.command("message.send", streams["table"], text="done")
        assert "floor" not in json.dumps(ben.frames)


@pytest.mark.covers("room:messages.typing")
async def test_typing_is_passed_on_and_never_stored(
    server: LiveServer, room: str, buyer: str, seller: str
) -> None:
    async with client(server, buyer) as ben, client(server, seller) as ada:
        opened = await ben.hello(room)
        await ada.hello(room)
        await ada.send(t="typing", stream=room)
        signal = await ben.until(lambda f: f["t"] == "ephemeral")
        assert signal["kind"] == "typing"
        assert (await ben.command("message.send", room, text="x"))["seq"] >= opened["head"] + 1


@pytest.mark.covers("room:messages.read")
async def test_how_far_one_has_read_is_passed_on_and_told_to_who_comes_later(
    server: LiveServer, room: str, buyer: str, seller: str
) -> None:
    async with client(server, buyer) as ben, client(server, seller) as ada:
        head = (await ben.hello(room))["head"]
        await ada.hello(room)
        await ada.send(t="read", stream=room, seq=head + 100)  # nobody has read what is not there yet
        await ada.send(t="read", stream=room, seq=head)
        sign = await ben.until(lambda f: f["t"] == "ephemeral" and f["kind"] == "read")
        assert sign["data"] == {"seq": head}
        reader = sign["by"]
    for _ in range(50):  # it is written within a second
        async with client(server, buyer) as later:
            await later.hello(room)
            await later.command("message.send", room, text="anybody?")
            marks = [frame["marks"] for frame in later.frames if frame["t"] == "reads"]
        if marks:
            break
        await asyncio.sleep(0.1)
    assert marks == [{reader: head}]


@pytest.mark.covers("room:messages.presence")
async def test_who_is_here_is_told_when_somebody_comes_and_when_they_go(
    server: LiveServer, room: str, buyer: str, seller: str
) -> None:
    async with client(server, buyer) as ben:
        await ben.hello(room)
        alone = await ben.until(lambda f: f["t"] == "presence")
        assert (alone["stream"], len(alone["people"]), alone["count"]) == (room, 1, 1)
        async with client(server, seller) as ada:
            await ada.hello(room)
            assert (await ada.until(lambda f: f["t"] == "presence"))["count"] == 2
            both = await ben.until(lambda f: f["t"] == "presence" and f["count"] == 2)
            assert set(alone["people"]) < set(both["people"])
            ben.frames.clear()
        assert (await ben.until(lambda f: f["t"] == "presence"))["people"] == alone["people"]


async def test_a_table_full_of_the_longest_messages_opens_with_the_newest_of_them(
    server: LiveServer, room: str, buyer: str, seller: str
) -> None:
    async with client(server, buyer) as ben, client(server, seller) as ada:
        await ben.hello(room)
        said = []
        for _ in range(14):
            said.append(await ben.command("message.send", room, text="<é>" * 2_600))
            await ben.send(t="taken", stream=room, seq=said[-1]["seq"])
        opened = await ada.hello(room)
        told = [event["seq"] for event in opened["events"]]
        assert (told[0], told[-1]) == (opened["first"], said[-1]["seq"])
        page = await ada.command("history", room, before=told[0], limit=8)
        older = [event["seq"] for event in page["events"]]
        assert older == list(range(older[0], told[0]))
        assert older[0] > told[0] - 8  # fewer than asked for: they are long


async def test_older_events_come_page_by_page(server: LiveServer, room: str, buyer: str) -> None:
    async with client(server, buyer) as ben:
        await ben.hello(room)
        last = [await ben.command("message.send", room, text=str(n)) for n in range(6)][-1]["seq"]
        page = await ben.command("history", room, before=last, limit=3)
        assert [event["seq"] for event in page["events"]] == [last - 3, last - 2, last - 1]


async def test_who_does_not_report_is_told_to_resync_and_goes_on_without_a_gap(
    server: LiveServer, room: str, buyer: str, seller: str
) -> None:
    async with client(server, buyer) as ben, client(server, seller) as ada:
        opened = await ben.hello(room)
        await ada.hello(room)
        said = []
        for _ in range(20):
            said.append(await ada.command("message.send", room, text="x" * 8_000))
            await ada.send(t="taken", stream=room, seq=said[-1]["seq"])
        await ben.until(lambda f: f["t"] == "resync")
        told = [event for frame in ben.frames if frame["t"] == "events" for event in frame["events"]]
        assert told[-1]["seq"] < said[-1]["seq"]
        await ben.command("stream.open", room, after=told[-1]["seq"], hash=told[-1]["hash"])
        last = await ben.event(said[-1]["seq"])
        told = [event["seq"] for frame in ben.frames if frame["t"] == "events" for event in frame["events"]]
        assert told == list(range(opened["head"] + 1, said[-1]["seq"] + 1))
        assert last["hash"] == said[-1]["hash"]
        assert not [frame for frame in ada.frames if frame["t"] == "resync"]


async def test_commands_of_one_connection_happen_in_the_order_in_which_they_were_sent(
    server: LiveServer, room: str, buyer: str
) -> None:
    async with client(server, buyer) as ben:
        await ben.hello(room)
        ids = [str(uuid4()) for _ in range(5)]
        await ben.send(t="message.send", id=ids[0], stream=room, text="first")
        await ben.send(t="offer.propose", id=ids[1], stream=room, offer=terms(9_000))
        await ben.send(t="message.send", id=ids[2], stream=room, text="second")
        await ben.send(t="message.send", id=ids[3], stream=room, text="third")
        await ben.send(t="history", id=ids[4], stream=room, before=1, limit=1)
        await ben.until(lambda f: f.get("id") == ids[4])
        numbers = [frame["seq"] for id in ids[:4] for frame in ben.frames if frame.get("id") == id]
        assert numbers == list(range(numbers[0], numbers[0] + 4))
