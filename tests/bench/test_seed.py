"""The measurements' people and rooms are as the product makes them, a long past included."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import seed
from bench.bucket import Bucket
from negotiation_hub.kernel import audit, clock, limits, stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.rate import Rate
from negotiation_hub.people.services import user_for_token
from rooms import queries


@pytest.mark.django_db(transaction=True)
def test_everybody_may_sit_where_they_are_seated_and_every_chain_is_whole() -> None:
    now = clock.now()
    made = seed.make(pairs=3, receivers=5, history=[60], now=now)
    people = [user for token in made["tokens"] if (user := user_for_token(token, now)) is not None]
    assert len(people) == 6
    assert len(made["pairs"]) == 3
    for number, room in enumerate(made["pairs"]):
        sides = [queries.room_for(person, UUID(room)).side for person in people[2 * number : 2 * number + 2]]
        assert sides == ["buyer", "seller"]
    state = queries.table_state(queries.room_for(people[0], UUID(made["room"])).room)
    assert [seat["id"] for seat in state["participants"]] == [str(person.pk) for person in people[:5]]
    (long,) = made["history"]
    assert stream.head_of([long]) == {long: 60}
    board = made["board"]
    assert made["room"] == str(Stream.objects.get(id=board, kind="board").scope)
    assert list(audit.check_streams({})) == []


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 30)), max_size=80))
def test_who_keeps_to_the_bucket_is_never_refused(steps: list[tuple[int, int]]) -> None:
    """Each message is asked for after a pause, and is up to 30 hundredths of a second under way."""
    bucket, now_s, arrivals = Bucket(), 100.0, list[float]()
    for pause, under_way in steps:
        now_s += pause / 1000
        now_s += bucket.take(now_s) and 0.0
        while wait := bucket.take(now_s):
            now_s += wait
        arrivals.append(max([now_s + under_way / 100, *arrivals[-1:]]))
    moment = [0]
    rate = Rate(limits.COMMANDS_PER_S, limits.COMMANDS_BURST, now_ns=lambda: moment[0])
    for arrival in arrivals:
        moment[0] = int(arrival * 1e9)
        assert rate.take("ben") == 0
