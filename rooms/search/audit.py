"""What `negotiation-hub verify` asks of the search: that it knows what the logs say, as far as it has read.

That it has not read everything yet is no problem: a search reads in what it lacks.
"""

from collections.abc import Iterator
from uuid import UUID

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.audit import Problem
from rooms.models import SearchReach
from rooms.search import index
from rooms.search.entries import Entry, changes

_HINT = "`negotiation-hub index-rooms --rebuild` makes the search anew"


def check() -> Iterator[Problem]:
    """Checks every stream that was read in."""
    for reach in SearchReach.objects.select_related("stream").order_by("pk").iterator(chunk_size=500):
        yield from check_stream(reach)


def check_stream(reach: SearchReach) -> Iterator[Problem]:
    """The entries must be what the events up to the reach make, in the words that these have now."""
    number, name, seq = reach.stream.number, reach.stream.id, reach.seq
    where = f"search of stream {name}"
    if seq > reach.stream.head_seq:
        yield Problem(where, f"claims to know event {seq}, but the log ends at {reach.stream.head_seq}")
    try:
        expected = _expected(name, seq)
    except (KeyError, TypeError, ValueError) as error:
        yield Problem(where, f"cannot be compared with the log: {error!r}")
        return
    found = index.kept(number, 0, 2**62)
    ours = sorted(expected)
    wanted = {one: index.as_kept(index.words_in(number, expected[one])) for one in ours}
    for one in sorted(wanted.keys() | found.keys()):
        if one not in found:
            yield Problem(where, f"event {one} cannot be found; {_HINT}")
        elif one not in wanted:
            yield Problem(where, f"event {one} can be found, though it says nothing any more; {_HINT}")
        elif found[one][0] != expected[one].latest or found[one][1] not in wanted[one]:
            yield Problem(where, f"event {one} is found by other words than it says; {_HINT}")


def _expected(name: UUID, seq: int) -> dict[int, Entry]:
    return changes(event for event in stream.everything(name) if event.seq <= seq).entries
