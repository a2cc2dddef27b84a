"""Saved versions of a board, and moments to which it is put back."""

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from negotiation_hub.kernel.refusals import NotPermitted, Refusal
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms import audit as rooms_audit
from rooms import opening
from rooms.refusals import EventUnknown, MessageBlank, Observing
from tests.rooms.moderated import WHY, moderator
from tests.rooms.table import person
from tests.whiteboard.board import Board, element
from tests.whiteboard.board import Client as Follower
from whiteboard import audit, limits, past, versions, wire
from whiteboard.models import BoardVersion
from whiteboard.refusals import BoardEmpty, VersionsFull


def save(
    board: Board,
    name: str = "Before lunch",
    who: str = "buyer",
    *,
    id: UUID | None = None,
    stream_id: UUID | None = None,
) -> Answer:
    """Saves what is on the board."""
    stream = str(stream_id or board.id)
    raw = {"t": "board.save_version", "id": str(id or uuid4()), "stream": stream, "name": name}
    frame = wire.BoardSaveVersion.model_validate(raw)
    return versions.save_version(actor=board.table.actor(who), frame=frame, now=board.table.now)


def clear(board: Board, who: str | User = "dov", reason: str = WHY, id: UUID | None = None) -> Answer:
    """Takes everything off the board."""
    raw = {"t": "moderation.clear_board", "id": str(id or uuid4()), "stream": str(board.table.room.pk)}
    frame = wire.ModerationClearBoard.model_validate({**raw, "reason": reason})
    actor = board.table.actor(who) if isinstance(who, str) else who
    return versions.clear_board(actor=actor, frame=frame, now=board.table.now)


def restore(board: Board, seq: int, who: str = "dov", id: UUID | None = None) -> Answer:
    """Puts the board back."""
    raw = {"t": "moderation.restore_board", "id": str(id or uuid4()), "stream": str(board.table.room.pk)}
    frame = wire.ModerationRestoreBoard.model_validate({**raw, "seq": seq, "reason": WHY})
    return versions.restore_board(actor=board.table.actor(who), frame=frame, now=board.table.now)


def shown(board: Board) -> dict[str, dict[str, Any]]:
    """What is on the board, without what every change gives anew."""
    fresh = ("version", "versionNonce")
    return {
        one["id"]: {key: value for key, value in one.items() if key not in fresh}
        for one in board.state()["elements"]
    }


def followed(board: Board) -> dict[str, dict[str, Any]]:
    """What a client shows that was there from the start."""
    client = Follower()
    for event in board.events:
        client.take([orjson.loads(text) for text in event.body.get("elements", ())])
    fresh = ("version", "versionNonce")
    return {
        id: {key: value for key, value in one.items() if key not in fresh}
        for id, one in client.shown.items()
        if not one["isDeleted"]
    }


def sound() -> bool:
    """Whether verify has nothing to say."""
    return not [*audit.check(), *rooms_audit.check()]


@pytest.fixture
def watched(board: Board) -> Board:
    """The board of a room in which Dov, a moderator, has stepped in."""
    board.table.others["dov"] = moderator()
    opening.enter_room(actor=board.table.others["dov"], scope=board.table.room.pk, now=board.table.now)
    board.table.send("dov", "moderation.step_in", reason=WHY)
    return board


def test_what_is_on_the_board_is_saved_under_a_name_once(board: Board) -> None:
    board.draw("buyer", element("a"), element("b", index="a2"))
    command = uuid4()
    assert save(board, " Before lunch ", id=command) == save(board, "Before lunch", id=command)
    saved = BoardVersion.objects.get()
    assert (saved.name, saved.seq, saved.by) == ("Before lunch", 2, board.table.ben)
    assert [one["id"] for one in orjson.loads(saved.elements)] == ["a", "b"]
    assert board.events[-1].body == {"name": "Before lunch", "content": saved.content}
    assert sound()


def test_nothing_a_blank_name_and_too_many_are_refused(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BoardEmpty):
        save(board)
    board.draw("buyer", element())
    with pytest.raises(MessageBlank):
        save(board, "  ")
    monkeypatch.setattr(limits, "VERSIONS_MAX", 1)
    save(board)
    with pytest.raises(VersionsFull):
        save(board)
    monkeypatch.setattr(limits, "VERSIONS_MAX", 2)
    monkeypatch.setattr(limits, "VERSIONS_BYTES_MAX", 300)
    with pytest.raises(VersionsFull):
        save(board)


def test_a_saved_version_stays_as_it_was(board: Board) -> None:
    board.draw("buyer", element())
    save(board)
    with pytest.raises(DatabaseError), transaction.atomic():
        BoardVersion.objects.update(name="After lunch")
    with pytest.raises(DatabaseError), transaction.atomic():
        BoardVersion.objects.all().delete()


def test_a_saved_version_does_not_stand_for_what_an_agreement_freezes(board: Board) -> None:
    board.draw("buyer", element())
    save(board)
    board.table.propose("buyer", 9_000)
    board.table.accept("seller")
    assert sorted(BoardVersion.objects.values_list("seq", "reason")) == [(2, "agreement"), (2, "saved")]
    assert sound()


def test_a_moderator_clears_the_board_for_everybody_and_says_why(watched: Board) -> None:
    watched.draw("buyer", element("a"), element("b", version=7))
    watched.draw("seller", element("c"))
    command = uuid4()
    assert clear(watched, id=command) == clear(watched, id=command)
    assert shown(watched) == followed(watched) == {}
    told = watched.table.events[-1]
    assert (told.kind, told.body) == ("board.cleared", {"reason": WHY})
    assert watched.table.folded == watched.table.state
    # A late writer does not bring back what was there.
    watched.draw("seller", element("b", version=7, nonce=0))
    assert shown(watched) == {}
    assert sound()


