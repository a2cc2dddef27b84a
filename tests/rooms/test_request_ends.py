"""How requests end: closed, awarded, come to nothing and asked again, or outliving who wrote them."""

from functools import partial
from uuid import uuid4

import pytest

from catalog.models import Listing
from negotiation_hub.kernel import clock, stream
from negotiation_hub.kernel.models import Mail
from negotiation_hub.people import services as people
from negotiation_hub.people.models import Membership
from negotiation_hub.people.queries import acting_organisation
from orders import services as orders
from orders.models import Order
from rooms import audit as rooms_audit
from rooms import award, queries, request_queries, requests
from rooms.models import Room
from tests.rooms.asking import LINES, Asking, seller
from tests.rooms.table import person, refused

pytestmark = pytest.mark.django_db


def test_closing_ends_all_rooms_with_the_same_notice_as_an_award() -> None:
    asking = Asking(("Norte", "Sur"))
    asking.offer("Sur", 950, 500)
    requests.close_request(actor=asking.ben, request_id=asking.id, now=asking.now)
    requests.close_request(actor=asking.ben, request_id=asking.id, now=asking.now)
    asking.do_jobs()
    for name, ended in (("Norte", None), ("Sur", 1)):
        *_, last = stream.everything(asking.room(name).pk)
        assert last.body == award.notice(ended)
    with refused("request.state"):
        asking.add("Oeste")
    assert not list(rooms_audit.check())


def test_a_deal_that_fell_through_is_made_again_in_the_room_that_had_it() -> None:
    asking = Asking(("Norte", "Sur"))
    asking.accept(asking.offer("Norte", 900, 400), asking.ben)
    asking.do_jobs()
    order = Order.objects.get()
    orders.expire_unpaid(order_id=order.pk, now=order.due_at)
    asking.do_jobs()
    assert asking.room("Norte").status == "open"
    asking.accept(asking.offer("Norte", 850, 400), asking.ben)
    assert asking.row.awarded_id == asking.room("Norte").pk
    assert asking.room("Sur").status == "closed"


def test_what_came_to_nothing_is_said_and_asked_again_once() -> None:
    asking = Asking(("Norte", "Sur"))
    once_more = partial(requests.ask_again, actor=asking.ben, request_id=asking.id, now=asking.now)
    with refused("request.state"):
        once_more(copy_id=uuid4())
    asking.accept(asking.offer("Norte", 900, 400), asking.ben)
    asking.do_jobs()
    assert not request_queries.fell_through(asking.row)
    order = Order.objects.get()
    orders.expire_unpaid(order_id=order.pk, now=order.due_at)
    asking.do_jobs()
    assert request_queries.fell_through(asking.row)
    Listing.objects.filter(organisation=acting_organisation(asking.sellers["Sur"])).update(status="archived")
    copy = uuid4()
    for _ in range(2):
        made = once_more(copy_id=copy)
    assert (made.status, made.title, made.lines, made.answers_until) == (
        "draft", "Six booster pumps", LINES, None,
    )  # fmt: skip
    assert [one.seller.name for one in request_queries.invites_of(made)] == ["Norte"]
    asking.accept(asking.offer("Norte", 850, 400), asking.ben)
    asking.do_jobs()
    assert not request_queries.fell_through(asking.row)


def test_a_copy_never_takes_the_id_of_another_ones_request() -> None:
    asking, other = Asking(("Norte",)), Asking((), sent=False, ben=person("Eva", "Else"))
    requests.close_request(actor=asking.ben, request_id=asking.id, now=asking.now)
    with refused("not_found"):
        requests.ask_again(actor=asking.ben, request_id=asking.id, copy_id=other.id, now=asking.now)


def test_once_its_author_has_left_a_colleague_who_may_buy_acts_for_it() -> None:
    asking = Asking(("Norte",))
    cleo = person("Cleo")
    acme = acting_organisation(asking.ben)
    people.add_member(actor=asking.ben, organisation=acme, user=cleo, role="purchaser", now=clock.now())
    Membership.objects.filter(user=asking.ben, organisation=acme).delete()
    asking.sellers["Sur"] = sur = seller("Sur")
    requests.add_seller(
        actor=cleo, request_id=asking.id, seller_id=acting_organisation(sur).pk, now=asking.now
    )
    asking.do_jobs()
    assert asking.room("Sur").opened_by == cleo
    assert queries.room_for(cleo, asking.room("Sur").pk).side == "buyer"
    late = asking.row.answers_until
    assert late is not None
    requests.answers_due({"request": str(asking.id)}, late)
    assert Mail.objects.latest("created_at").to == cleo.email


def test_who_was_not_reached_before_the_end_is_not_asked_any_more() -> None:
    asking = Asking(("Norte",))
    asking.add("Sur")
    requests.close_request(actor=asking.ben, request_id=asking.id, now=asking.now)
    asking.do_jobs()
    assert not Room.objects.filter(seller=acting_organisation(asking.sellers["Sur"])).exists()
