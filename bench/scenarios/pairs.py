"""500 rooms of two people who answer each other as fast as they may: figures 5 and 6."""

from contextlib import ExitStack

from bench.goals import GOALS, Result
from bench.job import Job, Seat
from bench.machine import cores
from bench.processes import Absent, Server
from bench.rounds import Runs, compare, start
from bench.scenarios.room import PROTOCOLS, cpu
from bench.workbench import PAIRS, Database, Workbench

WARM_S = 0.5
WINDOW_S = 1.5  # at full speed 1,000 people have spent their bursts after about two seconds


def without_storing(bench: Workbench) -> list[Result]:
    """Figure 5: processor time for each delivery; ours stores every message, the peers none."""
    with ExitStack() as stack:
        database = bench.sqlite()
        field = start(
            stack,
            chat=bench.chat(),
            socketio=bench.node("socketio"),
            ws=bench.node("ws"),
            hub=bench.hub(database),
        )
        runs = field.run(
            bench, "pairs", ["chat", "socketio", "ws", "hub"], lambda server: job(bench, database, server)
        )
    return [compare(f"5-{peer}", runs, peer, cpu) for peer in ("chat", "socketio", "ws")]


def storing(bench: Workbench) -> list[Result]:
    """Figure 6: messages a second that are stored before their sender hears of it, on both databases."""
    results = []
    for name in ("postgres", "sqlite"):
        try:
            results.append(_storing_on(bench, name))
        except Absent as error:
            results.append(Result(GOALS[f"6-{name}"], why=str(error)))
    return results


def _storing_on(bench: Workbench, name: str) -> Result:
    if name == "postgres":
        database, url = bench.postgres(), bench.empty_postgres()
    else:
        database, url = bench.sqlite(), f"sqlite:///{bench.folder / 'chat.sqlite3'}"
    with ExitStack() as stack:
        field = start(stack, chat=bench.chat(url), hub=bench.hub(database))
        runs = field.run(
            bench, f"storing on {name}", ["chat", "hub"], lambda server: job(bench, database, server)
        )
    result = compare(f"6-{name}", runs, "chat", lambda outcome: outcome.acknowledged_per_s)
    return Result(result.goal, result.ours, result.peer, result.why or _held_back(runs), result.invalid)


def _held_back(runs: Runs) -> str:
    waits = sum(outcome.waits for outcome in runs.outcomes.get("hub", []))
    return f"our senders reached their rate limit {waits} times: the server could do more" if waits else ""


def job(bench: Workbench, database: Database, server: Server) -> Job:
    """The load: the same for every server."""
    if server.name == "hub":
        seats = database.in_pairs(server.port, PAIRS)
    else:
        seats = tuple(Seat(server.port, f"room-{n // 2}") for n in range(2 * PAIRS))
    return Job(
        PROTOCOLS[server.name],
        "pairs",
        seats,
        (server.pid,),
        core=cores()[1],
        warm_s=WARM_S,
        seconds=min(bench.options.seconds, WINDOW_S),
        plant=bench.options.plant if server.name == "hub" else "",
    )
