"""What an idle connection costs in memory: figure 8."""

from bench.goals import GOALS, Result
from bench.job import Job, Outcome, Seat
from bench.machine import cores
from bench.rounds import interleave
from bench.workbench import PAIRS, Workbench

CONNECTIONS = 2_000
WARM = 50


def measure(bench: Workbench) -> list[Result]:
    """2,000 sockets, each signed in and with one room open, on a fresh server each time."""
    runs = interleave(bench.options.rounds, {"hub": lambda label: _once(bench, label)}, "idle")
    goal = GOALS["8"]
    if "hub" in runs.failed:
        return [Result(goal, why=runs.failed["hub"], invalid=True)]
    pss = runs.best("hub", lambda outcome: outcome.values["pss_kb_each"])
    return [Result(goal, runs.best("hub", _rss), why=f"proportional set size: {pss:.1f} kB")]


def _rss(outcome: Outcome) -> float:
    return outcome.values["rss_kb_each"]


def _once(bench: Workbench, label: str) -> Outcome:
    database = bench.sqlite()
    with bench.hub(database) as server:
        everybody = database.in_pairs(server.port, PAIRS)
        several: tuple[Seat, ...] = everybody * (CONNECTIONS // len(everybody))
        job = Job(
            "hub",
            "idle",
            everybody[:WARM],
            (server.pid,),
            core=cores()[1],
            seconds=bench.options.seconds,
            later=several,
        )
        return bench.once(job, label, server)
