"""What is shown of a hit: where in its text the words stand, in parts that were asked for or not. Pure.

Parts are plain text: whoever shows them marks the hits, and nothing in them is markup.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from negotiation_hub.kernel.limits import SNIPPET_CHARS
from negotiation_hub.kernel.text import shown_only
from negotiation_hub.kernel.words import Span, spans
from rooms.search.query import Query, Term

_BEFORE: Final = 40  # characters in front of the first hit that are shown
_LOOKED_AT: Final = 200  # places of hits, of which the best is shown
# Markdown's marks at the borders of words and lines: a reader of the message does not see them.
_LINE_MARKS: Final = re.compile(r"^[ \t]*(?:#{1,6}|>|[-*+])[ \t]+", re.MULTILINE)
_MARKS: Final = re.compile(r"(?<!\w)[*_`~]+(?=\w)|(?<=[\w.!?,;:)])[*_`~]+(?!\w)")


class Part(NamedTuple):
    """A piece of a snippet; `hit`: it is what was asked for."""

    text: str
    hit: bool


def snippet(text: str, query: Query) -> list[Part]:
    """About two lines of a text around what was asked for."""
    plain = shown_only(
        _MARKS.sub("", _LINE_MARKS.sub("", text)).replace("\n", " · " if "\n" in text else " ")
    )
    hits = _hits(list(spans(plain)), query)
    start = _start(plain, hits)
    end = min(len(plain), start + SNIPPET_CHARS)
    if end < len(plain) and (space := plain.rfind(" ", start + SNIPPET_CHARS // 2, end)) > 0:
        end = space
    parts = [Part("…", hit=False)] if start else []
    place = start
    for first, last in _joined(hits):
        first, last = max(first, place), min(last, end)  # noqa: PLW2901 - cut to what is shown
        if first >= last:
            continue
        parts += [Part(plain[place:first], hit=False), Part(plain[first:last], hit=True)]
        place = last
    parts += [Part(plain[place:end], hit=False), Part("…" if end < len(plain) else "", hit=False)]
    return [part for part in parts if part.text]


Hit = tuple[int, int, int]  # where it begins and ends, and which term it is


def _hits(found: Sequence[Span], query: Query) -> list[Hit]:
    hits: list[Hit] = []
    for number, term in enumerate(query.terms):
        goes_on = query.open and number == len(query.terms) - 1
        hits += [
            (found[place].start, found[place + len(term) - 1].end, number)
            for place in range(len(found) - len(term) + 1)
            if _stands(found, place, term, goes_on=goes_on)
        ]
    return sorted(hits)


def _stands(found: Sequence[Span], place: int, term: Term, *, goes_on: bool) -> bool:
    *firsts, last = term
    end = found[place + len(firsts)].word
    if not (end.startswith(last) if goes_on else end == last):
        return False
    return all(found[place + index].word == word for index, word in enumerate(firsts))


def _start(text: str, hits: Sequence[Hit]) -> int:
    """Where to begin, so that as many terms as possible can be seen."""
    if not hits or len(text) <= SNIPPET_CHARS:
        return 0
    looked_at = hits[:_LOOKED_AT]

    def seen(hit: Hit) -> int:
        shown = range(hit[0], hit[0] + SNIPPET_CHARS - _BEFORE)
        return len({term for start, end, term in looked_at if start in shown and end - 1 in shown})

    best = max(looked_at, key=seen)[0]
    start = max(0, best - _BEFORE)
    if start == 0:
        return 0
    space = text.find(" ", start, best)
    return space + 1 if space >= 0 else start


def _joined(hits: Sequence[Hit]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end, _ in hits:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
