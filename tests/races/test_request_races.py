"""What is decided about a request at once, in several of its rooms: one wins, whoever comes first."""

from collections import Counter

import pytest

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.models import Job
from negotiation_hub.people import services as people
from negotiation_hub.people.queries import acting_organisation
from orders.models import Order
from rooms import audit, award, requests
from rooms.models import Agreement, Room
from rooms.request_models import Request
from tests.races.test_one_wins import race
from tests.rooms.asking import Asking
from tests.rooms.table import person

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_colleagues_who_accept_in_two_rooms_at_once_one_makes_the_agreement() -> None:
    asking = Asking(("Norte", "Sur"))
    bea = person("Bea")
    people.add_member(
        actor=asking.ben,
        organisation=acting_organisation(asking.ben),
        user=bea,
        role="manager",
        now=asking.now,
    )
    norte, sur = asking.offer("Norte", 900, 400), asking.offer("Sur", 800, 300)
    ends = race(lambda: asking.accept(norte, asking.ben), lambda: asking.accept(sur, bea))
    assert sorted(ends) == ["request.over", "won"]
    won = norte if ends[0] == "won" else sur
    assert Agreement.objects.get().room_id == Order.objects.get().room_id == won.room_id
    assert Request.objects.get().awarded_id == won.room_id
    assert Job.objects.filter(topic=award.TOPIC).count() == 1
    asking.do_jobs()
    assert sorted(Room.objects.values_list("status", flat=True)) == ["agreed", "closed"]
    assert not list(audit.check())


def test_a_buyer_and_a_seller_who_accept_in_two_rooms_at_once_make_one_agreement() -> None:
    asking = Asking(("Norte", "Sur"))
    norte, sur = asking.offer("Norte", 900, 400), asking.offer("Sur", 800, 300, by=asking.ben)
    ends = race(lambda: asking.accept(norte, asking.ben), lambda: asking.accept(sur, asking.sellers["Sur"]))
    assert sorted(ends) == ["request.over", "won"]
    assert Order.objects.count() == 1


def test_a_request_that_is_closed_while_somebody_accepts_ends_one_way_or_the_other() -> None:
    asking = Asking(("Norte", "Sur"))
    made = asking.offer("Norte", 900, 400)
    ends = race(
        lambda: asking.accept(made, asking.ben),
        lambda: requests.close_request(actor=asking.ben, request_id=asking.id, now=asking.now),
    )
    assert ends in (["won", "request.state"], ["request.over", "won"])
    asking.do_jobs()
    statuses = sorted(Room.objects.values_list("status", flat=True))
    assert statuses == (["agreed", "closed"] if ends[0] == "won" else ["closed", "closed"])
    assert not list(audit.check())


def test_a_room_that_two_workers_open_or_close_at_once_is_opened_and_closed_once() -> None:
    asking = Asking(("Norte",), sent=False)
    requests.send_request(
        actor=asking.ben, request_id=asking.id, revision=asking.row.revision, now=asking.now
    )
    opening = Job.objects.get(topic=requests.OPEN_TOPIC).payload
    race(*[lambda: requests.open_asked(opening, asking.now)] * 2)
    room = Room.objects.get()
    requests.close_request(actor=asking.ben, request_id=asking.id, now=asking.now)
    closing = Job.objects.get(topic=award.TOPIC).payload
    race(*[lambda: award.close_asked(closing, asking.now)] * 2)
    told = Counter(event.kind for event in stream.everything(room.pk))
    assert (told["request.received"], told["negotiation.closed"]) == (1, 1)


def test_a_seller_who_is_added_while_another_one_gets_the_order_is_not_left_in_an_open_room() -> None:
    asking = Asking(("Norte",))
    made = asking.offer("Norte", 900, 400)
    race(lambda: asking.accept(made, asking.ben), lambda: asking.add("Sur"))
    asking.do_jobs()
    asking.do_jobs()
    assert not Room.objects.filter(status="open").exists()
    assert not list(audit.check())
