"""What the demo's people are dealing about, before a server runs: each deal is where it is said to be."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from catalog.demo.listings import OFFERED, listing_id
from catalog.models import Listing
from desk.stages import Stage, staged
from negotiation_hub.demo import asking, jobs
from negotiation_hub.demo.deals import (
    AGREED,
    CONVERTED,
    DEALS,
    DONE,
    ON_ITS_WAY,
    STANDS,
    TALK,
    TO_PAY,
    TO_SEND,
    WAITS,
    Deal,
)
from negotiation_hub.demo.queries import rooms_of_deals
from negotiation_hub.kernel import clock, outbox
from negotiation_hub.kernel.models import Event, Job, Stream
from negotiation_hub.people import demo
from negotiation_hub.people.models import Organisation
from negotiation_hub.verify import verify
from orders import services as orders
from orders.models import Order
from rooms import preferences, queries, requests
from rooms.models import Approval, Room
from rooms.opening import open_room
from rooms.request_models import Request
from tests import mailbox
from tests.demo.conftest import Make
from threads.demo import UNANSWERED, thread_id
from threads.models import Thread
from whiteboard.models import Board

PUMPS = listing_id(len(OFFERED))


def where(deal: Deal) -> Any:
    """A deal's room with its stage and whose turn it is, as the desk has them."""
    return staged(Room.objects.filter(pk=rooms_of_deals()[deal.number])).get()


def order_of(deal: Deal) -> Order:
    return Order.objects.get(room_id=rooms_of_deals()[deal.number])


def test_every_deal_is_where_it_is_said_to_be(make: Make) -> None:
    assert make() == len(DEALS)
    found = {deal.number: (where(deal).stage, where(deal).turn) for deal in DEALS}
    assert found == {
        TALK.number: (Stage.TALKING, "nobody"),
        WAITS.number: (Stage.OFFER, "seller"),
        STANDS.number: (Stage.OFFER, "buyer"),
        AGREED.number: (Stage.PLACE, "buyer"),
        CONVERTED.number: (Stage.PLACE, "buyer"),
        **{deal.number: (Stage.PAY, "buyer") for deal in DEALS if deal.number <= TO_PAY.number},
    }
    assert [order_of(deal).status for deal in (AGREED, CONVERTED, TO_PAY)] == [
        "draft",
        "unconfirmed",
        "unfulfilled",
    ]
    assert Approval.objects.get().room == where(WAITS)
    assert Approval.objects.get().status == "pending_approval"
    assert Thread.objects.get(pk=thread_id(UNANSWERED)).posts == 1
    assert not verify_says()


def verify_says() -> list[str]:
    said: list[str] = []
    verify(said.append)
    return said


def test_there_is_talk_and_a_sketch(make: Make) -> None:
    make()
    room = where(TALK)
    table = Stream.objects.get(kind="table", scope=room.pk)
    assert Event.objects.filter(stream=table.number, kind="message.sent").count() == len(TALK.talk) >= 4
    assert Board.objects.get(room=room.pk, side="").shown > 5


def test_both_sides_of_an_offer_that_stands_have_said_what_they_want(make: Make) -> None:
    make()
    for side in ("buyer", "seller"):
        seat = queries.room_for(demo.user_of(side, now=clock.now()), where(STANDS).pk)
        own = [offer["points"] for offer in preferences.scores(seat)["offers"] if offer["side"] == side]
        other = [offer["points"] for offer in preferences.scores(seat)["offers"] if offer["side"] != side]
        assert all(points > 0 for points in (*own, *other))
        assert min(own) > max(other)  # what one offers suits oneself better


def test_a_request_waits_to_be_sent_to_two_sellers(make: Make) -> None:
    make()
    buyer, rooms = demo.user_of("buyer", now=clock.now()), Room.objects.count()
    draft = Request.objects.get(pk=asking.REQUEST)
    assert (draft.status, draft.invites.count()) == ("draft", 2)
    requests.send_request(actor=buyer, request_id=draft.pk, revision=draft.revision, now=clock.now())
    outbox.drain(clock.now())
    assert Room.objects.count() == rooms + 2
    make()
    assert Request.objects.get().status == "open"
    assert not verify_says()


