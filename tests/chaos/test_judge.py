"""The judge counts each kind of fault, and counts nothing where there is none."""

from collections.abc import Sequence

from tests.chaos.history import Event
from tests.chaos.judge import History, Verdict, judge
from tests.chaos.ledger import Ack, Command

ROOM = "room"
TEXTS = ("one", "two", "three", "four")


def event(seq: int, mark: str) -> Event:
    return Event(seq, f"hash of {seq} {mark}", "message.sent", mark, mark.encode())


def log(*marks: str) -> list[Event]:
    """A log that starts with an event that nobody sent, as every room does."""
    return [event(seq, mark) for seq, mark in enumerate(("", *marks), 1)]


def sent(*marks: str) -> list[Command]:
    """Commands of one author, each sent when the one before was acknowledged."""
    commands = []
    for number, mark in enumerate(marks, 1):
        command = Command(f"id of {mark}", ROOM, "ada", mark, "", sent=number * 2)
        command.acks.append(Ack(number * 2 + 1, number + 1, event(number + 1, mark).hash))
        commands.append(command)
    return commands


def judged(
    commands: Sequence[Command],
    right: Sequence[Event],
    *copies: Sequence[Event],
    seen: dict[int, str] | None = None,
) -> Verdict:
    histories = [History(f"listener {n}", ROOM, copy, seen or {}) for n, copy in enumerate(copies)]
    return judge(commands, histories, [History("log", ROOM, right)])


def counts(verdict: Verdict) -> tuple[int, int, int]:
    return len(verdict.lost), len(verdict.duplicated), len(verdict.reordered)


def test_what_is_everywhere_as_it_was_acknowledged_is_clean() -> None:
    verdict = judged(sent(*TEXTS), log(*TEXTS), log(*TEXTS), log(*TEXTS))
    assert verdict.is_clean
    assert verdict.line == "acked 4, lost 0, duplicated 0, reordered 0"


def test_what_was_never_acknowledged_may_be_there_or_not() -> None:
    commands = sent(*TEXTS)
    commands[-1].acks.clear()
    assert judged(commands, log(*TEXTS), log(*TEXTS)).is_clean
    assert judged(commands, log(*TEXTS[:3]), log(*TEXTS[:3])).is_clean


def test_an_acknowledged_text_that_is_not_in_the_log_is_lost() -> None:
    short = log("one", "two", "four")
    verdict = judged(sent(*TEXTS[:2], "three"), short, short)
    assert counts(verdict) == (1, 0, 0)


def test_a_cut_off_tail_is_lost_event_by_event() -> None:
    assert counts(judged(sent(*TEXTS), log("one", "two"), log("one", "two"))) == (2, 0, 0)


def test_an_event_that_one_listener_never_gets_is_lost_once() -> None:
    gap = [one for one in log(*TEXTS) if one.seq != 3]
    assert counts(judged(sent(*TEXTS), log(*TEXTS), gap, gap, log(*TEXTS))) == (1, 0, 0)


def test_what_somebody_saw_must_stay_even_when_nobody_acknowledged_it() -> None:
    verdict = judged([], log("one"), log("one"), seen={2: event(2, "one").hash, 3: event(3, "two").hash})
    assert counts(verdict) == (1, 0, 0)


def test_another_hash_than_the_acknowledged_one_is_a_loss() -> None:
    commands = sent(*TEXTS)
    commands[1].acks[0] = Ack(5, 3, "another hash")
    assert counts(judged(commands, log(*TEXTS), log(*TEXTS))) == (1, 0, 0)


def test_a_text_that_is_there_twice_is_duplicated() -> None:
    doubled = log(*TEXTS, "two")
    assert counts(judged(sent(*TEXTS), doubled, doubled)) == (0, 1, 0)


def test_a_number_that_is_there_twice_is_duplicated() -> None:
    right = log(*TEXTS)
    verdict = judged(sent(*TEXTS), right, [*right[:2], right[1], *right[2:]])
    assert (2 if verdict.reordered else 1, bool(verdict.duplicated)) == (1, True)


def test_two_answers_to_one_command_are_a_duplicate() -> None:
    commands = sent(*TEXTS)
    commands[0].acks.append(Ack(99, 7, "another"))
    assert counts(judged(commands, log(*TEXTS), log(*TEXTS))) == (0, 1, 0)


def test_two_events_that_changed_places_are_reordered() -> None:
    moved = log("one", "three", "two", "four")
    assert counts(judged(sent(*TEXTS), moved, moved)) == (0, 0, 2)


def test_one_listener_with_another_order_is_enough() -> None:
    right, swapped = log(*TEXTS), log(*TEXTS)
    swapped[2], swapped[3] = swapped[3], swapped[2]
    assert counts(judged(sent(*TEXTS), right, swapped, right))[2] > 0


def test_a_number_below_one_acknowledged_before_it_was_sent_is_reordered() -> None:
    commands = sent("one", "two")
    commands[0].acks[0] = Ack(3, 3, event(3, "one").hash)
    commands[1].acks[0] = Ack(5, 2, event(2, "two").hash)
    right = log("two", "one")
    assert counts(judged(commands, right, right)) == (0, 0, 1)


def test_commands_that_were_under_way_together_may_get_any_order() -> None:
    commands = sent("one", "two")
    commands[0].acks[0] = Ack(6, 3, event(3, "one").hash)
    commands[1].acks[0] = Ack(5, 2, event(2, "two").hash)
    right = log("two", "one")
    assert judged(commands, right, right).is_clean


def test_one_connection_keeps_the_order_of_what_is_sent_over_it_once() -> None:
    commands = sent("one", "two")
    commands[0].acks[0] = Ack(6, 3, event(3, "one").hash)
    commands[1].acks[0] = Ack(5, 2, event(2, "two").hash)
    right = log("two", "one")
    for command in commands:
        command.connections = ["a connection"]
    assert counts(judged(commands, right, right)) == (0, 0, 1)
    commands[0].connections = ["a connection", "a connection"]  # the first may not have come through
    assert judged(commands, right, right).is_clean


def test_a_text_that_nobody_sent_or_that_was_refused_is_wrong_as_well() -> None:
    commands = sent("one")
    assert judged(commands, log("one", "who?"), log("one", "who?")).others
    commands[0].refused = "offer.stale"
    assert judged(commands, log("one"), log("one")).others


def test_a_stream_without_a_log_is_wrong() -> None:
    assert not judge(sent("one"), [], []).is_clean
