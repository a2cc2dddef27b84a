"""The proof of the bytes of a board fails when strokes are sent as wholes, and passes nothing unsent."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.boardbytes import __main__ as proof
from tests.boardbytes import clients
from tests.boardbytes.clients import PEOPLE, PLANTS, Broken, drawn
from tests.boardbytes.judge import Count, Person, Session
from tests.boards.clients import find_node
from tests.live.server import LiveServer, live_server

SECONDS = 4.0  # enough for a stroke of each
SEED = 3
FINE = Count(frames=100, bytes=900, finished=300, whole=10_000)
PERSON = Person("mouse", strokes=3, points=200, up=FINE, down=FINE)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for this file: each session has a room of its own."""
    with live_server(tmp_path_factory.mktemp("boardbytes")) as running:
        yield running


@pytest.mark.e2e
def test_everybody_has_every_point_and_nobody_sends_a_stroke_again_and_again(server: LiveServer) -> None:
    session = drawn(find_node(), server, seconds=SECONDS, seed=SEED)
    assert session.problem == ""
    assert len(session.people) == len(PEOPLE)
    for person in session.people:
        assert person.strokes >= 1
        # Short strokes gain less, and a slow machine sends fewer signs: how much is for the proof to say.
        assert 0 < person.up.finished < person.up.bytes < person.up.whole / 2
    assert session.down.bytes < session.down.whole / 2


@pytest.mark.plant
@pytest.mark.e2e
@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_fault_makes_it_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], plant: str
) -> None:
    monkeypatch.setenv("PLANT", plant)
    assert proof.main(["--seconds", str(SECONDS), "--seed", str(SEED)]) == 1
    said = capsys.readouterr().out
    for direction in ("up", "down"):
        assert f"WRONG: {direction}: 1.0000 of what whole elements take" in said


def test_a_tenth_in_both_directions_is_a_pass_and_more_is_none() -> None:
    session = Session([PERSON] * 3)
    assert session.complaints == []
    assert session.line().startswith("3 people, 9 strokes, 600 points: up 2,700 bytes in 300 frames")
    assert "ratio 0.0900" in session.line()
    large = replace(FINE, bytes=1_400)
    for direction, more in (("up", replace(PERSON, up=large)), ("down", replace(PERSON, down=large))):
        assert Session([PERSON, PERSON, more]).complaints == [
            f"{direction}: 0.1067 of what whole elements take, not 0.1"
        ]


def test_a_session_in_which_somebody_hardly_drew_or_has_not_everything_proves_nothing() -> None:
    assert Session([PERSON, replace(PERSON, strokes=2)]).complaints == ["somebody hardly drew"]
    assert Session([PERSON], "pen has 2 of 3 strokes").complaints == ["pen has 2 of 3 strokes"]
    nothing = Count(0, 0, 0, 0)
    assert len(Session([replace(PERSON, up=nothing, down=nothing)]).complaints) == 2
    assert Session([]).complaints


def test_the_clients_plants_are_those_that_can_be_asked_for() -> None:
    source = (clients.PROGRAM.parent / "artist.ts").read_text("utf-8")
    listed = ", ".join(f'"{plant}"' for plant in ("", *PLANTS))
    assert f"export const PLANTS = [{listed}] as const;" in source


@pytest.mark.e2e
def test_clients_that_end_early_are_no_pass(monkeypatch: pytest.MonkeyPatch, server: LiveServer) -> None:
    monkeypatch.setattr(clients, "PROGRAM", clients.PROGRAM.parent / "nothing.ts")
    with pytest.raises(Broken, match=r"nothing\.ts"):
        drawn(find_node(), server, seconds=1, seed=1)
