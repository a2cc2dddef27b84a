"""The picture and the scene, for those who may read the table."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from negotiation_hub.kernel import outbox
from negotiation_hub.kernel.clock import now
from negotiation_hub.people import services as people
from negotiation_hub.people.models import User
from tests.rooms.table import person
from tests.whiteboard.board import Board, element
from whiteboard import limits


def signed_in(user: User) -> Client:
    """A browser of a person."""
    browser = Client()
    browser.force_login(user, backend="negotiation_hub.people.backends.PeopleBackend")
    return browser


def url(board: Board) -> str:
    """Where the picture is."""
    return f"/rooms/{board.table.room.pk}/board.png"


def rest(board: Board, path: str, user: User) -> Any:
    """A REST call with a token."""
    token = people.issue_token(user=user, now=now())
    return Client().get(
        f"/api/v1/rooms/{board.table.room.pk}/{path}", headers={"authorization": f"Bearer {token}"}
    )


def size(data: bytes) -> tuple[int, int]:
    """Of a picture."""
    with Image.open(BytesIO(data)) as picture:
        return picture.size


def test_the_picture_shows_the_board_as_it_is(board: Board) -> None:
    browser = signed_in(board.table.ada)
    empty = browser.get(url(board))
    board.draw("buyer", element(width=300))
    drawn = browser.get(url(board))
    assert (empty.status_code, drawn.status_code) == (200, 200)
    assert drawn["Content-Type"] == "image/png"
    assert drawn["Cache-Control"] == "private, no-cache"
    assert size(drawn.content) == (696, 216)
    assert empty["ETag"] != drawn["ETag"]


def test_an_unchanged_picture_is_not_sent_again(board: Board) -> None:
    board.draw("buyer", element())
    browser = signed_in(board.table.ben)
    first = browser.get(url(board))
    again = browser.get(url(board), headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    board.draw("buyer", element(version=2, x=500))
    assert browser.get(url(board), headers={"if-none-match": first["ETag"]}).status_code == 200


def test_after_the_agreement_the_picture_is_that_of_what_was_agreed(board: Board) -> None:
    browser = signed_in(board.table.ben)
    board.draw("buyer", element(width=300))
    before = browser.get(url(board))
    board.table.propose("buyer", 9_000)
    board.table.accept("seller")
    board.draw("seller", element(version=2, width=900))
    agreed = browser.get(url(board))
    assert (agreed["ETag"], agreed.content) == (before["ETag"], before.content)
    outbox.drain(now())
    assert browser.get(url(board)).content == before.content
    assert browser.get(url(board), {"seq": "1"}).content == before.content


@pytest.mark.parametrize("seq", ["2", "0", "-1", "x", "9" * 30, "1 OR 1=1"])
def test_a_version_that_was_never_frozen_is_not_there(board: Board, seq: str) -> None:
    board.draw("buyer", element())
    assert signed_in(board.table.ben).get(url(board), {"seq": seq}).status_code == 404


def test_a_stranger_is_told_nothing(board: Board) -> None:
    board.draw("buyer", element())
    stranger = person("Cleo", "Else")
    nowhere = url(board).replace(str(board.table.room.pk), str(board.id))
    assert signed_in(stranger).get(url(board)).status_code == 404
    assert signed_in(stranger).get(nowhere).status_code == 404
    assert Client().get(url(board)).status_code == 302
    for path in ("board.excalidraw", "board/evidence"):
        answer = rest(board, path, stranger)
        assert (answer.status_code, answer.json()["code"]) == (404, "stream.unknown")


def test_the_picture_is_only_to_be_looked_at(board: Board) -> None:
    assert signed_in(board.table.ben).post(url(board)).status_code == 405


def test_the_scene_is_a_file_that_the_editor_opens(board: Board) -> None:
    board.draw("buyer", element("b", index="a2"), element("a", index="a1", x=0.1), element("gone"))
    board.draw("seller", element("gone", version=2, isDeleted=True))
    answer = rest(board, "board.excalidraw", board.table.ada)
    scene = answer.json()
    assert 'filename="board.excalidraw"' in answer["Content-Disposition"]
    assert (scene["type"], scene["version"], scene["files"]) == ("excalidraw", 2, {})
    assert scene["elements"] == [element("a", index="a1", x=0.1), element("b", index="a2")]


def test_whoever_may_read_can_check_how_the_board_came_to_be(board: Board) -> None:
    board.draw("buyer", element())
    told = rest(board, "board/evidence", board.table.ben).json()
    assert told["stream"] == str(board.id)
    assert [event["hash"] for event in told["events"]] == [board.events[0].hash.hex()]


def test_the_rooms_page_and_rest_name_the_board(board: Board) -> None:
    page = signed_in(board.table.ben).get(f"/rooms/{board.table.room.pk}/").content.decode()
    assert f'data-board="{board.id}"' in page
    assert f'data-board-picture-url="{url(board)}"' in page
    token = people.issue_token(user=board.table.ben, now=now())
    told = Client().get(f"/api/v1/rooms/{board.table.room.pk}", headers={"authorization": f"Bearer {token}"})
    assert told.json()["streams"]["board"] == str(board.id)


def test_a_small_picture_is_of_the_board_as_it_is_now_and_of_nothing_while_it_is_empty(board: Board) -> None:
    where = f"/rooms/{board.table.room.pk}/board-thumbnail.png"
    browser = signed_in(board.table.ben)
    assert browser.get(where).status_code == 204
    board.draw("seller", element(width=900))
    board.table.propose("buyer", 9_000)
    board.table.accept("seller")
    first = browser.get(where)
    assert max(size(first.content)) == limits.THUMBNAIL_PX_MAX
    assert browser.get(where, headers={"if-none-match": first["ETag"]}).status_code == 304
    board.draw("seller", element("other", x=300))
    assert browser.get(where).content != first.content
    assert signed_in(person("Stranger")).get(where).status_code == 404
