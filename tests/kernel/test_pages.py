"""Events are cut into frames of bounded size, and none is lost or moved."""

from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel import limits, wire

SIZES = st.lists(st.integers(1, limits.EVENTS_CHARS_MAX * 2), max_size=12)


def events(sizes: list[int]) -> list[str]:
    return [chr(97 + number) * size for number, size in enumerate(sizes)]


@given(SIZES)
def test_pages_hold_all_events_in_their_order_and_are_no_longer_than_they_must_be(sizes: list[int]) -> None:
    encoded = events(sizes)
    cut = [list(page) for page in wire.pages(encoded)]
    assert [one for page in cut for one in page] == encoded
    for page in cut:
        assert len(page) <= 1 or sum(map(len, page)) <= limits.EVENTS_CHARS_MAX


@given(SIZES)
def test_the_newest_events_are_as_many_as_fit_and_at_least_one(sizes: list[int]) -> None:
    encoded = events(sizes)
    kept = wire.newest(encoded)
    assert kept == encoded[len(encoded) - len(kept) :]
    assert bool(kept) == bool(encoded)
    assert len(kept) <= 1 or sum(map(len, kept)) <= limits.EVENTS_CHARS_MAX
    if len(kept) < len(encoded):
        assert sum(map(len, kept)) + len(encoded[-len(kept) - 1]) > limits.EVENTS_CHARS_MAX
