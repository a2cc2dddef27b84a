"""A whole proof: a set-up is started, loaded, broken, and judged."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Final

from tests import services
from tests.chaos import course, faults, machines
from tests.chaos.course import Outcome, Wish
from tests.chaos.faults import Fault, Planned, Stage
from tests.chaos.ledger import Ledger
from tests.chaos.load import Load
from tests.chaos.seat import RESTARTING
from tests.chaos.strays import STRAYS, stray

ACKED_PER_S_MIN: Final = 10_000 / 120
CLIENT_FAULT_EVERY_S: Final = 0.4
SLOW_READER_S: Final = (1.0, 5.0)
HAGGLES: Final = 40  # offers in a room and run, about; a room has no more than 50 versions
STRAYS_OF_A_KIND: Final = 2  # at any time
MUST_HAPPEN: Final = (
    "clients that said goodbye",
    "clients that broke off",
    "clients that read slowly",
    "commands repeated",
    "frames doubled",
    "frames dropped",
    "gaps seen",
    "taken reported",
    *STRAYS,
)
Tell = Callable[[str], None]


@contextmanager
def sqlite(folder: Path, random: Random) -> Iterator[Stage]:
    """One server that owns a SQLite file."""
    with ExitStack() as stack:
        server = machines.server(folder)
        stack.callback(server.machine.stop)
        files = [folder / "hub.sqlite3", folder / "hub.sqlite3-wal"]
        yield Stage([server], machines.environment(folder), Ledger(), random, files=files)


@contextmanager
def distributed(folder: Path, random: Random) -> Iterator[Stage]:
    """Two servers on PostgreSQL with Redis, the second with two processes. Raises Missing."""
    with ExitStack() as stack:
        db, layer = stack.enter_context(machines.postgres()), stack.enter_context(machines.redis())
        for machine in (db.machine, layer.machine):
            machine.start()
            asyncio.run(machine.serves())
        start = partial(machines.server, folder, database_url=db.url, redis_url=layer.url)
        servers = [start(), start(workers=2)]
        for server in servers:
            stack.callback(server.machine.stop)
        environment = machines.environment(folder, database_url=db.url, redis_url=layer.url)
        yield Stage(servers, environment, Ledger(), random, postgres=db, redis=layer)


SETUPS: Final = {"sqlite": (sqlite, faults.ON_SQLITE), "distributed": (distributed, faults.DISTRIBUTED)}


def prove(setup: str, folder: Path, *, seconds: float, seed: int, plant: str, tell: Tell) -> Outcome:
    """Runs one set-up in an empty folder and judges it. Raises Missing, NotReady."""
    enter, kinds = SETUPS[setup]
    random = Random(f"{seed}/{setup}")
    tell(f"{setup}: seed {seed}, {seconds:.0f} s{', planted: ' * bool(plant)}{plant}")
    with enter(folder, random) as stage:
        made = machines.run(stage.environment, "demo", "--no-deals")
        if made.returncode:
            raise services.NotReady(f"the demo could not be made: {made.stderr.strip()[-500:]}")
        disturbance = Disturbance(stage, kinds, seconds, tell)
        wish = Wish(seed, plant, haggle_every_s=seconds / HAGGLES)
        outcome = asyncio.run(_start_and_run(stage, wish, disturbance))
        for server in stage.servers:
            server.machine.stop()
        said = machines.run(stage.environment, "verify").stdout.strip()
        if not said.endswith(": 0 problems"):
            outcome.complaints.append(f"the books do not verify: {said[-1000:]}")
        _report(outcome, disturbance, said, tell)
    return outcome


async def _start_and_run(stage: Stage, wish: Wish, disturbance: "Disturbance") -> Outcome:
    for server in stage.servers:
        server.machine.start()
    for server in stage.servers:
        await server.machine.serves()
    urls = [server.url for server in stage.servers]
    return await course.run(urls, stage.ledger, wish, disturbance.disturb)


@dataclass
class Disturbance:
    """All that happens while people write."""

    stage: Stage
    kinds: dict[str, Fault]
    seconds: float
    tell: Tell
    happened: Counter[str] = field(default_factory=Counter)
    planned: Counter[str] = field(default_factory=Counter)
    elapsed_s: float = 0.0

    async def disturb(self, load: Load, outcome: Outcome) -> None:
        """Lasts as long as the load."""
        start, random = _now(), self.stage.random
        self.stage.crosses = partial(load.cross, faults.CROSSES_WITHIN_S)
        coming = faults.plan(list(self.kinds), self.seconds, random)
        self.planned.update(fault.name for fault in coming)
        async with asyncio.TaskGroup() as group:
            others = [group.create_task(self._disturb_clients(load))]
            kinds = [*STRAYS] * STRAYS_OF_A_KIND
            others += [group.create_task(self._stray(kind, load)) for kind in kinds]
            for fault in coming:
                await asyncio.sleep(max(0.0, start + fault.at_s - _now()))
                await self._break(fault, start, outcome)
            await asyncio.sleep(max(0.0, start + self.seconds - _now()))
            for task in others:
                task.cancel()
        self.elapsed_s = _now() - start
        self._judge(load, outcome)
        outcome.complaints += self.stage.complaints

    async def _break(self, fault: Planned, start: float, outcome: Outcome) -> None:
        at, before = _now(), self.stage.ledger.acked
        done = False
        try:
            done = await self.kinds[fault.name](self.stage)
        except services.NotReady as error:
            outcome.complaints.append(f"after `{fault.name}`: {error}")
        self.happened[fault.name] += done
        over = _now()
        if not await self.stage.crosses():
            waited = f"{faults.CROSSES_WITHIN_S:.0f} s"
            outcome.complaints.append(f"`{fault.name}`: not all servers were themselves again after {waited}")
            # So that the rest of the run proves something.
            await faults.all_servers_killed(self.stage)
            await self.stage.crosses()
        self.tell(
            f"  {at - start:5.1f} s: {fault.name}{'' if done else ', which did not happen'}, "
            f"over after {over - at:.1f} s, all well {_now() - over:.1f} s later ({before} acked before)"
        )

    async def _disturb_clients(self, load: Load) -> None:
        counts, random = load.weather.counts, self.stage.random
        while True:
            await asyncio.sleep(random.uniform(0.5, 1.5) * CLIENT_FAULT_EVERY_S)
            seat = random.choice([seat for seat in load.seats if seat.door is None])
            match random.randrange(3):
                case 0:
                    counts["clients that said goodbye"] += await seat.leave()
                case 1:
                    counts["clients that broke off"] += seat.reset()
                case _:
                    seat.paused_until = _now() + random.uniform(*SLOW_READER_S)
                    counts["clients that read slowly"] += 1

    async def _stray(self, kind: str, load: Load) -> None:
        def choose() -> str:
            return self.stage.random.choice(self.stage.servers).url

        author = self.stage.random.choice(load.authors)
        await stray(kind, choose, author.seat.token, author.stream, load.weather, self.stage.random)

    def _judge(self, load: Load, outcome: Outcome) -> None:
        wanted, acked = round(self.seconds * ACKED_PER_S_MIN), self.stage.ledger.acked
        if acked < wanted:
            outcome.complaints.append(f"too few: {acked} in {self.elapsed_s:.0f} s, at least {wanted} wanted")
        for name, number in self.planned.items():
            if self.happened[name] < number:
                outcome.complaints.append(
                    f"`{name}` was planned {number} times, and came {self.happened[name]}"
                )
        met = load.weather
        if self.planned["server restarted"] and not met.closings[str(RESTARTING)]:
            outcome.complaints.append(f"a server restarted, and told nobody so ({RESTARTING})")
        outcome.complaints += [f"`{name}` never happened" for name in MUST_HAPPEN if not met.counts[name]]


def _report(outcome: Outcome, disturbance: Disturbance, verified: str, tell: Tell) -> None:
    stage, weather = disturbance.stage, outcome.weather
    tell(f"  {disturbance.elapsed_s:.0f} s, {len(stage.ledger.commands)} commands")
    for title, counts in (
        ("faults", disturbance.happened),
        ("clients", weather.counts),
        ("closed", weather.closings),
        ("refused", stage.ledger.refusals),
    ):
        tell(f"  {title}: {', '.join(f'{name} {number}' for name, number in sorted(counts.items()))}")
    for error, number in _logged(stage).most_common(8):
        tell(f"  the server logged {number} times: {error}")
    tell(f"  {(verified.splitlines() or ['verify said nothing'])[-1]}")
    for line in (*outcome.verdict.told, *outcome.verdict.others[:20], *outcome.complaints):
        tell(f"  WRONG: {line}")
    tell(outcome.verdict.line)


def _logged(stage: Stage) -> Counter[str]:
    """The last lines of the tracebacks in the servers' logs."""
    errors: Counter[str] = Counter()
    for server in stage.servers:
        lines = server.machine.log.read_text(errors="replace").splitlines()
        for line, following in pairwise(lines):
            if line.startswith("    ") and following and following[0] not in " T":
                errors[following[:120]] += 1
    return errors


def _now() -> float:
    return asyncio.get_running_loop().time()
