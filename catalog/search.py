"""The search over public listings: the database's own full-text engine, behind one function.

All words must be in title or description, without accents and in any case; the last may be the beginning of
one. Listings that have more of the words in their title come first, then newer ones. That rank follows from
the listing and the words alone, so that pages by key neither repeat nor skip while others put things up.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from catalog.models import Listing
from negotiation_hub.kernel import rows
from negotiation_hub.kernel.limits import SEARCH_CHARS_MAX, SEARCH_WORDS_MAX
from negotiation_hub.kernel.text import shown_only
from negotiation_hub.kernel.words import parted

_CURSOR: Final = re.compile(r"([0-9])\.([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Hit:
    """A listing that was found. `rank` is how many of the words its title has."""

    listing: UUID
    rank: int

    @property
    def cursor(self) -> str:
        """What asks for the hits after this one."""
        return f"{self.rank}.{self.listing.hex}"


def is_search(text: str) -> bool:
    """Whether anything was typed that can be seen. What is no word, such as `%`, is not found."""
    return bool(shown_only(text[:SEARCH_CHARS_MAX]))


def words_of(text: str) -> list[str]:
    """The words of a search box: letters and digits only, whatever a query language may mean by the rest."""
    clean = unicodedata.normalize("NFC", shown_only(text[:SEARCH_CHARS_MAX])).lower()
    found = dict.fromkeys(word.replace("²", "2").replace("³", "3") for word in parted(clean))
    return list(found)[:SEARCH_WORDS_MAX]


def after_of(text: str | None) -> Hit | None:
    """The hit that a cursor stands for; None for what is none."""
    found = _CURSOR.fullmatch(text or "")
    return Hit(UUID(found[2]), int(found[1])) if found else None


def find(text: str, *, kind: str = "", after: Hit | None = None, limit: int) -> list[Hit]:
    """The public listings that hold all the words, of one kind when one is named, best first.

    No text raises, or means anything but its words. None of the words: nothing is found.
    """
    words = words_of(text)
    if not words:
        return []
    ask = _sqlite if connection.vendor == "sqlite" else _postgresql
    found, values = ask(words)
    if kind in Listing.Kind.values:
        found, values = f"{found} AND l.kind = %s", [*values, kind]
    statement = f"SELECT id, hits FROM ({found}) AS found"  # noqa: S608 - constants
    if after is not None:
        # One range of the order, written so that both databases read it alike.
        statement += " WHERE hits < %s OR (hits = %s AND id < %s)"
        values = [*values, after.rank, after.rank, rows.ids([after.listing])[0]]
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ORDER BY hits DESC, id DESC LIMIT %s", [*values, limit])
        return [Hit(id if isinstance(id, UUID) else UUID(id), int(hits)) for id, hits in cursor.fetchall()]


def _sqlite(words: Sequence[str]) -> tuple[str, list[Any]]:
    # A word in quotes is a string to FTS5, and ours have no quotes in them.
    asked = [f'"{word}"' for word in words]
    asked[-1] += "*"
    in_title = "(s.rowid IN (SELECT rowid FROM catalog_search WHERE catalog_search MATCH %s))"
    statement = (
        f"SELECT l.id AS id, {' + '.join([in_title] * len(asked))} AS hits"  # noqa: S608 - constants
        " FROM catalog_search AS s CROSS JOIN catalog_search_row AS r ON r.number = s.rowid"
        " CROSS JOIN catalog_listing AS l ON l.id = r.listing"
        f" WHERE s.catalog_search MATCH %s AND l.status = '{Listing.Status.PUBLISHED.value}'"
    )
    return statement, [*(f"{{title}} : {word}" for word in asked), " AND ".join(asked)]


def _postgresql(words: Sequence[str]) -> tuple[str, list[Any]]:
    asked = [_lexeme(":*" if last else "") for last in _lasts(words)]
    titled = [_lexeme(":*A" if last else ":A") for last in _lasts(words)]
    hits = " + ".join(f"coalesce((l.search @@ {word})::int, 0)" for word in titled)
    statement = (
        f"SELECT l.id AS id, {hits} AS hits FROM catalog_listing AS l"  # noqa: S608 - constants
        f" WHERE l.search @@ ({' && '.join(asked)}) AND l.status = '{Listing.Status.PUBLISHED.value}'"
    )
    return statement, [*words, *words]


def _lexeme(suffix: str) -> str:
    # PostgreSQL itself folds the word as it folded the listings, and quotes it. Only then comes the suffix,
    # which a text could never bring in. What folds to nothing is NULL, and matches nothing.
    plain = "plainto_tsquery('pg_catalog.simple', catalog_folded(%s))::text"
    return f"(nullif({plain}, '') || '{suffix}')::tsquery"


def _lasts(words: Sequence[str]) -> list[bool]:
    return [False] * (len(words) - 1) + [True]
