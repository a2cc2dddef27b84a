"""The client of the protocol: what it survives, what it obeys."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from negotiation_hub.replay.client import Broken, Person, Refused, Site, Table
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e


@pytest.fixture
async def site(server: LiveServer) -> AsyncIterator[Site]:
    """The server."""
    site = Site(server.url)
    yield site
    await site.close()


@pytest.fixture
async def buyer(site: Site) -> Person:
    """One of the pool."""
    return await site.sign_in("buyer-7")


@pytest.fixture
async def room(site: Site, buyer: Person) -> str:
    """A fresh room."""
    seller = await site.sign_in("seller-7")
    listing = {"title": "Bicycle", "description": "", "price": {"minor": 9_000, "currency": "USD"}}
    made = await site.post(seller, "/listings", listing)
    return str((await site.post(buyer, "/rooms", {"listing": made["id"]}))["id"])


def texts(table: Table) -> list[str]:
    return [event["body"]["text"] for event in table.events if event["kind"] == "message.sent"]


async def test_what_is_said_over_a_line_that_keeps_breaking_is_there_once_and_in_order(
    site: Site, buyer: Person, room: str
) -> None:
    said = [f"message {number}" for number in range(30)]
    async with Table(site, buyer, room) as table:
        for number, text in enumerate(said):
            command = asyncio.create_task(table.command("message.send", text=text))
            if number % 6 == 5:
                await asyncio.sleep(0.001 * number)  # at another moment of the command's way each time
                await table.drop()
            await table.reached((await command)["seq"])
        assert table.reconnects >= 4
        assert texts(table) == said
        assert await site.events(buyer, room) == table.events


async def test_a_temporary_refusal_is_waited_for_and_the_same_command_sent_again(
    site: Site, buyer: Person, room: str
) -> None:
    async with Table(site, buyer, room) as table:
        answers = await asyncio.gather(
            *(table.command("message.send", text=f"{number}") for number in range(60))
        )
        await table.reached(max(answer["seq"] for answer in answers))
        assert sorted(texts(table), key=int) == [str(number) for number in range(60)]


async def test_a_long_log_is_read_whole_though_a_snapshot_holds_a_page(
    site: Site, buyer: Person, room: str
) -> None:
    async with Table(site, buyer, room) as table:
        for number in range(55):
            await table.command("message.send", text=f"{number}")
    async with Table(site, buyer, room) as again:
        assert [event["seq"] for event in again.events] == list(range(1, again.head + 1))
        assert again.events == await site.events(buyer, room)
        await again.command("message.send", text="and on")
        await again.reached(again.head)


async def test_a_refusal_carries_its_code(site: Site, buyer: Person, room: str) -> None:
    async with Table(site, buyer, room) as table:
        with pytest.raises(Refused, match=r"^offer\.none_standing"):
            await table.command("offer.decline", version=1, hash="0" * 64)


async def test_a_table_that_is_not_ones_own_does_not_open(site: Site, room: str) -> None:
    stranger = await site.sign_in("stranger")
    with pytest.raises(Broken, match=r"stream\.unknown"):
        async with Table(site, stranger, room):
            pass
    with pytest.raises(Refused, match=r"^stream\.unknown"):
        await site.events(stranger, room)
