"""What events say, sealed at rest: all but the kinds in `clear` of the kinds of streams in `streams`.

Terms, approvals, limits are sealed so. What people say stands in the search in its own words, and is kept as
it was said. The chain is over what an event says, sealed or not, so sealing it anew changes nothing that is
proven.
"""

from typing import Final
from uuid import UUID

from negotiation_hub.kernel import crypto, sealed

# The apps that own them name them when they are ready.
streams: set[str] = set()
clear: set[str] = set()
_PURPOSE: Final = "event"


def seal(stream: UUID | str, seq: int, content: str) -> str:
    """The content of an event as the table has it."""
    return sealed.seal_text(_PURPOSE, content, _place(stream, seq))


def opened(stream: UUID | str, seq: int, content: str | None, *, damaged: str | None = None) -> str | None:
    """What an event says, of what the table has; None once it was redacted.

    Raises crypto.BadSeal for what was changed or moved, unless there is something to say instead (`damaged`).
    """
    if content is None or not content.startswith(sealed.MARK):
        return content
    try:
        return sealed.open_text(_PURPOSE, content, _place(stream, seq))
    except crypto.BadSeal:
        if damaged is None:
            raise
        return damaged


def is_old(kind: str, content: str, key_id: str) -> bool:
    """Whether an event of such a stream waits to be sealed, or to be sealed by this key."""
    if content.startswith(sealed.MARK):
        return not sealed.is_current(content, key_id)
    return kind not in clear


def _place(stream: UUID | str, seq: int) -> str:
    return f"kernel_event.content:{stream}:{seq}"
