"""Plays a file: a bounded number of negotiations at once, each by two people of the demo's pool."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from negotiation_hub.replay import completion
from negotiation_hub.replay.client import Broken, Person, Refused, Site, Unreachable
from negotiation_hub.replay.player import Outcome, play
from negotiation_hub.replay.recording import NotARecording, Recording
from negotiation_hub.replay.report import Report

POOL: Final = 40  # demo people a side

Line = Recording | NotARecording
Say = Callable[[str], None]


@dataclass
class Pool:
    """Demo people, signed in when they are first needed."""

    site: Site
    people: dict[str, asyncio.Task[Person]] = field(default_factory=dict)

    async def pair(self, number: int) -> tuple[Person, Person]:
        """The buyer and the seller of the negotiation with this number. Raises Unreachable."""
        seat = number % POOL + 1
        return await self._person(f"buyer-{seat}"), await self._person(f"seller-{seat}")

    async def _person(self, key: str) -> Person:
        if key not in self.people:
            self.people[key] = asyncio.create_task(self.site.sign_in(key))
        return await self.people[key]


class Run:
    """One replay of one file against one server."""

    def __init__(self, site: Site, *, complete: int, complain: Say) -> None:
        self.site = site
        self.pool = Pool(site)
        self.report = Report()
        self.to_complete = complete
        self.complain = complain

    async def play(self, lines: Iterator[Line], *, parallel: int) -> Report:
        """Plays the lines, `parallel` at once. Raises Unreachable before anything is played."""
        await self.pool.pair(0)
        numbered = enumerate(
            lines
        )  # shared: each worker takes the next line, so only those in play are in memory
        async with asyncio.TaskGroup() as group:
            for _ in range(parallel):
                group.create_task(self._work(numbered))
        return self.report

    async def _work(self, numbered: "enumerate[Line]") -> None:
        for number, line in numbered:
            if isinstance(line, NotARecording):
                self.report.add_broken()
                self.complain(str(line))
                continue
            outcome = await self._play(number, line)
            if outcome.deal is not None and not outcome.wrong:
                await self._complete(outcome)
            self.report.add(outcome)
            for wrong in outcome.wrong[:1]:
                self.complain(f"{outcome.uuid}: {wrong}")

    async def _play(self, number: int, recorded: Recording) -> Outcome:
        try:
            return await play(self.site, recorded, *await self.pool.pair(number))
        except Unreachable as error:
            return Outcome(recorded.uuid, wrong=[str(error)])

    async def _complete(self, outcome: Outcome) -> None:
        deal = outcome.deal
        if self.to_complete <= 0 or deal is None:
            return
        self.to_complete -= 1
        try:
            await completion.complete(self.site, deal)
            self.report.completed += 1
        except (Broken, Refused) as error:
            outcome.wrong.append(f"not completed: {error}")


async def replay(url: str, lines: Iterator[Line], *, parallel: int, complete: int, complain: Say) -> Report:
    """Plays recorded negotiations against a running demo. Raises Unreachable."""
    site = Site(url, connections=parallel + 10)
    try:
        return await Run(site, complete=complete, complain=complain).play(lines, parallel=parallel)
    finally:
        await site.close()
