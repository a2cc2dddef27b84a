"""Who is here: the people whose sockets have a stream open, in this process and in the others.

A state and not a sequence of signs: each notice names everybody, so a lost one is made good by the next. It
is never stored. What a process said of a stream counts until it says something else, or falls silent.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from negotiation_hub.kernel import limits, wire
from negotiation_hub.kernel.layer import EVERYBODY

People = frozenset[str]


@dataclass
class Presence:
    """What the hub keeps of who is here.

    `here` tells the people of this process, `give` sends a frame to its sockets, `publish` tells the other
    processes; it is None where there are none.
    """

    here: Callable[[str], Iterable[str]]
    give: Callable[[str, str], None]
    publish: Callable[[str, dict[str, Any]], None] | None = None
    now: Callable[[], float] = time.monotonic
    _elsewhere: dict[str, dict[str, People]] = field(default_factory=dict)  # by process, where not empty
    _heard: dict[str, float] = field(default_factory=dict)  # when each process last said anything
    _due: set[str] = field(default_factory=set)  # streams to be told of
    _asked: set[str] = field(default_factory=set)  # streams of which the others have said who is there
    _turn: list[str] = field(default_factory=list)  # streams whose people are yet to be said again

    def changed(self, name: str) -> None:
        """Somebody came or went: told once for all that happen within PRESENCE_INTERVAL_S."""
        if name not in self._due:
            self._due.add(name)
            asyncio.get_running_loop().call_later(limits.PRESENCE_INTERVAL_S, self._tell, name)

    def heard(self, origin: str, name: str, people: list[str], asked: bool) -> None:
        """Another process says who is there; `asked`: it wants to know who is here."""
        self._heard[origin] = self.now()
        if not (here := self._here(name)):
            self._elsewhere.pop(name, None)  # nobody here to tell: whoever comes first asks
            return
        known = self._elsewhere.setdefault(name, {})
        before = known.pop(origin, frozenset())
        if people:
            known[origin] = frozenset(people)
        if not known:
            del self._elsewhere[name]
        if asked:
            self._say(name, here, ask=False)
        if before != frozenset(people):
            self._give(name, here)

    def repeat(self, streams: Iterable[str]) -> None:
        """Says again, for some of the open streams at a time, who is here, and forgets silent processes."""
        if self.publish is None:
            return
        self._say(EVERYBODY, frozenset(), ask=False)  # that we are alive
        if not self._turn:
            self._turn = list(streams)
        for name in self._turn[: limits.PRESENCE_REPEATS]:
            if here := self._here(name):
                self._say(name, here, ask=False)
        del self._turn[: limits.PRESENCE_REPEATS]
        gone = {origin for origin, at in self._heard.items() if self.now() - at > limits.PRESENCE_SILENCE_S}
        for origin in gone:
            for name in [name for name, known in self._elsewhere.items() if origin in known]:
                self.heard(origin, name, [], asked=False)
            del self._heard[origin]

    def _tell(self, name: str) -> None:
        self._due.discard(name)
        if here := self._here(name):
            self._give(name, here)
            self._say(name, here, ask=name not in self._asked)
            self._asked.add(name)
        else:
            self._elsewhere.pop(name, None)  # nobody here to tell
            self._asked.discard(name)
            self._say(name, here, ask=False)

    def _here(self, name: str) -> People:
        return frozenset(self.here(name))

    def _give(self, name: str, here: People) -> None:
        everybody = here.union(*self._elsewhere.get(name, {}).values())
        shown = list(islice(sorted(everybody), limits.PRESENCE_PEOPLE_MAX))
        self.give(name, wire.presence(name, shown, len(everybody)))

    def _say(self, name: str, here: People, *, ask: bool) -> None:
        if self.publish is not None:
            self.publish(name, {"people": list(here), "ask": ask})
