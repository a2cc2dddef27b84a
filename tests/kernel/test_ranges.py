"""Stretches of a file that a client asks for, by RFC 9110."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel.ranges import Stretch, Unsatisfiable, stretch_of

TAG = '"abc"'
SIZE = 1_000


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-499", 0, 500),
        ("bytes=500-999", 500, 1_000),
        ("bytes=500-", 500, 1_000),
        ("bytes=-500", 500, 1_000),
        ("bytes=-5000", 0, 1_000),
        ("bytes=0-0", 0, 1),
        ("bytes=-1", 999, 1_000),
        ("bytes=999-5000", 999, 1_000),
        ("Bytes = 1-2", 1, 3),
    ],
)
def test_one_stretch_is_sent_as_it_was_asked_for(asked: str, start: int, stop: int) -> None:
    found = stretch_of(asked, "", TAG, SIZE)
    assert found == Stretch(start, stop, partial=True)
    assert found.content_range(SIZE) == f"bytes {start}-{stop - 1}/{SIZE}"


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=a-b",
        "bytes=0-1,5-6",
        "lines=0-1",
        "bytes=0-1;q=1",
        "bytes=+1-2",
        "bytes=1٢-3",
        f"bytes={'9' * 30}-",
    ],
)
def test_what_is_no_single_stretch_is_answered_with_the_whole(asked: str) -> None:
    assert stretch_of(asked, "", TAG, SIZE) == Stretch(0, SIZE, partial=False)


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=1000-2000", "bytes=-0"])
def test_a_stretch_behind_the_end_is_refused(asked: str) -> None:
    with pytest.raises(Unsatisfiable):
        stretch_of(asked, "", TAG, SIZE)


@pytest.mark.parametrize("condition", ['"other"', 'W/"abc"', "Wed, 21 Oct 2015 07:28:00 GMT", "abc"])
def test_a_file_that_may_be_another_one_is_sent_from_its_beginning(condition: str) -> None:
    assert not stretch_of("bytes=5-", condition, TAG, SIZE).partial
    assert not stretch_of("bytes=5000-", condition, TAG, SIZE).partial
    assert stretch_of("bytes=5-", TAG, TAG, SIZE).partial


@given(
    asked=st.text() | st.from_regex(r"bytes=[0-9]{0,4}-[0-9]{0,4}", fullmatch=True),
    size=st.integers(1, 5_000),
)
def test_whatever_is_asked_for_lies_within_the_file(asked: str, size: int) -> None:
    try:
        found = stretch_of(asked, "", TAG, size)
    except Unsatisfiable:
        return
    assert 0 <= found.start < found.stop <= size
