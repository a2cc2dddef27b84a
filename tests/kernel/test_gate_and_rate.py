"""The write gate is fair, and the rate forgives what it promised."""

import threading
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.commit import WriteGate
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.rate import Rate


def test_streams_and_rich_commands_take_turns_and_nobody_overtakes() -> None:
    gate, order, waiting = WriteGate(), list[str](), list[threading.Thread]()

    def enter(queue: str, name: str) -> None:
        with gate.hold(queue):  # type: ignore[arg-type]
            order.append(name)

    with gate.hold("rich"):
        for queue, name in (
            ("rich", "r1"),
            ("rich", "r2"),
            ("stream", "s1"),
            ("stream", "s2"),
            ("rich", "r3"),
        ):
            thread = threading.Thread(target=enter, args=(queue, name))
            waiting.append(thread)
            before = sum(map(len, gate._waiting.values()))
            thread.start()
            while sum(map(len, gate._waiting.values())) == before:  # until it has queued up
                pass
    for thread in waiting:
        thread.join(10)
    assert order == ["s1", "r1", "s2", "r2", "r3"]


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    now = [0]
    rate = Rate(per_s=10, burst=40, now_ns=lambda: now[0])
    assert [rate.take("ben") for _ in range(40)] == [0] * 40
    wait_ms = rate.take("ben")
    assert 0 < wait_ms <= 101
    assert rate.take("ada") == 0
    now[0] += wait_ms * 1_000_000
    assert rate.take("ben") == 0


@given(st.lists(st.integers(0, 10**9), max_size=50))
def test_never_more_than_the_burst_and_the_rate(pauses_ns: list[int]) -> None:
    now = [0]
    rate = Rate(per_s=10, burst=5, now_ns=lambda: now[0])
    taken = 0
    for pause in pauses_ns:
        now[0] += pause
        taken += rate.take("x") == 0
    assert taken <= 5 + now[0] * 10 // 10**9 + 1


def test_keys_that_rest_are_forgotten() -> None:
    rate = Rate(per_s=1, burst=1, keys_max=10)
    for _ in range(100):
        rate.take(uuid4())
    assert len(rate._buckets) == 10


def test_ids_of_version_7_are_unique_and_in_the_order_of_time() -> None:
    made = [uuid7() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert {id.version for id in made} == {7}
    assert made == sorted(made)


@pytest.mark.django_db(transaction=True)
def test_what_follows_a_commit_may_open_a_transaction_and_may_fail() -> None:
    done: list[str] = []

    def again() -> None:
        with commit.transact():
            done.append("again")

    with commit.transact():
        commit.after(lambda: 1 // 0)
        commit.after(again)
        done.append("first")
    assert done == ["first", "again"]


@pytest.mark.django_db(transaction=True)
def test_nothing_follows_a_transaction_that_failed() -> None:
    done: list[str] = []
    with pytest.raises(ZeroDivisionError), commit.transact():
        commit.after(lambda: done.append("never"))
        raise ZeroDivisionError
    with commit.transact():
        pass
    assert done == []


def test_a_rate_may_be_of_an_hour() -> None:
    now = [0]
    rate = Rate(per_s=2, burst=2, period_s=3600, now_ns=lambda: now[0])
    assert [rate.take("a") for _ in range(3)] == [0, 0, 1_800_001]
    now[0] += 1_799_000_000_000
    assert rate.take("a") > 0
    now[0] += 2_000_000_000
    assert rate.take("a") == 0
    assert rate.take("b") == 0
