"""What is put on a board, what wins, what is refused."""

import math
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from negotiation_hub.kernel.audience import NotSeated
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.people.models import User
from rooms import opening, queries
from rooms.refusals import NotOpen
from tests.rooms.table import Table, person
from tests.whiteboard.board import Board, Client, Element, element
from whiteboard import audit, limits
from whiteboard.models import Element as Row
from whiteboard.refusals import BoardFull, KindNotTaken


def moderator(board: Board) -> User:
    """Somebody who looks on, seated."""
    user = person("Dov")
    User.objects.filter(pk=user.pk).update(is_moderator=True)
    user.refresh_from_db()
    opening.enter_room(actor=user, scope=board.table.room.pk, now=board.table.now)
    return user


def test_every_room_that_is_opened_has_a_board_which_its_seats_are_told_of(board: Board) -> None:
    for side in ("buyer", "seller", "moderator"):
        streams = queries.streams_of(queries.Seat(board.table.room, side))
        assert streams["board"] == str(board.id)
    assert board.state() == {
        "room": str(board.table.room.pk),
        "elements": [],
        "gone": [],
        "authors": {},
        "limits": board.state()["limits"],
    }


def test_what_one_side_draws_is_one_event_and_on_the_board(board: Board) -> None:
    answer = board.draw("buyer", element("a"), element("b", index="a0"))
    assert (answer.seq, len(board.events)) == (1, 1)
    assert board.events[0].kind == "board.drawn"
    assert board.events[0].by == str(board.table.ben.pk)
    assert [one["id"] for one in board.state("seller")["elements"]] == ["b", "a"]


def test_an_element_is_whoevers_it_was_first_however_often_the_other_side_changes_it(board: Board) -> None:
    ben, ada = str(board.table.ben.pk), str(board.table.ada.pk)
    board.draw("buyer", element("a"))
    board.draw("seller", element("a", version=2), element("b", index="a2"))
    assert board.state()["authors"] == {ben: ["a"], ada: ["b"]}
    board.draw("seller", element("a", version=3, isDeleted=True))
    assert board.state()["authors"] == {ada: ["b"]}
    board.draw("seller", element("a", version=4))
    assert board.state()["authors"] == {ben: ["a"], ada: ["b"]}
    assert list(audit.check()) == []
    Row.objects.filter(element="a").update(author=board.table.ada)
    assert [one.what for one in audit.check()] == ["element a: the row is not what the log says"]


def test_numbers_and_properties_that_nobody_here_knows_survive_exactly(board: Board) -> None:
    strange = element(
        "s",
        type="hologram",
        x=12.340000000000002,
        y=-0.0,
        width=1e-7,
        customData={"price": 12.5, "deep": [{"ü": None}]},
        seed=2**40,
        tilt=True,
    )
    board.draw("buyer", strange)
    assert board.state()["elements"] == [strange]
    assert board.told == [[strange]]
    assert math.copysign(1, board.state()["elements"][0]["y"]) == -1


def test_the_higher_version_wins_and_then_the_lower_nonce(board: Board) -> None:
    board.draw("buyer", element(version=3, nonce=50, x=1))
    for version, nonce, x, wins in (
        (2, 1, 2, False),
        (3, 51, 3, False),
        (3, 50, 4, False),
        (3, 49, 5, True),
        (4, 99, 6, True),
    ):
        before = len(board.events)
        answer = board.draw("seller", element(version=version, nonce=nonce, x=x))
        assert (len(board.events) > before) == wins
        assert answer.seq == len(board.events)
        assert (board.state()["elements"][0]["x"] == x) == wins


def test_of_a_command_only_the_winners_are_told(board: Board) -> None:
    board.draw("buyer", element("old", version=5))
    board.draw("seller", element("old", version=4), element("new"), element("new", version=2))
    assert [(one["id"], one["version"]) for one in board.told[1]] == [("new", 2)]


def test_the_same_command_twice_is_written_once(board: Board) -> None:
    command = uuid4()
    first = board.draw("buyer", element(), id=command)
    board.draw("seller", element(version=2))
    assert board.draw("buyer", element(), id=command) == first
    assert len(board.events) == 2


