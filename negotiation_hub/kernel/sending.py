"""Sending a long file piece by piece, on every kind of server."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from django.http import StreamingHttpResponse


class Sent(StreamingHttpResponse):
    """A download that no shared cache keeps. Never in memory as a whole, however long it is."""

    def __init__(self, pieces: Iterator[bytes], *, name: str, media: str) -> None:
        super().__init__(pieces, content_type=media)
        self["Content-Disposition"] = f'attachment; filename="{name}"'
        self["Cache-Control"] = "private, no-store"
        self["X-Content-Type-Options"] = "nosniff"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Django would collect a synchronous iterator in memory before it sends the first byte."""
        pieces = iter(self)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece
