"""The layer that a side has over the board: nobody else can tell that there is anything."""

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from django.test import Client

from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.wire import StreamUnknown
from rooms import audit as rooms_audit
from rooms import opening
from rooms import queries as rooms
from tests.rooms.moderated import WHY, colleague, moderator
from tests.whiteboard.board import Board, element
from tests.whiteboard.test_versions import save
from whiteboard import audit, queries, versions, wire
from whiteboard import models as rows


def layer(board: Board, side: str = "buyer") -> UUID:
    """The stream of a side's layer."""
    found: UUID = rows.Board.objects.get(room=board.table.room.pk, side=side).pk
    return found


def on(board: Board, who: str) -> list[str]:
    """What a person's own layer shows, by id."""
    found = queries.board_for(board.table.actor(who), board.table.room.pk, layer=True)
    return [one["id"] for one in orjson.loads(queries.shown_on(found))]


@pytest.fixture
def watched(board: Board) -> Board:
    """The board of a room in which Dov, a moderator, has stepped in."""
    board.table.others["dov"] = moderator()
    opening.enter_room(actor=board.table.others["dov"], scope=board.table.room.pk, now=board.table.now)
    board.table.send("dov", "moderation.step_in", reason=WHY)
    return board


def test_what_a_side_draws_for_itself_is_on_its_own_layer(board: Board) -> None:
    board.draw("buyer", element("note"), stream_id=layer(board))
    assert (on(board, "buyer"), on(board, "seller")) == (["note"], [])
    assert board.state()["elements"] == []
    assert board.events == []
    assert not [*audit.check(), *rooms_audit.check()]


def test_colleagues_draw_on_one_layer(board: Board) -> None:
    colleague(board.table, "Cleo")
    opening.enter_room(actor=board.table.others["Cleo"], scope=board.table.room.pk, now=board.table.now)
    board.draw("buyer", element("a"), stream_id=layer(board))
    board.draw("Cleo", element("b"), stream_id=layer(board))
    assert sorted(on(board, "Cleo")) == ["a", "b"]


@pytest.mark.parametrize("who", ["seller", "dov"])
def test_nobody_else_can_tell_that_it_is_there(watched: Board, who: str, client: Client) -> None:
    theirs = layer(watched)
    watched.draw("buyer", element("note"), stream_id=theirs)
    actor = watched.table.actor(who)
    with pytest.raises(StreamUnknown):
        queries.view(actor, Stream.objects.get(id=theirs))
    with pytest.raises(StreamUnknown):
        watched.draw(who, element("mine"), stream_id=theirs)
    with pytest.raises(StreamUnknown):
        save(watched, who=who, stream_id=theirs)
    seat = rooms.room_for(actor, watched.table.room.pk)
    assert str(theirs) not in rooms.streams_of(seat).values()
    client.force_login(actor)
    url = f"/api/v1/rooms/{watched.table.room.pk}"
    for part in ("board.excalidraw", "board/events", "board/versions", "board/evidence"):
        for ask in ("", "?layer=1"):
            told = client.get(f"{url}/{part}{ask}")
            assert b"note" not in told.content, (part, ask)
            assert str(theirs).encode() not in told.content, (part, ask)
    assert str(theirs).encode() not in client.get(url).content


def test_the_table_and_the_board_go_on_as_if_nobody_had_drawn_anything(board: Board) -> None:
    before = board.table.events[-1].seq, board.id
    board.draw("buyer", element("note"), stream_id=layer(board))
    save(board, stream_id=layer(board))
    assert (board.table.events[-1].seq, board.id) == before
    assert Stream.objects.get(id=board.id).head_seq == 0
    assert Stream.objects.get(id=layer(board, "seller")).head_seq == 0


def test_an_agreement_freezes_nothing_of_it(board: Board) -> None:
    board.draw("buyer", element("note"), stream_id=layer(board))
    board.table.propose("buyer", 9_000)
    board.table.accept("seller")
    assert board.table.state["agreement"]["annexes"] == []


def test_what_moderators_lock_and_what_is_over_does_not_end_it(watched: Board) -> None:
    theirs = layer(watched)
    watched.table.send("dov", "moderation.lock_board", reason=WHY)
    watched.table.send("dov", "moderation.lock", reason=WHY)
    watched.draw("buyer", element("a"), stream_id=theirs)
    watched.table.send("dov", "moderation.unlock", reason=WHY)
    watched.table.send("buyer", "negotiation.close")
    watched.draw("buyer", element("b"), stream_id=theirs)
    view = queries.view(watched.table.ben, Stream.objects.get(id=theirs))
    assert view.you["may_draw"]
    assert "board.sketch" in view.may
    assert sorted(on(watched, "buyer")) == ["a", "b"]


def restore(board: Board, seq: int, who: str = "buyer", stream_id: UUID | None = None) -> Any:
    """Puts the layer of the buyer back, or what else is named."""
    raw = {"t": "board.restore", "id": str(uuid4()), "stream": str(stream_id or layer(board)), "seq": seq}
    frame = wire.BoardRestore.model_validate(raw)
    return versions.restore_layer(actor=board.table.actor(who), frame=frame, now=board.table.now)


def test_a_side_puts_its_own_layer_back_and_no_other(board: Board) -> None:
    board.draw("buyer", element("a"), stream_id=layer(board))
    board.draw("buyer", element("a", version=2, isDeleted=True), element("b"), stream_id=layer(board))
    restore(board, 1)
    assert on(board, "buyer") == ["a"]
    with pytest.raises(StreamUnknown):
        restore(board, 1, "seller")
    board.draw("buyer", element("a"))
    with pytest.raises(NotPermitted):
        restore(board, 1, stream_id=board.id)
    assert not list(audit.check())


def test_files_and_pictures_of_the_layer_stay_on_it(board: Board, client: Client) -> None:
    url = f"/api/v1/rooms/{board.table.room.pk}/board"
    client.force_login(board.table.ben)
    scene = orjson.dumps({"type": "excalidraw", "version": 2, "elements": [element("note")], "files": {}})
    answer = client.post(f"{url}.excalidraw?layer=1", scene, content_type="application/json")
    assert answer.status_code == 201
    assert [one["id"] for one in client.get(f"{url}.excalidraw?layer=1").json()["elements"]] == ["note"]
    assert client.get(f"{url}.excalidraw").json()["elements"] == []
    assert client.get(f"{url}.png?layer=1").content != client.get(f"{url}.png").content


def test_the_rooms_page_and_rest_name_ones_own_layer(board: Board, client: Client) -> None:
    for side in ("buyer", "seller"):
        client.force_login(board.table.actor(side))
        page = client.get(f"/rooms/{board.table.room.pk}/").content.decode()
        assert f'data-layer="{layer(board, side)}"' in page
        streams = client.get(f"/api/v1/rooms/{board.table.room.pk}").json()["streams"]
        assert streams["layer"] == str(layer(board, side))
