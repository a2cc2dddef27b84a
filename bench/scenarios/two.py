"""Two server processes that share PostgreSQL and Redis against one process on PostgreSQL alone: figure 14."""

from bench.goals import Result
from bench.job import Job, Outcome
from bench.machine import cores
from bench.rounds import compare, interleave
from bench.scenarios.room import cpu, seats
from bench.workbench import RECEIVERS, Workbench


def measure(bench: Workbench) -> list[Result]:
    """One room of 200 receivers, 100 of them at each process; processor time is the sum of both."""
    database, redis_url = bench.postgres(), bench.redis()
    options = bench.options
    with (
        bench.hub(database) as alone,
        bench.hub(database, redis_url=redis_url) as first,
        bench.hub(database, redis_url=redis_url, worker=False) as second,
    ):
        room = database.seed["room"]
        halves = [
            database.seat((first, second)[person % 2].port, person, room) for person in range(RECEIVERS)
        ]

        # The sockets of one side leave before the other's come: both sides use the same room.
        def one(label: str) -> Outcome:
            everybody = seats(database, alone)
            job = Job("hub", "single", everybody, (alone.pid,), cores()[1], seconds=options.seconds)
            return bench.once(job, label, alone)

        def two(label: str) -> Outcome:
            pids = (first.pid, second.pid)
            job = Job("hub", "single", tuple(halves), pids, cores()[1], seconds=options.seconds)
            return bench.once(job, label, first, second)

        runs = interleave(options.rounds, {"one": one, "two": two}, "processes")
    return [compare("14", runs, "one", cpu, ours="two")]
