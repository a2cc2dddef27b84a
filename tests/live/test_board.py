"""Two people at one board over real sockets: what arrives, what passes by, what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest

from negotiation_hub.kernel.limits import FLOW_WINDOW_BYTES
from tests.live.client import Client, Frame, call, client, open_room
from tests.live.server import LiveServer, live_server
from tests.whiteboard.board import element


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for this file: each test has a room of its own."""
    with live_server(tmp_path_factory.mktemp("board")) as running:
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
def room(server: LiveServer, seller: str, buyer: str) -> Frame:
    """A fresh room."""
    return open_room(server, seller, buyer)


@pytest.fixture
def board(room: Frame) -> str:
    """Its board's stream."""
    stream: str = room["streams"]["board"]
    return stream


async def sees(someone: Client, kind: str) -> Frame:
    """The next sign of a kind."""
    return await someone.until(lambda f: f["t"] == "ephemeral" and f["kind"] == kind)


async def test_what_one_draws_reaches_the_other_and_whoever_comes_later(
    server: LiveServer, room: Frame, board: str, buyer: str, seller: str
) -> None:
    async with client(server, buyer) as ben, client(server, seller) as ada:
        first = await ben.hello(board)
        await ada.hello(board)
        assert (first["kind"], first["room"], first["events"]) == ("board", room["id"], [])
        assert first["you"] == {"side": "buyer", "may_draw": True}
        drawn = [element("a", x=1.25), element("b", text="¿Sí?", customData={"n": [None, 1.5]})]
        ack = await ben.command("board.draw", board, elements=drawn)
        told = await ada.event(ack["seq"])
        assert (told["kind"], told["body"], told["hash"]) == ("board.drawn", {"elements": drawn}, ack["hash"])
        stale = await ada.command("board.draw", board, elements=[element("a", version=0)])
        assert (stale["t"], stale["seq"]) == ("ack", ack["seq"])
        await ada.command("board.draw", board, elements=[element("a", version=2, isDeleted=True)])
    async with client(server, seller) as ada:
        late = await ada.hello(board)
        assert late["head"] == 2
        assert late["state"]["elements"] == [drawn[1]]
        assert late["state"]["gone"] == [{"id": "a", "version": 2, "versionNonce": 1}]


async def test_who_comes_back_gets_what_was_drawn_meanwhile(
    server: LiveServer, board: str, buyer: str, seller: str
) -> None:
    async with client(server, buyer) as ben:
        seen = await ben.hello(board)
        ack = await ben.command("board.draw", board, elements=[element("a")])
        assert seen["head"] == 0
    async with client(server, seller) as ada:
        await ada.hello(board)
        for version in (2, 3):
            await ada.command("board.draw", board, elements=[element("a", version=version)])
    async with client(server, buyer) as ben:
        missed = await ben.hello(board, ack["seq"], ack["hash"])
        versions = [event["body"]["elements"][0]["version"] for event in missed["events"]]
        assert (missed["t"], versions) == ("events", [2, 3])


async def test_cursors_and_what_is_in_motion_pass_by_and_are_not_kept(
    server: LiveServer, room: Frame, board: str, buyer: str, seller: str
) -> None:
    async with client(server, buyer) as ben, client(server, seller) as ada:
        await ben.hello(board)
        await ada.hello(board)
        await ben.send(t="cursor", stream=board, x=1.5, y=-2, tool="laser", pressed=True)
        cursor = await sees(ada, "cursor")
        assert cursor["data"] == {"x": 1.5, "y": -2, "tool": "laser", "pressed": True}
        moving = [element("m", x=9), element("p", type="iframe")]
        stroke = {"id": "m", "start": 3, "points": [[1.5, 2]], "pressures": [0.5]}
        await ben.send(t="board.sketch", stream=board, elements=moving, stroke=stroke)
        sketch = await sees(ada, "board.sketch")
        assert sketch["data"] == {"elements": moving[:1], "stroke": stroke}
        assert sketch["by"] == cursor["by"]
    scene = call(server, "GET", f"/rooms/{room['id']}/board.excalidraw", buyer).json()
    assert scene["elements"] == []


