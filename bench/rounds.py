"""Both sides in turns, and what comes of it."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench.client import LoadClient
from bench.goals import GOALS, Result
from bench.job import Job, Outcome
from bench.processes import Absent, Invalid, Server
from bench.workbench import Workbench, say

Side = Callable[[str], Outcome]
Value = Callable[[Outcome], float | None]


@dataclass
class Runs:
    """The outcomes of each side, in the order of the rounds, and why a side has none.

    `failed`: what was measured is worth nothing; `absent`: it is not on this machine.
    """

    outcomes: dict[str, list[Outcome]]
    failed: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    def best(self, side: str, value: Value, most: bool = False) -> float | None:
        """The best value that a side reached."""
        values = [v for outcome in self.outcomes.get(side, []) if (v := value(outcome)) is not None]
        return None if not values else max(values) if most else min(values)


def interleave(rounds: int, sides: dict[str, Side], name: str) -> Runs:
    """Runs the sides in turns, so that what disturbs the machine disturbs all; one that fails is out."""
    runs = Runs({side: [] for side in sides})
    for number in range(1, rounds + 1):
        for side, measure in sides.items():
            if side in runs.failed:
                continue
            try:
                runs.outcomes[side].append(measure(f"{name}, {side}, round {number}"))
            except Invalid as error:
                runs.failed[side] = str(error)
                runs.outcomes[side] = []
                say(f"invalid: {error}")
    return runs


@dataclass(frozen=True, slots=True)
class Field:
    """The servers that take part in a scenario, and why others do not."""

    servers: dict[str, Server]
    absent: dict[str, str]

    def run(self, bench: Workbench, name: str, order: Sequence[str], job: Callable[[Server], Job]) -> Runs:
        """Connects a load client to each of the named servers that are there, and lets them go in turns."""
        sides: dict[str, Side] = {}
        failed: dict[str, str] = {}
        with ExitStack() as stack:
            for who in order:
                if who not in self.servers:
                    continue
                server = self.servers[who]
                try:
                    client = stack.enter_context(bench.client(job(server), f"{name}, {who}"))
                except Invalid as error:
                    failed[who] = str(error)
                    say(f"invalid: {error}")
                else:
                    sides[who] = partial(_go, bench, client, server)
            runs = interleave(bench.options.rounds, sides, name)
        runs.failed.update(failed)
        runs.absent.update({who: self.absent[who] for who in order if who in self.absent})
        return runs


def _go(bench: Workbench, client: LoadClient, server: Server, label: str) -> Outcome:
    return bench.go(client, label, server)


def start(stack: ExitStack, **starts: Any) -> Field:
    """Enters the named servers' contexts, which end with `stack`; what is absent is said to be."""
    running: dict[str, Server] = {}
    absent: dict[str, str] = {}
    for name, context in starts.items():
        try:
            running[name] = stack.enter_context(context)
        except Absent as error:
            absent[name] = str(error)
            say(f"skipped: {name}: {error}")
    return Field(running, absent)


def compare(key: str, runs: Runs, peer: str, value: Value, *, ours: str = "hub") -> Result:
    """The best of ours against the best of a peer's."""
    goal = GOALS[key]
    for side in (ours, peer):
        if side in runs.failed:
            return Result(goal, why=runs.failed[side], invalid=True)
    best, other = (runs.best(side, value, most=not goal.most) for side in (ours, peer))
    return Result(goal, best, other, why=runs.absent.get(peer, ""))
