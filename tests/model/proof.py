"""Many generated negotiations against one server: how many differ from the model, and where."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from negotiation_hub.replay.client import Broken, Refused, Site
from negotiation_hub.replay.run import Pool
from tests import services
from tests.live.server import LiveServer, live_server
from tests.model.play import Game
from tests.model.seat import Differs

SEED = 20_261
PLANTS = ("accept-stale", "revive")


@dataclass
class Verdict:
    """What a run came to."""

    played: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def line(self, database: str) -> str:
        """The one line that is printed."""
        told, counts = "", self.counts
        told += (
            f"{counts['commands']:,} commands ({counts['ack']:,} acknowledged, {self.refused():,} refused, "
        )
        told += f"{counts['faulty']:,} repeated, reordered or cut), {counts['races']:,} races, "
        told += f"{counts['expired']:,} offers expired, {counts['agreed']:,} agreements"
        return (
            f"model on {database}: {self.played:,} negotiations, {told}: {len(self.differences)} differences"
        )

    def refused(self) -> int:
        """Commands that were refused."""
        return sum(number for code, number in self.counts.items() if "." in code)


async def prove(
    url: str,
    *,
    first: int = 0,
    count: int,
    parallel: int,
    seed: int = SEED,
    plant: str = "",
    complain: Callable[[str], None],
) -> Verdict:
    """Plays `count` negotiations of the seed, from the number `first` on."""
    site, verdict = Site(url, connections=parallel + 10), Verdict()
    pool, numbers = Pool(site), iter(range(first, first + count))

    async def work() -> None:
        for number in numbers:
            game = Game(site, Random(f"{seed}/{number}"), plant)
            try:
                await game.play(*await pool.pair(number))
            except (Differs, Broken, Refused) as error:
                room = getattr(game, "room", "no room")
                verdict.differences.append(f"negotiation {number} of seed {seed} ({room}): {error}")
                complain(verdict.differences[-1])
            verdict.played += 1
            verdict.counts += game.counts
            verdict.counts["agreed"] += game.model.agreement is not None

    try:
        await pool.pair(first)  # a server that is not there is said once
        async with asyncio.TaskGroup() as group:
            for _ in range(parallel):
                group.create_task(work())
    finally:
        await site.close()
    return verdict


@contextmanager
def server(database: str) -> Iterator[LiveServer]:
    """A throw-away server on a throw-away database. Raises services.Missing."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hub-model-")))
        url = ""
        if database == "postgres":
            url = stack.enter_context(services.postgres()).create_database()
        yield stack.enter_context(live_server(folder, database_url=url))
