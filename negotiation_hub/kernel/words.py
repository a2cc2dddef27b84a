"""What a search takes for a word, and which words are the same: alike for what is found and what is asked.

Letters and digits, and the marks on them. Accents and case fall off, and what is one sign for several (m³,
ﬁ, ㎏) counts as those. Scripts that write without spaces have no words to split at: there each character is
one.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from negotiation_hub.kernel.limits import WORD_CHARS_MAX

# Letters and digits, and the marks on them, which some scripts cannot do without.
_PART_OF_WORDS: Final = frozenset("LNM")
_ACCENTS: Final = range(0x300, 0x370)
_VOICED: Final = range(0x3099, 0x309B)  # the same on kana
_BY_ITSELF: Final = (
    range(0x3040, 0x3100),  # hiragana, katakana
    range(0x3400, 0x4DC0),  # ideographs
    range(0x4E00, 0xA000),
    range(0xF900, 0xFB00),
    range(0x20000, 0x32000),
)
_RUNS: Final = re.compile("c|w+")


class Span(NamedTuple):
    """A word, and where in the text it stands."""

    start: int
    end: int
    word: str


def is_part(char: str) -> bool:
    """Whether a character belongs to words."""
    return unicodedata.category(char)[0] in _PART_OF_WORDS


def parted(text: str) -> list[str]:
    """The words of a text as they are written, in their order."""
    return "".join(char if is_part(char) else " " for char in text).split()


def words(text: str) -> list[str]:
    """The words of a text without accents and case, in their order; of a very long one the beginning."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_FOLDED)
    return [word[:WORD_CHARS_MAX] for word in plain.split()]


def spans(text: str) -> Iterator[Span]:
    """The same words with their places. A sign that stands for several words is the place of all of them."""
    for found in _RUNS.finditer(text.translate(_MASK)):
        for word in words(text[found.start() : found.end()]):
            yield Span(found.start(), found.end(), word)


def _stands_alone(code: int) -> bool:
    return any(code in these for these in _BY_ITSELF)


class _Folded(dict[int, str]):
    """What becomes of each character; filled as characters come, and so at most as large as Unicode."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if code in _ACCENTS or code in _VOICED:
            made = ""
        elif not is_part(char):
            made = " "
        else:
            made = f" {char} " if _stands_alone(code) else char
        self[code] = made
        return made


class _Mask(dict[int, str]):
    """A letter for each character: w in a word, c a word by itself, a space between words."""

    def __missing__(self, code: int) -> str:
        if _stands_alone(code) and is_part(chr(code)):
            made = "c"
        else:
            made = "w" if any(is_part(char) for char in unicodedata.normalize("NFKD", chr(code))) else " "
        self[code] = made
        return made


_FOLDED: Final = _Folded()
_MASK: Final = _Mask()
