"""From a public question to a private room."""

from datetime import timedelta
from uuid import uuid4

import pytest

from catalog import services as catalog
from catalog.models import Listing
from negotiation_hub.kernel import outbox, stream
from negotiation_hub.kernel.models import Mail
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.kernel.wire import StreamUnknown
from rooms import queries as rooms
from rooms.models import Room
from tests.personas import START, Cast
from tests.threads.conftest import Say
from threads import moving, queries, services
from threads.models import Thread
from threads.refusals import NoListing

pytestmark = pytest.mark.django_db


def moves(thread: Thread) -> list[dict[str, str]]:
    return [event.body for event in stream.everything(thread.pk) if event.kind == "thread.moved"]


def test_the_asker_takes_it_to_a_room_that_says_where_it_comes_from(
    cast: Cast, question: Thread, say: Say
) -> None:
    say(cast.ada, question, "SiC.")
    head = list(stream.everything(question.pk))[-1]
    room = moving.take_to_room(actor=cast.ben, thread_id=question.pk, now=START)
    assert (room.buyer, room.seller, room.opened_by) == (cast.acme, cast.norte, cast.ben)
    assert room.origin == {
        "kind": "thread",
        "id": str(question.pk),
        "seq": head.seq,
        "hash": head.hash.hex(),
        "title": "Which seal?",
    }
    assert moves(question) == [{"room": str(room.pk)}]
    question.refresh_from_db()
    assert queries.room_of(cast.ben, question) == queries.room_of(cast.sol, question) == room
    assert queries.room_of(cast.cleo, question) is None
    assert queries.room_of(None, question) is None


def test_a_second_click_by_either_side_finds_the_same_room(cast: Cast, question: Thread) -> None:
    room = moving.take_to_room(actor=cast.ben, thread_id=question.pk, now=START)
    later = START + timedelta(days=1)
    for person in (cast.ben, cast.ada, cast.max):
        assert moving.take_to_room(actor=person, thread_id=question.pk, now=later) == room
    assert len(moves(question)) == Room.objects.count() == 1


def test_the_seller_takes_it_there_for_the_asker_who_is_told_by_mail(cast: Cast, question: Thread) -> None:
    room = moving.take_to_room(actor=cast.sol, thread_id=question.pk, now=START)
    assert room.opened_by == cast.ben
    assert {one.user: one.side for one in room.participants.select_related("user")} == {
        cast.ben: "buyer",
        cast.ada: "seller",
        cast.sol: "seller",
    }
    assert rooms.room_for(cast.ben, room.pk).side == "buyer"
    outbox.drain(START + timedelta(days=999))
    told = [mail for mail in Mail.objects.all() if str(room.pk) in mail.text]
    assert [mail.to for mail in told] == [cast.ben.email]


def test_nobody_else_takes_it_anywhere(cast: Cast, question: Thread, say: Say) -> None:
    say(cast.cleo, question)
    for person in (cast.cleo, cast.dov):
        with pytest.raises(NotPermitted):
            moving.take_to_room(actor=person, thread_id=question.pk, now=START)
    moving.take_to_room(actor=cast.ben, thread_id=question.pk, now=START)
    with pytest.raises(NotPermitted):  # nor hears where it went
        moving.take_to_room(actor=cast.cleo, thread_id=question.pk, now=START)
    assert Room.objects.count() == 1


def test_what_is_about_no_listing_has_no_room(cast: Cast, private: Thread) -> None:
    with pytest.raises(NoListing):
        moving.take_to_room(actor=cast.ben, thread_id=private.pk, now=START)
    with pytest.raises(StreamUnknown):
        moving.take_to_room(actor=cast.cleo, thread_id=private.pk, now=START)
    with pytest.raises(StreamUnknown):
        moving.take_to_room(actor=cast.cleo, thread_id=uuid4(), now=START)


def test_a_listing_that_was_put_away_has_no_new_room(cast: Cast, question: Thread, listing: Listing) -> None:
    catalog.archive_listing(actor=cast.ada, listing_id=listing.pk, now=START)
    with pytest.raises(NotFound):
        moving.take_to_room(actor=cast.ben, thread_id=question.pk, now=START)
    assert not moves(question)


def test_the_sellers_own_question_is_not_taken_anywhere(cast: Cast, listing: Listing) -> None:
    own = services.ask(
        actor=cast.ada, listing_id=listing.pk, subject="News", text="b", now=START, thread_id=uuid4()
    )
    from rooms.queries import SameParty

    with pytest.raises(SameParty):
        moving.take_to_room(actor=cast.sol, thread_id=own.pk, now=START)


def test_a_private_thread_about_a_listing_can_be_taken_to_a_room(cast: Cast, listing: Listing) -> None:
    made = services.start_thread(
        actor=cast.ben,
        subject="a",
        text="b",
        people=[(cast.ben, "buyer"), (cast.ada, "seller")],
        listing=listing.pk,
        now=START,
        thread_id=uuid4(),
    )
    room = moving.take_to_room(actor=cast.ada, thread_id=made.pk, now=START)
    assert moving.take_to_room(actor=cast.ben, thread_id=made.pk, now=START) == room
