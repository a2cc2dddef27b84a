"""Flow control: what a client reports vouches for all before it, and for nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.flow import Flow

ONE, TWO = "one", "two"


def test_a_report_vouches_for_everything_before_it_whatever_the_stream() -> None:
    flow = Flow()
    flow.exhausted_after(100, ONE, 1)
    flow.exhausted_after(200, TWO, 7)
    flow.exhausted_after(300, ONE, 2)
    flow.report(TWO, 7)
    assert flow.outstanding == 300
    flow.report(ONE, 2)
    assert flow.outstanding == 0


def test_a_page_of_history_is_vouched_for_by_the_newest_number_once_more() -> None:
    flow = Flow()
    flow.exhausted_after(100, ONE, 5)
    flow.report(ONE, 5)
    for _ in range(300):
        flow.exhausted_after(20_000, ONE, 5)
        flow.report(ONE, 5)
        assert flow.outstanding == 0


def test_a_report_of_what_was_not_given_changes_nothing() -> None:
    flow = Flow()
    flow.exhausted_after(100, ONE, 5)
    flow.report(ONE, 4)
    flow.report("another", 99)
    assert flow.outstanding == 100


def test_the_window_is_exhausted_by_what_is_not_reported() -> None:
    flow, size = Flow(), 10_000
    given_until = limits.FLOW_WINDOW_BYTES // size
    assert not any(flow.exhausted_after(size, ONE, seq) for seq in range(given_until))
    assert flow.exhausted_after(size, ONE, given_until)
    flow.report(ONE, given_until)
    assert not flow.exhausted_after(size, ONE, given_until + 1)


@given(st.lists(st.tuples(st.integers(1, 50_000), st.booleans())))
def test_a_client_that_reports_everything_owes_nothing(steps: list[tuple[int, bool]]) -> None:
    flow, owed = Flow(), 0
    for seq, (size, reports) in enumerate(steps):
        flow.exhausted_after(size, ONE, seq)
        owed += size
        if reports:
            flow.report(ONE, seq)
            owed = 0
        assert flow.outstanding == owed
