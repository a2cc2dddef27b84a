"""The entries of the search in each database's own full-text engine. Nothing else knows how words are kept.

SQLite: a full-text table beside the entries. PostgreSQL: a column of theirs and its index. What a word is
we say ourselves (`kernel/words.py`), so both find alike.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import connection

from negotiation_hub.kernel import clock, commit
from negotiation_hub.kernel.limits import INDEXED_WORDS_MAX
from negotiation_hub.kernel.words import words
from rooms.models import SearchEntry
from rooms.search import blind
from rooms.search.entries import Changes, Entry
from rooms.search.query import Step, for_postgresql, for_sqlite, key_of

# Its tokenizer takes all that is not ASCII for a part of words, and between words we put only spaces.
_SQLITE: Final = ("CREATE VIRTUAL TABLE rooms_search USING fts5(words, tokenize = 'ascii', columnsize = 0)",)
_SQLITE_REMOVE: Final = ("DROP TABLE IF EXISTS rooms_search",)
_POSTGRESQL: Final = (
    "ALTER TABLE rooms_searchentry ADD COLUMN words tsvector",
    "CREATE INDEX rooms_searchentry_words ON rooms_searchentry USING gin (words)",
    "CREATE INDEX rooms_searchentry_newest ON rooms_searchentry (stream_id, (id + 0))",
)
_POSTGRESQL_REMOVE: Final = (
    "DROP INDEX IF EXISTS rooms_searchentry_newest",
    "ALTER TABLE rooms_searchentry DROP COLUMN IF EXISTS words",
)
_PLANNED_MAX: Final = 16  # streams; planning one takes 0.1 ms

_PLACE_BITS: Final = 20  # of an entry's id, below its milliseconds: a million entries of one millisecond
_PLACES: Final = 1 << _PLACE_BITS
_APART: Final = 7919  # so that rooms whose numbers go in step do not ask for the same places


def install(schema_editor: Any) -> None:
    """Makes what searching needs; empty, as logs are read in by the job."""
    for statement in _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL:
        schema_editor.execute(statement, params=None)


def remove(schema_editor: Any) -> None:
    """Drops it, for migrations that run backwards."""
    for statement in _SQLITE_REMOVE if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL_REMOVE:
        schema_editor.execute(statement, params=None)


# -- writing, under the lock of the stream's `SearchReach` -------------------------------------------------


def write(stream: int, made: Changes, *, after: int, to: int | None) -> None:
    """Puts in what events behind `after` make; what was there under the numbers up to `to` is replaced.

    `to` is None at the log's end: nothing can be behind it.
    """
    commit.require_transaction()
    there = SearchEntry.objects.filter(stream=stream, seq__gt=after)
    if to is not None:
        there = there.filter(seq__lte=to)
    _delete(list(there.values_list("pk", flat=True)))
    if made.gone:
        forget(stream, made.gone)
    _insert(stream, list(made.entries.values()))
    for entry in made.corrected.values():
        _correct(stream, entry)


def forget(stream: int, numbers: Sequence[int] | set[int]) -> None:
    """Takes out what is found under these numbers."""
    commit.require_transaction()
    _delete(list(SearchEntry.objects.filter(stream=stream, seq__in=numbers).values_list("pk", flat=True)))


def _delete(ids: Sequence[int]) -> None:
    if not ids:
        return
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM rooms_search WHERE rowid = %s", [(id,) for id in ids])
    SearchEntry.objects.filter(pk__in=ids).delete()


def _insert(stream: int, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    ids = _ids(stream, entries)
    kept = [(id, stream, one.seq, one.latest) for id, one in zip(ids, entries, strict=True)]
    texts = [words_in(stream, one)[0] for one in entries]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            columns = "(id, stream_id, seq, latest) VALUES (%s, %s, %s, %s)"
            cursor.executemany(f"INSERT INTO rooms_searchentry {columns}", kept)
            # What bears a new row's id already is a left-over: tables can be emptied without this one.
            cursor.executemany(
                "INSERT OR REPLACE INTO rooms_search (rowid, words) VALUES (%s, %s)",
                list(zip(ids, texts, strict=True)),
            )
            return
        holes = ",".join(["(%s, %s, %s, %s, %s::tsvector)"] * len(kept))
        values = [item for row, text in zip(kept, texts, strict=True) for item in (*row, text)]
        cursor.execute(
            f"INSERT INTO rooms_searchentry (id, stream_id, seq, latest, words) VALUES {holes}",  # noqa: S608
            values,
        )


def _correct(stream: int, entry: Entry) -> None:
    there = SearchEntry.objects.filter(stream=stream, seq=entry.seq, latest__lt=entry.latest).first()
    if there is None:
        return
    SearchEntry.objects.filter(pk=there.pk).update(latest=entry.latest)
    put(there.pk, words_in(stream, entry)[0])


def put(id: int, text: str) -> None:
    """Replaces the words of an entry by what `words_in` made."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT OR REPLACE INTO rooms_search (rowid, words) VALUES (%s, %s)", [id, text])
        else:
            cursor.execute("UPDATE rooms_searchentry SET words = %s::tsvector WHERE id = %s", [text, id])


