"""Two server processes with PostgreSQL and Redis: one room across both."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis as redis_client

from tests import services
from tests.live.client import client, open_room
from tests.live.server import LiveServer, live_server
from tests.rooms.table import terms

pytestmark = [pytest.mark.postgres, pytest.mark.redis]


@pytest.fixture(scope="module")
def servers(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: services.PostgresServer, redis_server: str
) -> Iterator[tuple[LiveServer, LiveServer]]:
    """Two processes on one database and one Redis."""
    folder: Path = tmp_path_factory.mktemp("two")
    url = postgres_server.create_database()
    with ExitStack() as stack:
        one = stack.enter_context(live_server(folder, database_url=url, redis_url=redis_server))
        two = stack.enter_context(live_server(folder, database_url=url, redis_url=redis_server))
        yield one, two


async def test_a_deal_across_two_processes(servers: tuple[LiveServer, LiveServer]) -> None:
    one, two = servers
    buyer, seller = one.sign_in("buyer"), two.sign_in("seller")
    room = open_room(one, seller, buyer)["streams"]["table"]
    async with client(one, buyer) as ben, client(two, seller) as ada:
        await ben.hello(room)
        await ada.hello(room)
        made = await ben.command("offer.propose", room, offer=terms(9_000))
        offer = (await ada.event(made["seq"]))["body"]["offer"]
        done = await ada.command("offer.accept", room, version=1, hash=offer["hash"], package=0)
        assert (await ben.event(done["seq"]))["body"]["agreement"]["gross"] == 9_000


async def test_what_redis_loses_is_read_from_the_log(
    servers: tuple[LiveServer, LiveServer], redis_server: str
) -> None:
    one, two = servers
    buyer, seller = one.sign_in("buyer"), two.sign_in("seller")
    room = open_room(one, seller, buyer)["streams"]["table"]
    async with client(one, buyer) as ben, client(two, seller) as ada:
        await ben.hello(room)
        await ada.hello(room)
        with redis_client.Redis.from_url(redis_server) as control:
            control.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        said = [await ben.command("message.send", room, text=str(n)) for n in range(5)]
        told = [(await ada.event(ack["seq"]))["body"]["text"] for ack in said]
        assert told == ["0", "1", "2", "3", "4"]


async def test_who_is_here_is_told_across_two_processes(servers: tuple[LiveServer, LiveServer]) -> None:
    one, two = servers
    buyer, seller = one.sign_in("buyer"), two.sign_in("seller")
    room = open_room(one, seller, buyer)["streams"]["table"]
    async with client(one, buyer) as ben:
        await ben.hello(room)
        await ben.until(lambda f: f["t"] == "presence" and f["count"] == 1)
        async with client(two, seller) as ada:
            await ada.hello(room)
            both = await ada.until(lambda f: f["t"] == "presence" and f["count"] == 2)
            seen = await ben.until(lambda f: f["t"] == "presence" and f["count"] == 2)
            assert seen["people"] == both["people"]
            ben.frames.clear()
        assert (await ben.until(lambda f: f["t"] == "presence"))["count"] == 1


def test_both_processes_leave_books_that_verify(servers: tuple[LiveServer, LiveServer]) -> None:
    result = servers[0].run("verify")
    assert result.stdout.strip().endswith("0 problems"), result.stdout + result.stderr
