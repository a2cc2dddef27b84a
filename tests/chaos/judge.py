"""The judge: counts what was lost, doubled or moved. A pure function of what was sent, answered and seen.

What is acknowledged must be in every history exactly once, at its number, under its hash, as it was sent.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.chaos.history import Event
from tests.chaos.ledger import Ack, Command

TOLD_MAX = 20  # lines of explanation; the counts are complete


@dataclass(frozen=True)
class History:
    """What one listener has of one stream at the end, in the order in which they keep it."""

    listener: str
    stream: str
    events: Sequence[Event]
    seen: Mapping[int, str] = field(default_factory=dict)  # every number ever seen, with its first hash


@dataclass
class Verdict:
    """Each fault is counted once, however many listeners show it: by its stream and number, or its text."""

    acked: int = 0
    lost: set[tuple[str, object]] = field(default_factory=set)
    duplicated: set[tuple[str, object]] = field(default_factory=set)
    reordered: set[tuple[str, object]] = field(default_factory=set)
    others: list[str] = field(default_factory=list)  # what must not be either, and is none of the three
    told: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The line that a set-up ends with."""
        return summary(self.acked, len(self.lost), len(self.duplicated), len(self.reordered))

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all is wrong."""
        return not (self.lost or self.duplicated or self.reordered or self.others)

    def count(self, faults: set[tuple[str, object]], key: tuple[str, object], why: str) -> None:
        """Counts a fault, and tells of the first ones."""
        if key not in faults and why not in self.told and len(self.told) < TOLD_MAX:
            self.told.append(why)
        faults.add(key)


def summary(acked: int, lost: int, duplicated: int, reordered: int) -> str:
    """The last line of a set-up, or of all of them."""
    return f"acked {acked}, lost {lost}, duplicated {duplicated}, reordered {reordered}"


def judge(commands: Iterable[Command], histories: Iterable[History], logs: Iterable[History]) -> Verdict:
    """`logs` are what the server's REST log says of each stream at the very end, one for each stream."""
    verdict = Verdict()
    by_stream: defaultdict[str, list[Command]] = defaultdict(list)
    for command in commands:
        by_stream[command.stream].append(command)
        verdict.acked += bool(command.acks)
    log_of = {log.stream: log for log in logs}
    for stream, sent in by_stream.items():
        _judge_answers(verdict, sent)
        _judge_order(verdict, sent)
        _judge_connections(verdict, sent)
        if stream not in log_of:
            verdict.others.append(f"{stream}: there is no log")
    for log in log_of.values():
        _judge_history(verdict, log, by_stream[log.stream])
        _judge_texts(verdict, log, by_stream[log.stream])
    for history in histories:
        _judge_history(verdict, history, by_stream[history.stream])
        _compare(verdict, history, log_of[history.stream])
    return verdict


def _judge_answers(verdict: Verdict, sent: Iterable[Command]) -> None:
    """A command has one answer for good, however often it was sent."""
    for command in sent:
        if len(command.acks) > 1:
            key = (command.stream, command.mark)
            verdict.count(verdict.duplicated, key, f"{_name(command)} has two answers: {command.acks}")
        if command.acks and command.refused:
            verdict.others.append(f"{_name(command)} was acknowledged and refused: {command.refused}")


def _judge_order(verdict: Verdict, sent: Iterable[Command]) -> None:
    """What was sent after another one's acknowledgement has the higher number, whoever the authors are."""
    acked = [(command, command.acks[0]) for command in sent if command.acks]
    answers = sorted((ack for _, ack in acked), key=lambda ack: ack.tick)
    position, highest = 0, Ack(0, 0, "")
    for command, ack in sorted(acked, key=lambda pair: pair[0].sent):
        while position < len(answers) and answers[position].tick < command.sent:
            highest = max(highest, answers[position], key=lambda one: one.seq)
            position += 1
        if ack.seq < highest.seq:
            why = f"{_name(command)} is {ack.seq}, and was sent after {highest.seq} was acknowledged"
            verdict.count(verdict.reordered, (command.stream, command.mark), why)


