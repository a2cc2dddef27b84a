"""Every cell of the payment machine, written out a second time."""

import pytest

from payments.machine import Fact, RefundStatus, Status, after, refund_after

FACTS = ("method", "confirm", "action", "progress", "authorized", "part", "captured", "canceled", "failed")
COLUMNS = dict(
    zip(
        FACTS,
        (
            Fact.METHOD_NEEDED,
            Fact.CONFIRMATION_NEEDED,
            Fact.ACTION_NEEDED,
            Fact.IN_PROGRESS,
            Fact.AUTHORIZED,
            Fact.CAPTURED_IN_PART,
            Fact.CAPTURED,
            Fact.CANCELED,
            Fact.FAILED,
        ),
        strict=True,
    )
)
SHORT = {
    "pm": Status.REQUIRES_PAYMENT_METHOD,
    "conf": Status.REQUIRES_CONFIRMATION,
    "act": Status.REQUIRES_ACTION,
    "proc": Status.PROCESSING,
    "auth": Status.REQUIRES_CAPTURE,
    "part": Status.PARTIALLY_CAPTURED,
    "ok": Status.SUCCEEDED,
    "off": Status.CANCELED,
    "fail": Status.FAILED,
}
# A point: old news, nothing changes.
GRID = """
        method  confirm action  progress authorized part    captured canceled failed
pm      .       conf    act     proc     auth       part    ok       off      fail
conf    pm      .       act     proc     auth       part    ok       off      fail
act     pm      conf    .       proc     auth       part    ok       off      fail
proc    pm      conf    act     .        auth       part    ok       off      fail
auth    .       .       .       .        .          part    ok       off      fail
part    .       .       .       .        .          .       ok       .        .
ok      .       .       .       .        .          .       .        .        .
off     .       .       .       .        .          part    ok       .        .
fail    .       .       .       .        auth       part    ok       off      .
"""


def cells() -> list[tuple[Status, Fact, Status]]:
    header, *rows = [line.split() for line in GRID.strip().splitlines()]
    assert tuple(header) == FACTS
    found = []
    for name, *ends in rows:
        for fact, end in zip(header, ends, strict=True):
            found.append((SHORT[name], COLUMNS[fact], SHORT[name] if end == "." else SHORT[end]))
    return found


@pytest.mark.parametrize(("before", "fact", "expected"), cells())
def test_each_cell_leads_where_the_grid_says(before: Status, fact: Fact, expected: Status) -> None:
    assert after(before, fact) is expected


def test_the_grid_has_every_state_and_every_fact() -> None:
    assert {(before, fact) for before, fact, _ in cells()} == {(s, f) for s in Status for f in Fact}


def test_a_captured_payment_never_goes_back() -> None:
    for fact in Fact:
        assert after(Status.SUCCEEDED, fact) is Status.SUCCEEDED


@pytest.mark.parametrize("was", list(RefundStatus))
@pytest.mark.parametrize("reported", list(RefundStatus))
def test_a_refund_only_goes_forward(was: RefundStatus, reported: RefundStatus) -> None:
    order = [RefundStatus.REQUESTED, RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED]
    assert refund_after(was, reported) is order[max(order.index(was), order.index(reported))]