def _ids(stream: int, entries: Sequence[Entry]) -> list[int]:
    """An id for each, in the order of time; where a place is taken, the next."""
    used: set[int] = set()
    ids = []
    for one in entries:
        place = (one.seq + stream * _APART) % _PLACES
        id = (clock.to_us(one.at) // 1000 << _PLACE_BITS) | place
        while id in used:
            id = _next(id)
        used.add(id)
        ids.append(id)
    for taken in SearchEntry.objects.filter(pk__in=ids).values_list("pk", flat=True):
        free = taken
        while free in used or SearchEntry.objects.filter(pk=free).exists():
            free = _next(free)
        used.add(free)
        ids[ids.index(taken)] = free
    return ids


def _next(id: int) -> int:
    return (id & ~(_PLACES - 1)) | ((id + 1) & (_PLACES - 1))


# -- reading -----------------------------------------------------------------------------------------------


def words_in(stream: int, entry: Entry) -> list[str]:
    """The words of an entry with the stream's key, as this database keeps them.

    Of a blind one there is a version for each key of the ring, newest first: that is how it is written.
    """
    found = words(entry.text)[:INDEXED_WORDS_MAX]
    key = key_of(stream)
    versions = blind.tokens(stream, found) if entry.blind else [[key + word for word in found]]
    return [_kept(version) for version in versions] or [""]


def _kept(tokens: Sequence[str]) -> str:
    if connection.vendor == "sqlite":
        return " ".join(tokens)
    places: Mapping[str, list[str]] = defaultdict(list)
    for place, token in enumerate(tokens, 1):
        places[token].append(str(place))
    # A word has neither quotes nor backslashes in it.
    return " ".join(f"'{token}':{','.join(at)}" for token, at in places.items())


def matching(step: Step, streams: Sequence[int], *, before: int | None, limit: int) -> list[SearchEntry]:
    """The entries of these streams that a step of a query finds, newest first, behind id `before`."""
    behind = before if before is not None else 2**63 - 1
    if connection.vendor == "sqlite":
        return list(
            SearchEntry.objects.raw(
                "SELECT e.id, e.stream_id, e.seq, e.latest FROM rooms_search AS s"
                " CROSS JOIN rooms_searchentry AS e ON e.id = s.rowid"
                " WHERE s.rooms_search MATCH %s AND s.rowid < %s ORDER BY s.rowid DESC LIMIT %s",
                [for_sqlite(step, streams), behind, limit],
            )
        )
    queries = [for_postgresql(step, stream) for stream in streams]
    return list(SearchEntry.objects.raw(*_postgresql(streams, queries, behind, limit)))


def _postgresql(
    streams: Sequence[int], queries: Sequence[str], behind: int, limit: int
) -> tuple[str, list[Any]]:
    # Stream by stream, so that what everybody has said is never walked. Where there are few, each is planned
    # for its own words: from its newest entry on where they are common, by the index of words where rare.
    # `+ 0` is how the index by time has it: by the key, the planner would walk the entries of others too.
    one = (
        "SELECT id, stream_id, seq, latest FROM rooms_searchentry"
        " WHERE stream_id = {stream} AND words @@ {query} AND id + 0 < %s ORDER BY id + 0 DESC LIMIT %s"
    )
    if len(streams) <= _PLANNED_MAX:
        each = one.format(stream="%s", query="%s::tsquery")
        union = " UNION ALL ".join([f"({each})"] * len(streams))
        values = [item for pair in zip(streams, queries, strict=True) for item in (*pair, behind, limit)]
        return f"SELECT * FROM ({union}) AS found ORDER BY id DESC LIMIT %s", [*values, limit]  # noqa: S608
    each = one.format(stream="asked.stream", query="asked.query")
    asked = "unnest(%s::bigint[], %s::text[]::tsquery[]) AS asked (stream, query)"
    statement = f"SELECT found.* FROM {asked} CROSS JOIN LATERAL ({each}) AS found ORDER BY id DESC LIMIT %s"  # noqa: S608
    return statement, [list(streams), list(queries), behind, limit, limit]


def kept(stream: int, after: int, to: int) -> dict[int, tuple[int, str]]:
    """By number, where an entry's words come from and which they are, for the proof."""
    select = (
        "SELECT e.seq, e.latest, s.words FROM rooms_searchentry AS e"
        " LEFT JOIN rooms_search AS s ON s.rowid = e.id"
        if connection.vendor == "sqlite"
        else "SELECT e.seq, e.latest, e.words::text FROM rooms_searchentry AS e"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{select} WHERE e.stream_id = %s AND e.seq > %s AND e.seq <= %s", [stream, after, to])
        return {seq: (latest, text or "") for seq, latest, text in cursor.fetchall()}


def as_kept(texts: Sequence[str]) -> list[str]:
    """What `words_in` made, as `kept` shows it."""
    if connection.vendor == "sqlite" or not texts:
        return list(texts)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one::tsvector::text FROM unnest(%s::text[]) WITH ORDINALITY AS t (one, n) ORDER BY n",
            [list(texts)],
        )
        return [text for (text,) in cursor.fetchall()]
