"""What somebody who searches means: words, phrases in quotes, the beginning of the last word.

A stream's words are indexed with the stream's own key in front of each (`key_of`): whoever asks for the
words of some streams reads nothing of others, and takes no longer for what is said there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from negotiation_hub.kernel.limits import BEGINNING_CHARS_MIN, ROOM_SEARCH_WORDS_MAX, SEARCH_CHARS_MAX
from negotiation_hub.kernel.text import shown_only
from negotiation_hub.kernel.words import words
from rooms.search import blind

_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_PIECES: Final = re.compile(r'"(?P<quoted>[^"]*)(?P<closed>"?)|(?P<bare>[^\s"]+)')

Term = tuple[str, ...]  # words that stand side by side: of a phrase in quotes, or of one such as DP-6


@dataclass(frozen=True, slots=True)
class Query:
    """All terms must be there. `open`: the last word may be the beginning of one."""

    terms: tuple[Term, ...]
    open: bool

    @property
    def words(self) -> Term:
        """All words in their order."""
        return tuple(word for term in self.terms for word in term)


class Phrase(NamedTuple):
    """Words side by side; `open`: the last of them may go on."""

    words: Term
    open: bool


class Step(NamedTuple):
    """One rank of hits: what must be there, all of it, and what must not since it has a higher rank."""

    rank: int
    wanted: tuple[Phrase, ...]
    unless: tuple[tuple[Phrase, ...], ...]


def parse(text: str) -> Query | None:
    """The query of a search box; None when there is no word in it. No text raises."""
    terms: list[Term] = []
    left, is_open = ROOM_SEARCH_WORDS_MAX, False
    for piece in _PIECES.finditer(shown_only(text[:SEARCH_CHARS_MAX]).translate(_QUOTES)):
        term = tuple(words(piece["bare"] or piece["quoted"] or "")[:left])
        if term:
            terms.append(term)
            left, is_open = left - len(term), not piece["closed"]
    if not terms:
        return None
    return Query(tuple(terms), is_open and len(terms[-1][-1]) >= BEGINNING_CHARS_MIN)


def steps(query: Query) -> Iterator[Step]:
    """The ranks of what is found, best first: side by side before apart, whole words before beginnings."""
    together = (Phrase(query.words, open=False),)
    going_on = (Phrase(query.words, open=True),)
    *firsts, last = query.terms
    several = bool(firsts)
    yield Step(3, together, ())
    if query.open:
        yield Step(2, going_on, (together,))
    higher = going_on if query.open else together
    apart = (*(Phrase(term, open=False) for term in firsts), Phrase(last, open=False))
    if several:
        yield Step(1, apart, (higher,))
    if several and query.open:
        yield Step(0, (*apart[:-1], Phrase(last, open=True)), (going_on, apart))


def key_of(stream: int) -> str:
    """What stands in front of each word of a stream: its number, and a letter that no number has."""
    return f"{stream:x}z"


def for_sqlite(step: Step, streams: Sequence[int]) -> str:
    """A step as FTS5 reads it. Words have no quotes, so nothing in them means anything."""

    def clear(one: Phrase, stream: int) -> str:
        key = key_of(stream)
        return '"' + " ".join(key + word for word in one.words) + '"' + ("*" if one.open else "")

    def sealed(version: tuple[list[str], str]) -> str:
        side_by_side, begun = version
        parts = ['"' + " ".join(side_by_side) + '"'] if side_by_side else []
        return "(" + " AND ".join([*parts, *([f'"{begun}"'] if begun else [])]) + ")"

    def phrase(one: Phrase, stream: int) -> str:
        return "(" + " OR ".join([clear(one, stream), *map(sealed, _blind(one, stream))]) + ")"

    def of(phrases: Sequence[Phrase], stream: int) -> str:
        return "(" + " AND ".join(phrase(one, stream) for one in phrases) + ")"

    def one(stream: int) -> str:
        unless = " OR ".join(of(phrases, stream) for phrases in step.unless)
        return f"({of(step.wanted, stream)} NOT ({unless}))" if unless else of(step.wanted, stream)

    return " OR ".join(one(stream) for stream in streams)


def for_postgresql(step: Step, stream: int) -> str:
    """The same as a `tsquery`, of one stream."""
    key = key_of(stream)

    def clear(one: Phrase) -> str:
        return "(" + " <-> ".join(f"'{key}{word}'" for word in one.words) + (":*)" if one.open else ")")

    def sealed(version: tuple[list[str], str]) -> str:
        side_by_side, begun = version
        parts = ["(" + " <-> ".join(f"'{word}'" for word in side_by_side) + ")"] if side_by_side else []
        return "(" + " & ".join([*parts, *([f"'{begun}'"] if begun else [])]) + ")"

    def phrase(one: Phrase) -> str:
        return "(" + " | ".join([clear(one), *map(sealed, _blind(one, stream))]) + ")"

    def of(phrases: Sequence[Phrase]) -> str:
        return "(" + " & ".join(phrase(one) for one in phrases) + ")"

    return " & !".join([of(step.wanted), *(of(phrases) for phrases in step.unless)])


def _blind(one: Phrase, stream: int) -> Iterator[tuple[list[str], str]]:
    """The phrase in what is sealed: whole words side by side and a beginning, for each key of the ring."""
    whole = one.words[:-1] if one.open else one.words
    begun = blind.beginnings(stream, one.words[-1]) if one.open else []
    side_by_side = blind.words(stream, whole) if whole else [[] for _ in begun]
    yield from zip(side_by_side, begun or [""] * len(side_by_side), strict=True)
