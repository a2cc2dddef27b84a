"""Who is here, across processes, when notices are late, lost, or their sender dies."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.layer import EVERYBODY
from negotiation_hub.kernel.presence import Presence

ROOM = "room"


@dataclass
class Process:
    """One process: its own people, and what it gave to its sockets and told the others."""

    people: set[str] = field(default_factory=set)
    told: list[set[str]] = field(default_factory=list)
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    seconds: float = 0.0
    presence: Presence = field(init=False)

    def __post_init__(self) -> None:
        self.presence = Presence(
            here=lambda _: self.people,
            give=lambda _, text: self.told.append(set(json.loads(text)["people"])),
            publish=lambda name, message: self.said.append((name, message)),
            now=lambda: self.seconds,
        )


@pytest.fixture
def ours() -> Process:
    """Our process, with one person."""
    return Process(people={"ben"})


def test_people_of_another_process_are_told_beside_our_own(ours: Process) -> None:
    ours.presence.heard("theirs", ROOM, ["ada"], asked=False)
    assert ours.told == [{"ada", *ours.people}]
    ours.presence.heard("theirs", ROOM, ["ada"], asked=False)
    assert len(ours.told) == 1  # nothing new
    ours.presence.heard("theirs", ROOM, [], asked=False)
    assert ours.told[-1] == ours.people


def test_whoever_asks_is_answered_and_an_answer_asks_nothing(ours: Process) -> None:
    ours.presence.heard("theirs", ROOM, ["ada"], asked=True)
    assert ours.said == [(ROOM, {"people": list(ours.people), "ask": False})]


def test_the_people_of_a_process_that_died_are_gone_after_a_while(ours: Process) -> None:
    ours.presence.heard("theirs", ROOM, ["ada"], asked=False)
    ours.seconds = limits.PRESENCE_SILENCE_S
    ours.presence.repeat([ROOM])
    assert "ada" in ours.told[-1]
    ours.seconds += 1
    ours.presence.repeat([ROOM])
    assert "ada" not in ours.told[-1]


def test_a_process_that_says_it_lives_keeps_its_people(ours: Process) -> None:
    ours.presence.heard("theirs", ROOM, ["ada"], asked=False)
    ours.seconds = limits.PRESENCE_SILENCE_S
    ours.presence.heard("theirs", EVERYBODY, [], asked=False)
    ours.seconds += 1
    ours.presence.repeat([ROOM])
    assert len(ours.told) == 1


def test_a_lost_notice_is_made_good_by_a_later_one(ours: Process) -> None:
    streams = [str(number) for number in range(1, limits.PRESENCE_REPEATS + 2)]
    ours.presence.repeat(streams)
    ours.presence.repeat(streams)
    assert {name for name, _ in ours.said} == {EVERYBODY, *streams}


def test_what_is_said_of_a_stream_that_nobody_has_open_here_is_not_kept(ours: Process) -> None:
    ours.people, gone = set(), ours.people
    ours.presence.heard("theirs", ROOM, ["ada"], asked=True)
    assert (ours.told, ours.said) == ([], [])
    ours.people = gone
    ours.presence.heard("others", ROOM, ["eve"], asked=False)
    assert ours.told == [{"eve", *gone}]


def test_of_a_crowd_the_first_are_named_and_all_are_counted(ours: Process) -> None:
    frames: list[dict[str, Any]] = []
    ours.people = {str(n) for n in range(limits.PRESENCE_PEOPLE_MAX + 5)}
    ours.presence.give = lambda _, text: frames.append(json.loads(text))
    ours.presence.heard("theirs", ROOM, ["ada"], asked=False)
    assert len(frames[0]["people"]) == limits.PRESENCE_PEOPLE_MAX
    assert frames[0]["count"] == limits.PRESENCE_PEOPLE_MAX + 6
