"""Opening a room with a long past against one with a short one: figure 9."""

from bench.goals import GOALS, Result
from bench.job import Job, Outcome
from bench.machine import cores
from bench.rounds import interleave
from bench.workbench import Workbench

LONG, SHORT = 1_000_000, 1_000
OPENS = 30


def measure(bench: Workbench) -> list[Result]:
    """The median of 30 openings of each, which take turns on the same server."""
    database = bench.history(LONG, SHORT)
    goal = GOALS["9"]
    with bench.hub(database) as server:

        def once(label: str) -> Outcome:
            rooms = enumerate(database.seed["history"])
            later = tuple(database.seat(server.port, person, room) for person, room in rooms)
            job = Job("hub", "open", later[:1], (server.pid,), core=cores()[1], later=later, times=OPENS)
            return bench.once(job, label, server)

        runs = interleave(bench.options.rounds, {"hub": once}, "opening")
    if "hub" in runs.failed:
        return [Result(goal, why=runs.failed["hub"], invalid=True)]
    long = runs.best("hub", lambda outcome: outcome.values["open_ms_0"])
    short = runs.best("hub", lambda outcome: outcome.values["open_ms_1"])
    return [Result(goal, long, short)]