def test_what_is_deleted_stays_deleted_for_a_late_writer(board: Board) -> None:
    board.draw("buyer", element(version=1))
    board.draw("seller", element(version=3, isDeleted=True))
    board.draw("buyer", element(version=2, x=99))
    state = board.state()
    assert state["elements"] == []
    assert state["gone"] == [{"id": "box", "version": 3, "versionNonce": 1}]
    board.draw("seller", element(version=4))  # undone by whoever deleted it
    assert [one["id"] for one in board.state()["elements"]] == ["box"]


def test_a_stranger_cannot_tell_that_there_is_a_board(board: Board) -> None:
    stranger = person("Cleo", "Else")
    with pytest.raises(StreamUnknown):
        board.draw(stranger, element())
    with pytest.raises(StreamUnknown):
        board.view(stranger)
    with pytest.raises(StreamUnknown):
        board.draw("buyer", element(), stream_id=uuid4())


@pytest.mark.parametrize("kind", ["table", "caucus"])
def test_nothing_is_drawn_on_a_stream_that_is_no_board(board: Board, kind: str) -> None:
    streams = queries.streams_of(queries.Seat(board.table.room, "buyer"))
    with pytest.raises(StreamUnknown):
        board.draw("buyer", element(), stream_id=UUID(streams[kind]))


def test_the_board_of_another_room_is_out_of_reach(board: Board) -> None:
    other = Board(Table())
    with pytest.raises(StreamUnknown):
        other.draw(board.table.ben, element())
    assert other.events == []


def test_a_moderator_sees_and_does_not_draw(board: Board) -> None:
    dov = moderator(board)
    view = board.view(dov)
    assert view.you == {"side": "moderator", "may_draw": False}
    assert view.may.isdisjoint({"cursor", "board.sketch"})
    with pytest.raises(NotPermitted):
        board.draw(dov, element())


def test_nobody_watches_a_board_without_having_sat_down_at_the_table(board: Board) -> None:
    dov = person("Dov")
    User.objects.filter(pk=dov.pk).update(is_moderator=True)
    dov.refresh_from_db()
    with pytest.raises(NotSeated):
        board.view(dov)


def test_after_the_negotiation_is_closed_nobody_draws(board: Board) -> None:
    command = uuid4()
    first = board.draw("buyer", element(), id=command)
    board.table.send("buyer", "negotiation.close")
    with pytest.raises(NotOpen):
        board.draw("buyer", element(version=2))
    assert board.draw("buyer", element(), id=command) == first
    assert "board.sketch" not in board.view(board.table.ben).may


def test_after_the_agreement_both_sides_go_on_drawing(board: Board) -> None:
    board.table.propose("buyer", 9_000)
    board.table.accept("seller")
    assert board.draw("seller", element()).seq == 1


@pytest.mark.parametrize("kind", ["iframe", "embeddable", "magicframe"])
def test_foreign_pages_are_refused_by_name(board: Board, kind: str) -> None:
    with pytest.raises(KindNotTaken):
        board.draw("buyer", element("fine"), element("not", type=kind, fileId="f"))
    assert board.events == []


