"""A board on which 200 people draw against a table at which they talk: figure 10."""

from bench.goals import Result
from bench.job import Job, Outcome, Protocol
from bench.machine import cores
from bench.rounds import Runs, compare, interleave
from bench.scenarios.room import cpu
from bench.workbench import RECEIVERS, Workbench


def measure(bench: Workbench) -> list[Result]:
    """One room of 200 receivers: an element that changes against a message, as in figure 1.

    Each is a command, a commit and a delivery to everybody, and the next is sent when it has arrived.
    """
    runs = interleave(
        bench.options.rounds,
        {
            "message": lambda label: _once(bench, label, "hub", bench.sqlite().seed["room"]),
            "board": lambda label: _once(bench, label, "board", bench.sqlite().seed["board"]),
        },
        "board",
    )
    result = compare("10", runs, "message", cpu, ours="board")
    return [Result(result.goal, result.ours, result.peer, result.why or _rate(runs), result.invalid)]


def _once(bench: Workbench, label: str, protocol: Protocol, stream: str) -> Outcome:
    """A server of its own each time: a planted fault is in the board's alone."""
    ours = protocol == "board"
    database = bench.sqlite()
    with bench.hub(database, faulty=ours) as server:
        job = Job(
            protocol,
            "single",
            database.seats(server.port, range(RECEIVERS), stream),
            (server.pid,),
            core=cores()[1],
            seconds=bench.options.seconds,
            plant=bench.options.plant if ours else "",
        )
        return bench.once(job, label, server)


def _rate(runs: Runs) -> str:
    most = runs.best("board", lambda outcome: outcome.acknowledged_per_s, most=True) or 0.0
    return f"{most:,.0f} element updates a second were stored and relayed to {RECEIVERS} people"