async def test_a_moderator_sits_down_sees_and_is_refused(
    server: LiveServer, room: Frame, board: str, buyer: str, seller: str
) -> None:
    moderator = server.sign_in("moderator")
    async with (
        client(server, moderator) as dov,
        client(server, buyer) as ben,
        client(server, seller) as ada,
    ):
        await ben.hello(board)
        await ada.hello(board)
        opened = await dov.hello(board)
        assert opened["you"] == {"side": "moderator", "may_draw": False}
        refused = await dov.command("board.draw", board, elements=[element()])
        assert (refused["t"], refused["code"]) == ("refused", "not_permitted")
        await dov.send(t="cursor", stream=board, x=1, y=1)
        await dov.send(t="board.sketch", stream=board, elements=[element()])
        ack = await ben.command("board.draw", board, elements=[element("b")])
        await dov.event(ack["seq"])
        # Signs of a stream go out together: what came before Ada's is there when hers is.
        await ada.send(t="cursor", stream=board, x=2, y=2)
        await sees(ben, "cursor")
        assert [f["data"]["x"] for f in ben.frames if f["t"] == "ephemeral"] == [2]
    table = call(server, "GET", f"/rooms/{room['id']}", buyer).json()["state"]
    assert "moderator" in [one["side"] for one in table["participants"]]


async def test_who_follows_and_what_they_see_pass_by_and_are_not_kept(
    server: LiveServer, room: Frame, board: str, buyer: str
) -> None:
    moderator = server.sign_in("moderator")
    async with client(server, moderator) as dov, client(server, buyer) as ben:
        await ben.hello(board)
        await dov.hello(board)
        people = call(server, "GET", f"/rooms/{room['id']}", buyer).json()["state"]["participants"]
        ids = {one["side"]: one["id"] for one in people}
        await dov.send(t="board.follow", stream=board, person=ids["buyer"])
        follow = await sees(ben, "board.follow")
        assert (follow["by"], follow["data"]) == (ids["moderator"], {"person": ids["buyer"]})
        await ben.send(t="board.view", stream=board, x=-1.5, y=2, width=800, height=600)
        seen = await sees(dov, "board.view")
        assert (seen["by"], seen["data"]) == (ids["buyer"], {"x": -1.5, "y": 2, "width": 800, "height": 600})
        # What is no view is refused by name, and the next one arrives.
        await ben.send(t="board.view", stream=board, x=0, y=0, width=0, height=0)
        assert (await ben.until(lambda f: f["t"] == "refused"))["code"] == "frame.malformed"
        await dov.send(t="board.follow", stream=board, person=None)
        await ben.until(lambda f: f.get("kind") == "board.follow" and f["data"] == {"person": None})
    async with client(server, buyer) as ben:
        assert (await ben.hello(board))["head"] == 0


async def test_a_stranger_learns_nothing_of_a_board(server: LiveServer, board: str) -> None:
    stranger = server.sign_in("stranger")
    async with client(server, stranger) as cleo:
        refused = await cleo.hello(board)
        assert (refused["t"], refused["code"]) == ("refused", "stream.unknown")
        answer = await cleo.command("board.draw", board, elements=[element()])
        assert answer["code"] == "stream.not_open"


@pytest.mark.parametrize(
    ("hostile", "code"),
    [
        ({"type": "embeddable"}, "board.kind"),
        ({"type": "iframe"}, "board.kind"),
        ({"link": "javascript:alert(1)"}, "frame.malformed"),
        ({"x": None}, "frame.malformed"),
        ({"version": "1"}, "frame.malformed"),
    ],
    ids=str,
)
async def test_what_could_harm_is_refused_by_name(
    server: LiveServer, board: str, buyer: str, hostile: dict[str, Any], code: str
) -> None:
    async with client(server, buyer) as ben:
        await ben.hello(board)
        refused = await ben.command("board.draw", board, elements=[element(**hostile)])
        assert (refused["t"], refused["code"]) == ("refused", code)
        assert (await ben.command("board.draw", board, elements=[element()]))["seq"] == 1


async def test_a_board_that_is_larger_than_the_window_opens_and_goes_on(
    server: LiveServer, board: str, buyer: str, seller: str
) -> None:
    async with client(server, buyer) as ben:
        await ben.hello(board)
        for n in range(12):
            large = element(f"large{n}", customData="x" * 40_000)
            assert (await ben.command("board.draw", board, elements=[large]))["t"] == "ack"
    async with client(server, seller) as ada, client(server, buyer) as ben:
        opened = await ada.hello(board)
        size = sum(len(one["customData"]) for one in opened["state"]["elements"])
        assert size > FLOW_WINDOW_BYTES
        await ada.send(t="taken", stream=board, seq=opened["head"])
        await ben.hello(board)
        await ben.send(t="taken", stream=board, seq=opened["head"])
        ack = await ben.command("board.draw", board, elements=[element("more")])
        assert (await ada.event(ack["seq"]))["body"]["elements"] == [element("more")]
