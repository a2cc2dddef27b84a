"""The people of a soak: the measurements' own client, which also remembers what it said and was given."""

import asyncio
import itertools
import re
import time
from collections.abc import Sequence
from typing import Final

from bench.job import Seat
from bench.sockets import HubClient, Traffic
from tests.soak.judge import Taken

_LONG_CHARS: Final = 7_900
# Three bytes each, so that such a message is an event of 47 kB, with its HTML. It means nothing to Markdown:
# what the server remembers of texts that it has rendered is not to be taken for what it keeps for readers.
_PADDING: Final = "€"
_MESSAGE: Final = re.compile(rb'"text":"#T(\d{19})n(\d{8})s')
_ACK: Final = b'{"t":"ack","id":"'
_NUMBER_END: Final = len(_ACK) + 8


class Person(HubClient):
    """Keeps the numbers of what was said, of what was acknowledged, and each message that was given."""

    def __init__(self, seat: Seat, index: int, traffic: Traffic) -> None:
        super().__init__(seat, index, traffic)
        self.said: list[int] = []
        self.answered: list[int] = []
        self.took: list[Taken] = []
        self.given_bytes = 0

    def wrap(self, text: str) -> str:
        self.said.append(self.traffic.sent)
        return super().wrap(text)

    def deliver(self, data: bytes) -> bool:
        taken, now_ns = self.taken, time.monotonic_ns()
        self.given_bytes += len(data)
        super().deliver(data)
        if self.taken != taken:
            self.took += [(int(number), int(at), now_ns) for at, number in _MESSAGE.findall(data)]
        return True

    def signal(self, data: bytes) -> None:
        if data.startswith(_ACK):
            self.answered.append(int(data[len(_ACK) : _NUMBER_END], 16))
        super().signal(data)


class Writer(Person):
    """Says long things, until it is told to be brief."""

    brief = False

    def wrap(self, text: str) -> str:
        return super().wrap(text if self.brief else f"{text} ".ljust(_LONG_CHARS, _PADDING))


async def talk(people: Sequence[Person], every_s: float) -> None:
    """Each says something every so many seconds, evenly one after the other, by the clock; never ends."""
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    for number in itertools.count():
        await asyncio.sleep(max(0.0, start_s + number * every_s / len(people) - loop.time()))
        person = people[number % len(people)]
        if not person.gone.done():
            person.say()