def test_a_moderator_puts_the_board_back_to_what_was_saved(watched: Board) -> None:
    watched.draw("buyer", element("a"), element("b", index="a2"))
    before = shown(watched)
    saved = save(watched, "Agreed so far")
    watched.draw("seller", element("a", version=2, x=400), element("c"))
    watched.draw("seller", element("b", version=2, isDeleted=True))
    restore(watched, saved.seq)
    assert shown(watched) == followed(watched) == before
    told = watched.table.events[-1]
    assert told.kind == "board.restored"
    assert told.body["name"] == "Agreed so far"
    assert told.body["board_seq"] == saved.seq
    assert sound()


def test_any_moment_is_one_to_go_back_to_and_forward_again(watched: Board) -> None:
    first = watched.draw("buyer", element("a"))
    watched.draw("buyer", element("a", version=2, x=70), element("b"))
    last = watched.events[-1].seq
    then = shown(watched)
    restore(watched, first.seq)
    assert list(shown(watched)) == ["a"]
    restore(watched, last)
    assert shown(watched) == followed(watched) == then
    assert sound()


def test_whose_an_element_was_it_stays(watched: Board) -> None:
    watched.draw("buyer", element("a"))
    seq = watched.events[-1].seq
    clear(watched)
    restore(watched, seq)
    assert watched.state()["authors"] == {str(watched.table.ben.pk): ["a"]}


def test_nobody_draws_what_a_moderator_cannot_take_away(watched: Board) -> None:
    watched.draw("buyer", element("a", version=limits.VERSION_MAX, nonce=0))
    clear(watched)
    assert shown(watched) == {}
    with pytest.raises(ValueError, match="less than or equal"):
        watched.draw("buyer", element("a", version=limits.VERSION_MAX + 1))


def test_a_large_board_is_put_back_in_events_that_every_client_takes(watched: Board) -> None:
    for start in range(0, 300, 100):
        watched.draw("buyer", *(element(f"e{n}", note="x" * 300) for n in range(start, start + 100)))
    seq = watched.events[-1].seq
    clear(watched)
    restore(watched, seq)
    assert len(shown(watched)) == len(followed(watched)) == 300
    assert max(len(event.content or "") for event in watched.events) < 80_000
    assert sound()


def test_neither_side_nor_who_only_observes_undoes_what_others_have_drawn(watched: Board) -> None:
    watched.draw("buyer", element())
    for who in ("buyer", "seller"):
        with pytest.raises(NotPermitted):
            clear(watched, who)
        with pytest.raises(NotPermitted):
            restore(watched, 1, who)
    watched.table.send("dov", "moderation.step_back")
    with pytest.raises(Observing):
        clear(watched)
    with pytest.raises(StreamUnknown):
        clear(watched, person("Stranger"))
    assert len(shown(watched)) == 1


def test_a_moment_that_never_was_is_refused(watched: Board) -> None:
    watched.draw("buyer", element())
    with pytest.raises(EventUnknown):
        restore(watched, 99)


def test_what_changes_nothing_is_not_told(watched: Board) -> None:
    watched.draw("buyer", element())
    head = watched.table.events[-1].seq
    restore(watched, 1)
    clear(watched)
    clear(watched)
    assert [event.kind for event in watched.table.events[head:]] == ["board.cleared"]


def test_a_board_is_played_again_from_its_events(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in range(1, 6):
        board.draw("buyer", element(version=version, x=version))
    save(board, "Five steps")
    monkeypatch.setattr(limits, "REPLAY_PAGE_EVENTS", 4)
    room = board.table.room.pk
    steps: list[dict[str, Any]] = []
    while len(steps) < (page := past.played(board.table.ada, room, len(steps), layer=False))["head"]:
        assert len(page["events"]) <= 4
        steps += page["events"]
    assert [step["seq"] for step in steps] == [1, 2, 3, 4, 5, 6]
    assert [one["x"] for step in steps for one in step["elements"]] == [1, 2, 3, 4, 5]
    assert steps[-1]["name"] == "Five steps"
    assert steps[0]["by"] == str(board.table.ben.pk)
    monkeypatch.setattr(limits, "REPLAY_PAGE_BYTES", 1)
    assert len(past.played(board.table.ada, room, 0, layer=False)["events"]) == 1


def test_versions_and_steps_are_there_for_those_at_the_table_alone(board: Board, client: Client) -> None:
    board.draw("buyer", element())
    save(board)
    url = f"/api/v1/rooms/{board.table.room.pk}/board"
    client.force_login(board.table.ada)
    found = client.get(f"{url}/versions").json()["versions"]
    assert [(one["name"], one["reason"], one["by"]["name"]) for one in found] == [
        ("Before lunch", "saved", board.table.ben.name)
    ]
    assert client.get(f"{url}/events?after=1").json()["head"] == 2
    assert client.get(f"{url}/events?after=-1").status_code == 422
    client.force_login(person("Stranger"))
    assert {client.get(f"{url}/{part}").status_code for part in ("versions", "events")} == {404}


def test_what_is_saved_and_not_in_the_log_is_found(board: Board) -> None:
    board.draw("buyer", element())
    save(board)
    saved = BoardVersion.objects.get()
    saved.pk, saved.seq, saved.hash = uuid4(), 1, board.events[0].hash.hex()
    saved.save(force_insert=True)
    assert [problem.what for problem in audit.check()] == ["what is saved is not what the log says"]


def test_a_refusal_of_a_muted_person_names_the_reason(watched: Board) -> None:
    watched.draw("buyer", element())
    watched.table.send("dov", "moderation.mute", participant=str(watched.table.ben.pk), reason=WHY)
    with pytest.raises(Refusal) as refused:
        save(watched)
    assert refused.value.code == "room.muted"