@pytest.mark.parametrize(
    "hostile",
    [
        {"x": 1e9},
        {"x": "10"},
        {"version": -1},
        {"version": 1.5},
        {"version": 2**60},
        {"isDeleted": 0},
        {"id": ""},
        {"id": "a\u0000b"},
        {"id": "x" * 65},
        {"type": "<script>"},
        {"index": "a b"},
        {"link": "javascript:alert(1)"},
        {"link": " https://example.org"},
        {"link": "data:text/html,x"},
        {"text": "a\u0000b"},
        {"text": "x" * (limits.TEXT_CHARS_MAX + 1)},
        {"points": [[0, 0]] * (limits.POINTS_MAX + 1)},
        {"points": [[0, 0, 0]]},
        {"points": [["0", 0]]},
        {"customData": {"__proto__": {"x": 1}}},
        {"customData": 2**70},
        {"customData": "x" * limits.ELEMENT_BYTES_MAX},
    ],
    ids=lambda hostile: f"{next(iter(hostile))}={str(next(iter(hostile.values())))[:24]}",
)
def test_what_could_harm_is_malformed(board: Board, hostile: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        board.draw("buyer", element(**hostile))
    assert board.events == []


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity"])
def test_numbers_that_json_cannot_say_are_malformed(board: Board, number: str) -> None:
    from whiteboard.wire import BoardElement as Model

    text = orjson.dumps(element(customData="@")).decode().replace('"@"', number)
    with pytest.raises(ValidationError):
        Model.model_validate_json(text)


def test_deep_nesting_is_malformed(board: Board) -> None:
    deep: Any = 1
    for _ in range(limits.NESTING_MAX + 1):
        deep = [deep]
    with pytest.raises(ValidationError):
        board.draw("buyer", element(customData=deep))


@pytest.mark.parametrize(
    "link", ["https://example.org/a?b=c", "http://example.org", "mailto:ada@example.org", "", None]
)
def test_links_to_the_web_and_to_mail_are_fine(board: Board, link: str | None) -> None:
    board.draw("buyer", element(link=link))
    assert board.state()["elements"][0]["link"] == link


def test_a_command_has_at_most_so_many_elements(board: Board) -> None:
    with pytest.raises(ValidationError):
        board.draw("buyer", *(element(str(n)) for n in range(limits.ELEMENTS_PER_COMMAND_MAX + 1)))


def test_a_full_board_takes_nothing_new_but_lets_go(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ELEMENTS_MAX", 2)
    board.draw("buyer", element("a"), element("b"))
    with pytest.raises(BoardFull):
        board.draw("buyer", element("c"))
    board.draw("buyer", element("a", version=2, x=5))
    board.draw("buyer", element("a", version=3, isDeleted=True))
    board.draw("buyer", element("c"))
    assert (board.row.shown, board.row.gone) == (2, 1)


def test_a_board_has_at_most_so_many_bytes(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BOARD_BYTES_MAX", 1_000)
    board.draw("buyer", element("a", text="ü" * 200))
    with pytest.raises(BoardFull):
        board.draw("seller", element("b", text="ü" * 200))
    assert board.row.shown_bytes == len(board.events[0].body["elements"][0].encode())


def test_what_was_ever_on_a_board_is_bounded_too(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ELEMENTS_EVER_MAX", 1)
    board.draw("buyer", element("a"))
    board.draw("buyer", element("a", version=2, isDeleted=True))
    with pytest.raises(BoardFull):
        board.draw("buyer", element("b"))


def test_one_row_for_each_element_and_board_says_the_database(board: Board) -> None:
    board.draw("buyer", element())
    row = Row.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


COMMANDS = st.lists(
    st.tuples(
        st.sampled_from(["buyer", "seller"]),
        st.lists(
            st.builds(
                element,
                id=st.sampled_from("abc"),
                version=st.integers(1, 4),
                nonce=st.integers(0, 3),
                isDeleted=st.booleans(),
                index=st.sampled_from(["a0", "a1", None]),
                x=st.integers(-5, 5) | st.floats(-5, 5),
            ),
            min_size=1,
            max_size=4,
        ),
    ),
    max_size=8,
)


def unlike(commands: list[tuple[str, list[Element]]]) -> list[tuple[str, list[Element]]]:
    """Two contents never have the same stamp: the editors draw their nonces at random."""
    seen: dict[tuple[str, int, int], Element] = {}
    return [
        (who, [seen.setdefault((one["id"], one["version"], one["versionNonce"]), one) for one in elements])
        for who, elements in commands
    ]


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commands=COMMANDS, order=st.randoms(use_true_random=False))
def test_whatever_comes_in_whatever_order_log_rows_and_every_client_agree(
    db: None, commands: list[tuple[str, list[Element]]], order: Any
) -> None:
    commands = unlike(commands)
    asked = [one for _, elements in commands for one in elements]
    shuffled = commands + commands  # everything comes twice
    order.shuffle(shuffled)
    board, late = Board(Table()), Client()
    for who, elements in shuffled:
        board.draw(who, *elements)
    expected = Client()
    expected.take(order.sample(asked, len(asked)))
    for elements in board.told:
        late.take(elements)
    rows = {row.element: orjson.loads(row.content) for row in board.row.elements.all()}
    assert rows == expected.shown == late.shown
    state = board.state()
    assert {one["id"] for one in state["elements"]} == {k for k, v in rows.items() if not v["isDeleted"]}
    assert {one["id"] for one in state["gone"]} == {k for k, v in rows.items() if v["isDeleted"]}
    assert list(audit.check_board(board.row)) == []
