"""The words of what is sealed, hashed with the newest key, so that a search needs no older one."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from negotiation_hub.kernel import resealing, stream
from rooms.models import SearchEntry, SearchReach
from rooms.search import catch_up, index
from rooms.search.entries import changes

_ALL = 2**62


def renew(key_id: str) -> Iterator[int]:
    """Hashes anew what is not hashed with the ring's newest key, slice by slice; after each, how many."""
    for number, name, seq in _reaches():
        old = list(_stale(number, name, seq))
        for start in range(0, len(old), resealing.SLICE_ROWS):
            part = old[start : start + resealing.SLICE_ROWS]
            yield resealing.write(lambda number=number, part=part: _swap(number, part))  # type: ignore[misc]


def old(key_id: str) -> int:
    """How many entries are hashed with another key."""
    return sum(len(list(_stale(number, name, seq))) for number, name, seq in _reaches())


def _reaches() -> "list[tuple[int, UUID, int]]":
    return list(SearchReach.objects.order_by("pk").values_list("stream_id", "stream__id", "seq"))


def _stale(number: int, name: UUID, reach: int) -> Iterator[tuple[int, str, str]]:
    """Number, words as they are kept, and words as they should be."""
    found = index.kept(number, 0, _ALL)
    entries = changes(event for event in stream.everything(name) if event.seq <= reach).entries
    for seq, entry in entries.items():
        if not entry.blind or seq not in found:
            continue
        newest = index.words_in(number, entry)[0]
        if index.as_kept([newest])[0] != found[seq][1]:
            yield seq, found[seq][1], newest


def _swap(number: int, fresh: "list[tuple[int, str, str]]") -> int:
    """Writes them where the words still are what they were."""
    catch_up.lock(number)
    found = index.kept(number, 0, _ALL)
    keys: Mapping[int, int] = dict(SearchEntry.objects.filter(stream=number).values_list("seq", "pk"))
    count = 0
    for seq, before, words in fresh:
        if found.get(seq, (0, None))[1] == before:
            index.put(keys[seq], words)
            count += 1
    return count
