"""One room with 200 receivers: figures 1 to 4 and 7."""

from contextlib import ExitStack
from typing import Final

from bench.goals import Result
from bench.job import Job, Outcome, Protocol, Seat, Shape
from bench.machine import cores
from bench.processes import Server
from bench.rounds import Field, Runs, Value, compare, start
from bench.workbench import RECEIVERS, Database, Workbench

BURST: Final = 32
BURST_GAP_S: Final = 0.025  # 1,280 messages a second at most: what 200 people may send for ever is 2,000
PROTOCOLS: Final[dict[str, Protocol]] = {"hub": "hub", "chat": "chat", "ws": "chat", "socketio": "socketio"}


def cpu(outcome: Outcome) -> float:
    """What figures 1 to 5 compare."""
    return outcome.us_per_delivery


# Each figure with its shape, its peer, and what is compared.
FIGURES: Final[dict[int, tuple[Shape, str, Value]]] = {
    1: ("single", "chat", cpu),
    2: ("single", "ws", cpu),
    3: ("single", "socketio", cpu),
    4: ("burst", "chat", cpu),
    7: ("steady", "ws", lambda outcome: outcome.p50_ms),
}


def measure(bench: Workbench) -> list[Result]:
    """Runs the shapes that were asked for, each with all of its peers in turns."""
    wanted = {figure: FIGURES[figure] for figure in FIGURES if figure in bench.options.figures}
    peers = {peer for _, peer, _ in wanted.values()}
    results: list[Result] = []
    with ExitStack() as stack:
        database = bench.sqlite()
        starts = {"chat": bench.chat(), "ws": bench.node("ws"), "socketio": bench.node("socketio")}
        needed = {peer: context for peer, context in starts.items() if peer in peers}
        field = start(stack, **needed, hub=bench.hub(database))
        for shape in dict.fromkeys(shape for shape, _, _ in wanted.values()):
            figures = {figure: peer for figure, (its, peer, _) in wanted.items() if its == shape}
            runs = _runs(bench, field, database, shape, list(figures.values()))
            results += [compare(str(n), runs, peer, wanted[n][2]) for n, peer in figures.items()]
    return results


def _runs(bench: Workbench, field: Field, database: Database, shape: Shape, peers: list[str]) -> Runs:
    return field.run(bench, shape, [*peers, "hub"], lambda server: _job(bench, database, shape, server))


def seats(database: Database, server: Server) -> tuple[Seat, ...]:
    """200 sockets in one room of this server."""
    if server.name != "hub":
        return (Seat(server.port, "big"),) * RECEIVERS
    return database.seats(server.port, range(RECEIVERS), database.seed["room"])


def _job(bench: Workbench, database: Database, shape: Shape, server: Server) -> Job:
    return Job(
        PROTOCOLS[server.name],
        shape,
        seats(database, server),
        (server.pid,),
        core=cores()[1],
        seconds=bench.options.seconds,
        size=BURST if shape == "burst" else 1,
        gap_s=BURST_GAP_S if shape == "burst" else 0.0,
        plant=bench.options.plant if server.name == "hub" else "",
    )
