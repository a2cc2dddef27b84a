"""The load: people in rooms who write as fast as they may, haggle, and listen."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from uuid import UUID

from negotiation_hub.replay.client import Person, Site
from tests.chaos.history import Copy
from tests.chaos.ledger import Command, Ledger
from tests.chaos.seat import Seat
from tests.chaos.weather import Weather

ROOMS: Final = 12
WRITERS: Final = 3  # a room: buyers and sellers of the demo's pool, 36 people in all
ROVERS: Final = 4  # people who listen in several rooms over one socket
ROVER_ROOMS: Final = 3
CROWD: Final = 12  # further sockets in the first room, of people who are there already
HAGGLED: Final = 4  # rooms with offers
WINDOW: Final = 6  # unanswered commands of an author who does not wait; every third does not
PACE: Final = 0.9  # of the rate limit
REPEATED_LATE: Final = 0.01  # of the commands are followed by one of long ago
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz     äñß€漢字🙂"
LONG_EVERY: Final = 150  # messages; such a one has some thousand characters
ROUNDS_EXHAUSTED: Final = "offer.rounds_exhausted"


@dataclass(frozen=True)
class Size:
    """How much of it: small runs are for tests."""

    rooms: int = ROOMS
    writers: int = WRITERS
    rovers: int = ROVERS
    crowd: int = CROWD
    haggled: int = HAGGLED


@dataclass
class Author:
    """One who writes. `window` is how many commands may be unanswered."""

    name: str
    seat: Seat
    stream: str
    window: int
    written: int = 0
    sent: list[Command] = field(default_factory=list)


@dataclass
class Load:
    """Everyone who takes part."""

    weather: Weather
    ledger: Ledger
    random: Random
    running: Callable[[], bool]
    seats: list[Seat] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    hagglers: list[tuple[Author, Author]] = field(default_factory=list)
    haggle_every_s: float = 1.0
    guards: list[Author] = field(default_factory=list)  # two at each server, in a room of their own
    readers: dict[str, Person] = field(default_factory=dict)  # of each room, for REST

    async def furnish(self, site: Site, size: Size) -> None:
        """Signs people in, opens rooms, seats everyone."""
        buyer, seller, moderator = [await site.sign_in(key) for key in ("buyer", "seller", "moderator")]
        for number in range(size.rooms):
            room = await self._open_room(site, buyer, seller, f"Pump {number}")
            for writer in range(size.writers):
                turn = number * size.writers + writer
                person = await site.sign_in(f"{('buyer', 'seller')[turn % 2]}-{turn // 2 + 1}")
                self._write(person, room, WINDOW if turn % 3 == 2 else 1)
        rooms = list(self.readers)
        for number in range(size.rovers):
            some = [rooms[(number * ROVER_ROOMS + n) % len(rooms)] for n in range(ROVER_ROOMS)]
            self._seat(await site.sign_in(f"buyer-{40 - number}"), sorted(set(some)))
        at_first = [author.seat for author in self.authors if author.stream == rooms[0]]
        for number in range(size.crowd):
            double = at_first[number % len(at_first)]
            self._seat(Person(double.name, double.token), rooms[:1]).is_lazy = number % 4 == 3
        self._seat(moderator, rooms)
        self._seat(moderator, rooms[:1])
        for room in rooms[: size.haggled]:
            pair = [author for author in self.authors if author.stream == room][:2]
            self.hagglers.append((pair[0], pair[1]))
        quiet = await self._open_room(site, buyer, seller, "Quiet")
        for door in [*range(len(self.weather.urls))] * 2:
            guard = await site.sign_in(f"seller-{40 - len(self.guards)}")
            self.guards.append(Author(guard.key, self._seat(guard, [quiet]), quiet, 1))
            self.guards[-1].seat.door = door

    async def _open_room(self, site: Site, buyer: Person, seller: Person, title: str) -> str:
        price = {"minor": 10_000, "currency": "USD"}
        made = await site.post(
            seller, "/listings", {"title": title, "description": "A pump.", "price": price}
        )
        room = str((await site.post(buyer, "/rooms", {"listing": made["id"]}))["id"])
        self.readers[room] = buyer
        return room

    def _seat(self, person: Person, streams: list[str]) -> Seat:
        random = Random(self.random.getrandbits(64))
        seat = Seat(person.key, person.token, streams, self.weather, self.ledger, random)
        self.seats.append(seat)
        return seat

    def _write(self, person: Person, stream: str, window: int) -> None:
        self.authors.append(Author(person.key, self._seat(person, [stream]), stream, window))

    # -- writing

    async def write(self, author: Author) -> None:
        """Messages, one after the other or a few at once, until the load ends."""
        unanswered: set[asyncio.Future[bool]] = set()
        pace = Pace()
        while self.running():
            await pace.wait(author.seat.limits)
            if not self.running():
                return
            command = self.compose(author, "message.send", text=self._text(author))
            unanswered.add(author.seat.submit(command))
            author.sent.append(command)
            if self.random.random() < REPEATED_LATE:
                self._repeat_an_old_one(author)
            while len(unanswered) >= author.window and self.running():
                _, unanswered = await asyncio.wait(unanswered, timeout=1, return_when=asyncio.FIRST_COMPLETED)

    async def haggle(self, pair: tuple[Author, Author]) -> None:
        """Offers, counters and refusals, until the load ends or the room has had all its versions."""
        while self.running():
            for author, side in zip(pair, ("buyer", "seller"), strict=True):
                command = self._bargain(author, side)
                if command is not None:
                    done = author.seat.submit(command)
                    while not done.done() and self.running():
                        await asyncio.wait({done}, timeout=1)
                    if command.refused == ROUNDS_EXHAUSTED:
                        return
                await asyncio.sleep(self.haggle_every_s)

    async def cross(self, within_s: float) -> bool:
        """Whether each server takes a message from its guard and gives it to all the others' in this time.

        Nothing else happens in their room, so that no later event shows them that they miss one.
        """
        said = [self.compose(guard, "message.send", text=self._text(guard)) for guard in self.guards]
        for guard, command in zip(self.guards, said, strict=True):
            guard.seat.submit(command)

        def is_heard(copy: Copy) -> bool:
            return all(command.acks and copy.last >= command.acks[0].seq for command in said)

        deadline = asyncio.get_running_loop().time() + within_s
        while not all(is_heard(guard.seat.copies[guard.stream]) for guard in self.guards):
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(0.05)
        return True

    def _bargain(self, author: Author, side: str) -> Command | None:
        """The next thing to do at this table. A stale answer is refused, which is an answer too."""
        author.written += 1
        copy = author.seat.copies[author.stream]
        standing, mark = copy.standing, f"{author.name} offer {author.written}"
        if standing is None:
            return self.compose(author, "offer.propose", offer=self._terms(mark), mark=mark)
        if standing.side == side:
            return None
        if self.random.random() < 0.3:
            answers = {"version": standing.version, "hash": standing.hash}
            return self.compose(author, "offer.decline", **answers, reason=mark, mark=mark)
        terms = self._terms(mark)
        return self.compose(author, "offer.counter", answers=standing.version, offer=terms, mark=mark)

    def compose(self, author: Author, tag: str, mark: str = "", **fields: Any) -> Command:
        """A command with an id of its own. Without a mark it is known by its text."""
        id = str(UUID(int=self.random.getrandbits(128), version=4))
        frame = json.dumps({"t": tag, "id": id, "stream": author.stream, **fields})
        return self.ledger.add(Command(id, author.stream, author.name, mark or fields["text"], frame))

    def _text(self, author: Author) -> str:
        author.written += 1
        longest = 6000 if self.random.randrange(LONG_EVERY) == 0 else 160
        words = "".join(self.random.choices(LETTERS, k=self.random.randrange(1, longest)))
        return f"{author.name} {author.written} {words}."

    def _repeat_an_old_one(self, author: Author) -> None:
        old = [command for command in author.sent[-200:] if command.acks]
        if old:
            author.seat.repeat(self.random.choice(old))

    def _terms(self, mark: str) -> dict[str, Any]:
        line = {"title": mark, "quantity": "5", "unit": "C62", "unit_price": self.random.randrange(1, 10_000)}
        return {
            "currency": "USD",
            "tax_basis": "none",
            "tax_rate_bp": 0,
            "expires_in_s": 3600,
            "packages": [{"lines": [line], "issues": []}],
        }


class Pace:
    """Nearly as fast as the server's limits allow: the rest is for what else a seat asks and repeats."""

    def __init__(self) -> None:
        self.tokens, self.seen = 0.0, 0.0

    async def wait(self, limits: dict[str, Any]) -> None:
        """Returns when the next command may be sent."""
        per_s, burst = PACE * limits.get("commands_per_s", 10), limits.get("commands_burst", 40)
        now = asyncio.get_running_loop().time()
        self.tokens = min(burst, self.tokens + (now - self.seen) * per_s) if self.seen else burst
        self.seen = now
        if self.tokens < 1:
            await asyncio.sleep((1 - self.tokens) / per_s)
            self.tokens, self.seen = 1.0, asyncio.get_running_loop().time()
        self.tokens -= 1
