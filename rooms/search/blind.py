"""Words of what is sealed, as the search keeps them: keyed hashes, by which nobody reads what was offered.

A word, and each of its beginnings, has a token of its own in each stream. Words stand side by side as they do
in the text, so phrases are found; beginnings stand behind all words, so they are found anywhere in the text.
"""

from collections.abc import Sequence
from typing import Final

from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.limits import BEGINNING_CHARS_MIN

_PURPOSE: Final = "rooms.search"
_TOKEN_BYTES: Final = 10  # 80 bits: no two words of a stream meet by chance
_BEGINNING_CHARS_MAX: Final = 12  # of a longer word, what is typed beyond this finds it once it is whole


def tokens(stream: int, found: Sequence[str]) -> list[list[str]]:
    """What stands for the words of a text, for each key of the ring, newest first."""
    beginnings = sorted({word[:size] for word in found for size in _sizes(word)})
    whole, begun = [_words(stream, word) for word in found], [_begun(stream, one) for one in beginnings]
    return [list(row) for row in zip(*whole, *begun, strict=True)]


def words(stream: int, wanted: Sequence[str]) -> list[list[str]]:
    """The tokens of whole words that stand side by side, for each key of the ring, newest first."""
    return [list(row) for row in zip(*(_words(stream, word) for word in wanted), strict=True)]


def beginnings(stream: int, wanted: str) -> list[str]:
    """The token of a beginning, for each key of the ring, newest first."""
    return _begun(stream, wanted)


def _sizes(word: str) -> range:
    return range(BEGINNING_CHARS_MIN, min(len(word), _BEGINNING_CHARS_MAX) + 1)


def _words(stream: int, word: str) -> list[str]:
    # Letters that no number of a stream has keep them apart from clear words (z) and from each other.
    return [f"{stream:x}y{digest}" for digest in _digests(f"{stream}:word:{word}")]


def _begun(stream: int, beginning: str) -> list[str]:
    return [f"{stream:x}x{digest}" for digest in _digests(f"{stream}:begun:{beginning}")]


def _digests(text: str) -> list[str]:
    return [digest[:_TOKEN_BYTES].hex() for digest in crypto.blinds(_PURPOSE, text.encode())]
