"""The course of a run: people take their seats, write while they are disturbed, calm down, and are judged."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from negotiation_hub.replay.client import Broken, Person, Site
from tests.chaos.forger import forged
from tests.chaos.history import event_of
from tests.chaos.judge import History, Verdict, judge
from tests.chaos.ledger import Ledger
from tests.chaos.load import Load, Size
from tests.chaos.seat import Seat
from tests.chaos.weather import Weather

ANSWERED_WITHIN_S: Final = 60.0  # after the load, with no fault under way
CAUGHT_UP_WITHIN_S: Final = 240.0  # one listener begins at 1, in all rooms at once
ROOMS_AT_ONCE: Final = 4  # that are read over REST
LOOK_S: Final = 0.1
FULL_SIZE: Final = Size()


@dataclass(frozen=True)
class Wish:
    """What is asked for. `plant` names a fault that a server might have."""

    seed: int
    plant: str = ""
    size: Size = FULL_SIZE
    haggle_every_s: float = 1.0
    mistreated: float = 0.005  # share of the frames that are dropped, of those doubled, of commands repeated


@dataclass
class Outcome:
    """What came of it; `complaints` are reasons to fail beside what the judge counts."""

    verdict: Verdict = field(default_factory=Verdict)
    weather: Weather = field(default_factory=lambda: Weather(()))
    complaints: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether the proof holds."""
        return self.verdict.is_clean and not self.complaints


Disturb = Callable[[Load, Outcome], Awaitable[None]]


async def run(urls: Sequence[str], ledger: Ledger, wish: Wish, disturb: Disturb) -> Outcome:
    """Loads running servers for as long as `disturb` takes, and judges what they made of it."""
    random = Random(f"{wish.seed}/people")
    share = wish.mistreated
    sockets = [url.replace("http", "ws", 1) + "/ws/" for url in urls]
    weather = Weather(sockets, dropped=share, doubled=share, repeated=share)
    outcome, over = Outcome(weather=weather), asyncio.Event()
    load = Load(weather, ledger, random, running=lambda: not over.is_set())
    load.haggle_every_s = wish.haggle_every_s
    sites = [Site(url) for url in urls]
    try:
        await load.furnish(sites[0], wish.size)
        async with forged(weather, wish.plant), asyncio.TaskGroup() as group:
            people = [group.create_task(seat.run()) for seat in load.seats]
            people += [group.create_task(load.write(author)) for author in load.authors]
            people += [group.create_task(load.haggle(pair)) for pair in load.hagglers]
            await disturb(load, outcome)
            over.set()
            weather.clear_up()
            await _calm_down(load, outcome)
            people.append(group.create_task(_witness(load).run()))
            await _catch_up(load, sites[0], outcome)
            for task in people:
                task.cancel()
        logs = await asyncio.gather(*(_logs(site, load.readers) for site in sites))
    finally:
        for site in sites:
            await site.close()
    others = [log for more in logs[1:] for log in more]
    outcome.verdict = judge(ledger.commands.values(), [*_histories(load.seats), *others], logs[0])
    outcome.complaints += [f"{what} ({number} times)" for what, number in weather.problems.items()]
    return outcome


def _witness(load: Load) -> Seat:
    """Somebody who comes at the very end and reads everything."""
    person = next(iter(load.readers.values()))
    witness = Seat("witness", person.token, list(load.readers), load.weather, load.ledger, load.random)
    load.seats.append(witness)
    return witness


async def _calm_down(load: Load, outcome: Outcome) -> None:
    """Waits until every command is answered."""
    unanswered: list[str] = []

    def nothing_waits() -> bool:
        unanswered[:] = [id for seat in load.seats for id in seat.waiting]
        return not unanswered

    if not await _until(nothing_waits, ANSWERED_WITHIN_S):
        outcome.complaints.append(f"{len(unanswered)} commands were never answered, {unanswered[0]} is one")


async def _catch_up(load: Load, site: Site, outcome: Outcome) -> None:
    """Everyone connects anew and reads what they lack."""
    try:
        pages = {
            room: await site.get(p, f"/rooms/{room}/events", limit=1) for room, p in load.readers.items()
        }
    except Broken as error:
        outcome.complaints.append(f"the heads could not be read: {error}")
        return
    heads = {room: int(page["head"]) for room, page in pages.items()}
    await asyncio.gather(*(seat.leave() for seat in load.seats))
    late: list[str] = []

    def all_are_whole() -> bool:
        late[:] = [seat.name for seat in load.seats if not seat.whole(heads)]
        return not late

    if not await _until(all_are_whole, CAUGHT_UP_WITHIN_S):
        outcome.complaints.append(f"{len(late)} listeners did not catch up: {', '.join(late[:10])}")


async def _until(condition: Callable[[], bool], within_s: float) -> bool:
    """Waits for it. False when the time is up."""
    deadline = asyncio.get_running_loop().time() + within_s
    while not condition():
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(LOOK_S)
    return True


async def _logs(site: Site, readers: dict[str, Person]) -> list[History]:
    turns = asyncio.Semaphore(ROOMS_AT_ONCE)

    async def read(room: str, person: Person) -> History:
        async with turns:
            return History(site.url, room, [event_of(event) for event in await site.events(person, room)])

    return await asyncio.gather(*(read(room, person) for room, person in readers.items()))


def _histories(seats: Iterable[Seat]) -> list[History]:
    return [
        History(
            f"{seat.name} (seat {number})", stream, [copy.events[n] for n in sorted(copy.events)], copy.seen
        )
        for number, seat in enumerate(seats)
        for stream, copy in seat.copies.items()
    ]
