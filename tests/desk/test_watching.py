"""What is said at a table is looked at behind the log, once, and by moderators only."""

from datetime import timedelta

import pytest

from desk import limits, moderation, queue_queries, watching
from desk.models import Finding, ReviewItem
from negotiation_hub.kernel import following
from negotiation_hub.kernel.following import EVENTS_AT_ONCE, Place
from negotiation_hub.kernel.models import Followed, Stream
from rooms import opening
from tests.desk.conftest import Deals
from tests.desk.review import PAY, item, moderator, report, watch
from tests.desk.trade import Trade
from tests.rooms.guests import Invitation


def place() -> Place:
    """The watcher, as it is when a process starts."""
    return next(one for one in following.places() if one.name == "desk.watch")


@pytest.mark.covers("room:supervision.planted", "room:supervision.wall")
def test_talk_of_paying_elsewhere_raises_the_room_and_waits_for_a_moderator(deals: Deals) -> None:
    quiet, loud = deals(title="Quiet"), deals(title="Loud")
    quiet.now = loud.now
    loud.say("seller", PAY)
    quiet.say("seller", "When do you need it?")
    watch(loud)
    found = ReviewItem.objects.get()
    assert (found.room_id, found.subject, found.kind, found.score) == (loud.room.pk, loud.ada, "payment", 50)
    first, second = moderation.live_rooms(loud.cast.dov, loud.now).rooms
    assert (first.room.title, first.risk.points, second.risk.points) == ("Loud", 50, 0)
    assert [factor.words for factor in first.risk.factors] == ["Talk of paying past the platform"]


def test_what_was_looked_at_is_not_found_again(deals: Deals) -> None:
    deal = deals()
    deal.say("seller", PAY)
    for _ in range(3):
        watch(deal)
    Followed.objects.all().delete()  # the process died before it could say how far it had come
    watch(deal)
    assert Finding.objects.count() == 1
    assert item(deal).score == 50


def test_offers_corrections_and_reasons_are_looked_at_and_name_their_place(deals: Deals) -> None:
    deal = deals()
    said = deal.send("buyer", "message.send", text="Hello.").seq
    deal.send("buyer", "message.edit", message=said, text="Hello, my number is 612 345 678.")
    deal.propose("seller", 9_000, issues=[{"name": "Payment", "value": "PayPal"}])
    deal.send("buyer", "offer.decline", **deal.named, reason="Pay outside the platform instead.")
    watch(deal)
    found = set(Finding.objects.values_list("rule", "target", "item__subject__name"))
    assert found == {
        ("phone", f"message {said}", "Ben"),
        ("service", "offer 1", "Ada"),
        ("outside", "offer 1", "Ben"),
    }


def test_a_caucus_is_nobodys_business(deals: Deals) -> None:
    deal = deals()
    deal.send("seller", "message.send", stream_id=deal.caucus("seller"), text=PAY)
    watch(deal)
    assert not ReviewItem.objects.exists()


def test_a_moderator_may_say_how_one_must_not_pay(deals: Deals) -> None:
    deal = deals()
    opening.enter_room(actor=deal.cast.dov, scope=deal.room.pk, now=deal.now)
    deal.send("dov", "moderation.step_in", reason="a word")
    deal.say("dov", "Do not pay by PayPal.")
    watch(deal)
    assert not ReviewItem.objects.exists()


def test_what_was_said_long_ago_is_history(deals: Deals) -> None:
    deal = deals()
    deal.say("seller", PAY)
    deal.now += timedelta(seconds=limits.WATCH_BACK_S + 1)
    watch(deal)
    assert not ReviewItem.objects.exists()


def test_a_head_that_was_signed_meanwhile_is_not_missed(deals: Deals) -> None:
    deal = deals()
    reader = place()
    while reader.go_on(deal.now):
        pass
    deal.say("seller", PAY)
    deal.propose("seller", 9_000)
    deal.accept("buyer")  # a milestone: the head is signed, and no longer unsigned
    assert not Stream.objects.get(id=deal.room.pk).unsigned
    assert reader.go_on(deal.now)
    assert item(deal).kind == "payment"


def test_a_flood_in_one_room_is_read_page_by_page(deals: Deals) -> None:
    deal, other = deals(), deals()
    for _ in range(EVENTS_AT_ONCE + 5):
        deal.say("seller", "Hm.")
    deal.say("seller", PAY)
    other.now = deal.now
    other.say("seller", PAY)
    reader = place()
    reader.go_on(deal.now)
    assert [one.room_id for one in ReviewItem.objects.all()] == [other.room.pk]
    reader.go_on(deal.now)
    assert ReviewItem.objects.count() == 2
    assert not reader.go_on(deal.now)


def test_a_pass_that_is_full_leaves_the_rest_to_the_next_and_goes_on_behind_it(
    deals: Deals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "STREAMS_AT_ONCE", 1)
    monkeypatch.setattr(following, "EVENTS_IN_A_PASS", 1)
    rooms = [deals() for _ in range(3)]
    for deal in rooms:
        deal.now = rooms[-1].now
        deal.say("seller", PAY)
    reader = place()
    found = []
    for _ in rooms:
        reader.go_on(rooms[-1].now)
        rooms[0].say("buyer", "Hm.")  # who goes on talking does not hold up the others
        found.append(ReviewItem.objects.count())
    assert found == [1, 2, 3]


def test_findings_and_reports_of_a_person_are_one_item(deals: Deals) -> None:
    deal = deals()
    deal.say("seller", PAY)
    watch(deal)
    report(deal, "buyer", {"what": "person", "person": str(deal.ada.pk)}, kind="payment")
    deal.say("seller", "Write to ada@norte.example.com")
    watch(deal)
    assert (item(deal).score, item(deal).kind) == (50 + 60 + 25, "payment")


def test_a_look_at_nothing_new_reads_no_event(deals: Deals) -> None:
    deal: Trade = deals()
    deal.say("seller", "Hello.")
    watch(deal)
    assert not place().go_on(deal.now)


def test_words_that_cannot_be_looked_at_find_nothing() -> None:
    told = following.Told(stream=None, seq=1, kind="message.sent", by=None, at=None, content=None)  # type: ignore[arg-type]
    assert watching.look(told) is None


@pytest.mark.covers("room:supervision.guests")
def test_a_link_in_what_a_guest_says_is_found_and_in_what_others_say_not(db: None) -> None:
    invited = Invitation()
    invited.enter()
    table = invited.table()
    table.send("seller", "message.send", text="See https://norte.example/")
    table.send("buyer", "message.send", text="See https://evil.example/pumps")
    table.send("buyer", "message.send", text="See www.evil.example/pumps")
    watch(table)
    found, again = Finding.objects.order_by("seq")
    assert again.item == found.item
    assert (found.rule, found.item.subject, found.item.kind) == ("link", invited.guest, "payment")
    shown = queue_queries.item_for(moderator("Dov"), found.item_id, table.now)
    assert [fit.words for entry in shown.entries for fit in entry.fits] == [
        "ww.evil.example/pumps",
        "https://evil.example/pumps",
    ]