def test_the_buyer_has_a_link_to_confirm(make: Make) -> None:
    make()
    outbox.drain(clock.now())
    (mail,) = mailbox.mails("ben.ortega@acme-water.example", saying="/orders/confirm/")
    token = mail.text.split("/orders/confirm/")[1].split("/")[0]
    assert orders.order_of_link(token=token, now=clock.now()) == order_of(CONVERTED)


def test_made_again_nothing_is_added(make: Make) -> None:
    make()
    before = (Room.objects.count(), Event.objects.count(), Order.objects.count(), Job.objects.count())
    assert make() == 0
    assert (Room.objects.count(), Event.objects.count(), Order.objects.count(), Job.objects.count()) == before


def test_what_people_did_with_a_deal_stays(make: Make) -> None:
    make()
    sales = demo.user_of("sales", now=clock.now())
    orders.cancel_order(order_id=order_of(AGREED).pk, actor=sales, now=clock.now())
    assert make() == 0
    assert order_of(AGREED).status == "canceled"


def test_a_deal_that_expired_unpaid_is_made_anew(make: Make) -> None:
    make()
    first = rooms_of_deals()[TO_PAY.number]
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        for deal in (AGREED, CONVERTED, TO_PAY):
            orders.expire_unpaid(order_id=order_of(deal).pk, now=clock.now())
        assert make() == 3
        assert rooms_of_deals()[TO_PAY.number] > first
        assert where(TO_PAY).stage == Stage.PAY
        assert make() == 0


def test_a_deal_about_what_is_put_away_is_left_out(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as nothing:
        nothing.setattr("tests.demo.conftest.make_deals", lambda **_: 0)
        make()
    Listing.objects.filter(pk=listing_id(TALK.listing)).update(status="archived")
    Listing.objects.filter(pk=listing_id(CONVERTED.listing)).update(stock=0)
    assert make() == len(DEALS) - 4  # the talk, and three that are about the dosing pumps


def test_the_pumps_are_nobodys_yet(make: Make) -> None:
    make()
    assert not Room.objects.filter(listing=PUMPS).exists()
    assert Listing.objects.get(pk=PUMPS).stock == 8
    ben = demo.user_of("buyer", now=clock.now())
    room = open_room(actor=ben, listing_id=PUMPS, now=clock.now())
    assert room.pk not in rooms_of_deals().values()


def test_four_companies_beside_the_buyers_have_dealt_with_the_seller(make: Make) -> None:
    make()
    rooms = Room.objects.filter(pk__in=[rooms_of_deals()[deal.number] for deal in DONE])
    buyers = Organisation.objects.filter(pk__in=rooms.values("buyer"))
    assert buyers.count() == 4
    assert not buyers.filter(slug=demo.BUYER_SLUG).exists()


def test_only_what_the_provider_is_needed_for_waits_for_the_server(make: Make) -> None:
    make()
    waiting = {job.payload["room"] for job in Job.objects.filter(topic=jobs.TOPIC)}
    rooms = rooms_of_deals()
    paid = [deal for deal in DEALS if deal.number <= TO_SEND.number]
    assert waiting == {str(rooms[deal.number]) for deal in paid}
    assert ON_ITS_WAY in paid


def test_while_the_server_is_away_it_is_looked_again_without_an_alarm(
    make: Make, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.INTERNAL_URL = "http://127.0.0.1:9"  # nobody listens there
    make()
    room = str(rooms_of_deals()[TO_SEND.number])
    for _ in range(2):  # a job may be done twice
        jobs.go_on({"room": room, "look": 0}, clock.now())
    again = next(
        job for job in Job.objects.filter(topic=jobs.TOPIC) if job.payload == {"room": room, "look": 1}
    )
    assert again.next_at > clock.now()
    assert not caplog.records


@pytest.mark.parametrize("change", [{"DEMO": False}, {"PAYMENT_PROVIDER": "stripe"}])
def test_without_the_demo_or_its_sandbox_nothing_is_paid(
    make: Make, settings: Settings, change: dict[str, Any]
) -> None:
    make()
    for name, value in change.items():
        setattr(settings, name, value)
    jobs.go_on({"room": str(rooms_of_deals()[TO_SEND.number]), "look": 0}, clock.now())
    assert not [job for job in Job.objects.filter(topic=jobs.TOPIC) if job.payload.get("look") == 1]
