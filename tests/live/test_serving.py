"""How a server ends, what it does about people whose rights end, and several processes on one port."""

import asyncio
import gzip
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests import services
from tests.live.client import Client, client, open_room
from tests.live.server import LiveServer, live_server

WITHIN_S = 30


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    """A server of its own for each test: they end it, or what people may do."""
    with live_server(tmp_path) as running:
        yield running


async def closing_code(one: Client) -> int:
    """What the server says goodbye with."""
    with pytest.raises(ConnectionClosed) as closed:
        async with asyncio.timeout(WITHIN_S):
            await one.until(lambda f: f["t"] == "never")
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def test_scripts_and_styles_come_compressed_and_may_be_kept_for_ever(server: LiveServer) -> None:
    page = httpx.get(f"{server.url}/listings/").text
    names = re.findall(r'"(/static/assets/[^"]+\.(?:js|css))"', page)
    assert len(names) >= 2
    for name in names:
        plain = httpx.get(f"{server.url}{name}", headers={"Accept-Encoding": "identity"})
        with httpx.stream("GET", f"{server.url}{name}", headers={"Accept-Encoding": "gzip"}) as packed:
            raw = b"".join(packed.iter_raw())
        assert "max-age=" in packed.headers["Cache-Control"]
        assert "immutable" in packed.headers["Cache-Control"]
        if len(plain.content) >= 1_000:
            assert packed.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(raw) == plain.content


async def test_a_restart_tells_every_socket_to_come_back(server: LiveServer) -> None:
    buyer, seller = server.sign_in("buyer"), server.sign_in("seller")
    room = open_room(server, seller, buyer)["streams"]["table"]
    async with client(server, buyer) as ben:
        await ben.hello(room)
        server.process.terminate()
        assert await closing_code(ben) == 4503
    assert server.process.wait(WITHIN_S) == 0


async def test_whoever_was_removed_can_neither_speak_nor_listen(server: LiveServer, tmp_path: Path) -> None:
    buyer, seller = server.sign_in("buyer"), server.sign_in("seller")
    room = open_room(server, seller, buyer)["streams"]["table"]
    async with client(server, buyer) as ben, client(server, seller) as ada:
        await ben.hello(room)
        await ada.hello(room)
        me = next(frame for frame in ben.frames if frame["t"] == "welcome")["you"]["id"]
        with sqlite3.connect(tmp_path / "hub.sqlite3", timeout=20) as database:
            database.execute("DELETE FROM people_membership WHERE user_id = ?", [me.replace("-", "")])
        id = str(uuid4())
        await ben.socket.send(json.dumps({"t": "message.send", "id": id, "stream": room, "text": "still?"}))
        assert await closing_code(ben) == 4403
        assert [frame["code"] for frame in ben.frames if frame.get("id") == id] == ["stream.unknown"]
        said = await ada.command("message.send", room, text="between us")
        assert (await ada.event(said["seq"]))["body"]["text"] == "between us"
        assert "still?" not in json.dumps(ada.frames)


async def test_whoever_comes_while_the_database_fails_is_told_to_come_again(
    server: LiveServer, tmp_path: Path
) -> None:
    buyer, seller = server.sign_in("buyer"), server.sign_in("seller")
    room = open_room(server, seller, buyer)["streams"]["table"]
    async with client(server, buyer) as early:
        with sqlite3.connect(tmp_path / "hub.sqlite3", timeout=20) as database:
            database.execute("ALTER TABLE people_user RENAME TO away")
        await early.send(t="hello", protocol=1, streams={room: {"after": 0, "hash": None}})
        assert await closing_code(early) == 4500
        async with client(server, buyer) as late:  # accepted, though nobody can say who this is
            assert await closing_code(late) == 4500


@pytest.mark.postgres
@pytest.mark.redis
async def test_several_processes_serve_one_port_and_end_together(
    tmp_path: Path, postgres_server: services.PostgresServer, redis_server: str
) -> None:
    url = postgres_server.create_database()
    with live_server(tmp_path, database_url=url, redis_url=redis_server, workers=2) as server:
        buyer, seller = server.sign_in("buyer"), server.sign_in("seller")
        room = open_room(server, seller, buyer)["streams"]["table"]
        async with client(server, buyer) as ben, client(server, seller) as ada:
            await ben.hello(room)
            await ada.hello(room)
            said = [await ben.command("message.send", room, text=str(n)) for n in range(5)]
            assert [(await ada.event(ack["seq"]))["body"]["text"] for ack in said] == [
                "0",
                "1",
                "2",
                "3",
                "4",
            ]
        server.process.terminate()
        assert server.process.wait(WITHIN_S) == 0


def test_several_processes_are_refused_on_sqlite(server: LiveServer) -> None:
    answer = server.run("serve", "--workers", "2")
    assert answer.returncode != 0
    assert "SQLite" in answer.stderr
