"""Transfers of bought files that run in this process: they end within seconds when the file is taken back.

One query every `DOWNLOAD_LOOK_S` asks for all of them. It needs no message from the process that took the
file back, so it holds for any number of processes, and for a database that was changed by hand.
"""

import asyncio
import logging
from collections import Counter
from typing import Final
from uuid import UUID

from django.db import DatabaseError

from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.threads import in_service
from orders.services import over

log = logging.getLogger(__name__)


class _Running:
    """Which grants are being transferred, how many times, and which of them must end."""

    def __init__(self) -> None:
        self.grants: Counter[UUID] = Counter()
        self.over: set[UUID] = set()
        self._looking: asyncio.Task[None] | None = None

    def begin(self, grant_id: UUID) -> None:
        self.grants[grant_id] += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())

    def end(self, grant_id: UUID) -> None:
        self.grants[grant_id] -= 1
        if self.grants[grant_id] <= 0:
            del self.grants[grant_id]
            self.over.discard(grant_id)

    async def _look(self) -> None:
        while self.grants:
            await asyncio.sleep(limits.DOWNLOAD_LOOK_S)
            try:
                found = await in_service(over, list(self.grants), clock.now())
            except DatabaseError as error:
                log.warning("whether transfers must end cannot be asked: %r", error)
            else:
                self.over = found


_running: Final = _Running()


class GrantGuard:
    """Ends the transfer of a grant's file."""

    def __init__(self, grant_id: UUID) -> None:
        self._grant_id = grant_id

    def begin(self) -> None:
        """The transfer begins."""
        _running.begin(self._grant_id)

    def over(self) -> bool:
        """Whether the file was taken back, or its time is over."""
        return self._grant_id in _running.over

    def end(self) -> None:
        """The transfer has ended."""
        _running.end(self._grant_id)
