"""One socket that never reads, among 200: figure 15."""

from dataclasses import replace

from bench.goals import GOALS, Result
from bench.job import Job, Outcome
from bench.machine import cores
from bench.rounds import Runs, Side, compare, interleave
from bench.workbench import RECEIVERS, Workbench

SENDERS = 16
LONG_CHARS = 7_900  # about 16 kB as an event, with its HTML
LONG_MESSAGES = 500  # within the bursts of 16 people


def measure(bench: Workbench) -> list[Result]:
    """8 MB for a socket that does not read, then 20 messages a second; on a fresh server each time."""
    bench.sqlite()
    sides: dict[str, Side] = {
        "without": lambda label: _once(bench, label, stalled=False),
        "with": lambda label: _once(bench, label, stalled=True),
    }
    runs = interleave(bench.options.rounds, sides, "stalled")
    return [compare("15-p99", runs, "without", lambda outcome: outcome.p99_ms, ours="with"), _memory(runs)]


def _once(bench: Workbench, label: str, *, stalled: bool) -> Outcome:
    database = bench.sqlite()
    with bench.hub(database) as server:
        seats = database.seats(server.port, range(RECEIVERS), database.seed["room"])
        job = Job(
            "hub",
            "stalled",
            seats[:SENDERS],
            (server.pid,),
            core=cores()[1],
            seconds=2 * bench.options.seconds,
            later=seats[SENDERS:-1],
            chars=LONG_CHARS,
            times=LONG_MESSAGES,
        )
        return bench.once(replace(job, stalled=seats[-1]) if stalled else job, label, server)


def _memory(runs: Runs) -> Result:
    goal = GOALS["15-memory"]
    for side, why in runs.failed.items():
        return Result(goal, why=f"{side} it: {why}", invalid=True)
    grown = [
        runs.best(side, lambda outcome: outcome.values["grown_kb"]) or 0.0 for side in ("with", "without")
    ]
    return Result(goal, max(0.0, grown[0] - grown[1]) / 1024)
