"""How elements become one board, whoever sent them in whatever order: the last writer wins. Pure.

The browser has the same rule in `frontend/src/board/merge.ts`.
"""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar


class Stamp(NamedTuple):
    """What decides between two contents of one element."""

    version: int
    nonce: int


K = TypeVar("K")


def wins(new: Stamp, old: Stamp | None) -> bool:
    """Whether `new` takes the place of `old`: the higher version, then the lower nonce."""
    return old is None or new.version > old.version or (new.version == old.version and new.nonce < old.nonce)


def newest(stamped: Iterable[tuple[str, Stamp, K]], held: dict[str, Stamp]) -> dict[str, K]:
    """Of many contents, by the element's id, those that win over what is held and over each other."""
    now, won = dict(held), dict[str, K]()
    for name, stamp, item in stamped:
        if wins(stamp, now.get(name)):
            now[name] = stamp
            won.pop(name, None)  # the order in which they won
            won[name] = item
    return won


def pile(index: str, name: str) -> tuple[bool, str, str]:
    """Sorts elements from the lowest to the highest; what says nothing of its place lies on top."""
    return (not index, index, name)