def _judge_connections(verdict: Verdict, sent: Iterable[Command]) -> None:
    """What was sent once over one connection has numbers in the order in which it was sent."""
    last: dict[str, Command] = {}
    once = [command for command in sent if command.acks and len(command.connections) == 1]
    for command in sorted(once, key=lambda one: one.sent):
        before = last.setdefault(command.connections[0], command)
        if command.acks[0].seq < before.acks[0].seq:
            why = f"{_name(command)} is {command.acks[0].seq}, and was sent behind {before.acks[0].seq}"
            verdict.count(verdict.reordered, (command.stream, command.mark), why)
        else:
            last[command.connections[0]] = command


def _judge_history(verdict: Verdict, history: History, sent: Iterable[Command]) -> None:
    stream, at = history.stream, dict[int, Event]()
    places: defaultdict[str, list[int]] = defaultdict(list)
    last = 0
    for event in history.events:
        where = f"{history.listener}: {event.seq} of {stream}"
        if event.seq in at:
            verdict.count(verdict.duplicated, (stream, event.seq), f"{where} is there twice")
        elif event.seq <= last:
            verdict.count(verdict.reordered, (stream, event.seq), f"{where} comes after {last}")
        for missing in range(last + 1, event.seq):
            verdict.count(verdict.lost, (stream, missing), f"{where} comes after {last}")
        last = max(last, event.seq)
        at[event.seq] = event
        if event.mark:
            places[event.mark].append(event.seq)
    for mark, numbers in places.items():
        if len(numbers) > 1:
            why = f"{history.listener}: {mark[:40]!r} of {stream} is there as {numbers}"
            verdict.count(verdict.duplicated, (stream, mark), why)
    for command in sent:
        if command.acks:
            _judge_command(verdict, history, command, at, places)


def _judge_command(
    verdict: Verdict,
    history: History,
    command: Command,
    at: Mapping[int, Event],
    places: Mapping[str, Sequence[int]],
) -> None:
    ack = command.acks[0]
    event = at.get(ack.seq)
    if event is not None and (event.hash, event.mark) == (ack.hash, command.mark):
        return
    found = places.get(command.mark, ())
    elsewhere = [number for number in found if number != ack.seq]
    why = f"{history.listener}: {_name(command)} was acknowledged as {ack.seq} and is there as {list(found)}"
    if elsewhere:
        verdict.count(verdict.reordered, (command.stream, command.mark), why)
    else:
        verdict.count(verdict.lost, (command.stream, ack.seq), f"{why}, or with another hash")


def _judge_texts(verdict: Verdict, log: History, sent: Sequence[Command]) -> None:
    """The log holds no text that nobody sent, and none that was refused for good."""
    known = {command.mark: command for command in sent}
    for event in log.events:
        command = known.get(event.mark)
        if event.mark and command is None:
            verdict.others.append(f"{log.stream}: {event.seq} says what nobody sent: {event.mark[:40]!r}")
        elif command is not None and command.refused:
            verdict.others.append(f"{_name(command)} was refused ({command.refused}) and is {event.seq}")


def _compare(verdict: Verdict, history: History, log: History) -> None:
    """Every listener ends with the log, and what they ever saw is still in it."""
    right = {event.seq: event for event in log.events}
    mine = {event.seq: event for event in history.events}
    stream = history.stream
    for number in right.keys() - mine.keys():
        verdict.count(verdict.lost, (stream, number), f"{history.listener}: {number} of {stream} never came")
    for number, event in mine.items():
        if number in right and event != right[number]:
            why = f"{history.listener}: {number} of {stream} is not what the log has there"
            verdict.count(verdict.reordered, (stream, number), why)
    for number, hash in history.seen.items():
        if number not in right or right[number].hash != hash:
            why = f"{history.listener}: {number} of {stream} was seen once and is gone"
            verdict.count(verdict.lost, (stream, number), why)


def _name(command: Command) -> str:
    return f"{command.author}'s {command.id} ({command.mark[:24]!r}) in {command.stream}"
