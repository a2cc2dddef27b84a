"""Events that change what people may do where they are told.

Most events change nothing of the kind, so an encoded one is asked for its kind alone. An app that has such
events names them when it is ready.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import orjson

_KIND: Final = '"kind":"'
_BEGINNING: Final = (
    80  # characters of an encoded event in which its kind stands: behind a number of 16 digits
)

# By kind: the key of the body that names whom the stream ends for; empty where it ends for nobody.
kinds: dict[str, str] = {}


class Turn(NamedTuple):
    """After this event everybody there is looked up again. `gone` is who is told nothing more, if anybody."""

    gone: str


def parts(encoded: Sequence[str]) -> Iterator[tuple[Sequence[str], Turn | None]]:
    """Events, encoded already, in their order, cut behind each of those that change what people may do."""
    start = 0
    for place, text in enumerate(encoded):
        if (turn := _turn(text)) is not None:
            yield encoded[start : place + 1], turn
            start = place + 1
    if start == 0:
        yield encoded, None  # nearly always
    elif start < len(encoded):
        yield encoded[start:], None


def ending() -> list[str]:
    """The kinds of events after which a stream is over for one person."""
    return [kind for kind, key in kinds.items() if key]


def whom(kind: str, body: dict[str, str]) -> str:
    """For whom an event of this kind ends its stream; empty for nobody."""
    return body.get(kinds.get(kind, ""), "")


def _turn(text: str) -> Turn | None:
    start = text.find(_KIND, 0, _BEGINNING) + len(_KIND)
    kind = text[start : text.find('"', start)]
    if (key := kinds.get(kind)) is None:
        return None
    return Turn(str(orjson.loads(text)["body"].get(key, "")) if key else "")
