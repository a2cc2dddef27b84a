"""What a guest needs an account for, how they make one, and from where."""

import json
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import Settings

from negotiation_hub.kernel import authority, clock, limits
from negotiation_hub.kernel.models import Job, Mail
from negotiation_hub.people import queries as people
from negotiation_hub.people import services
from negotiation_hub.people.models import Membership, User
from orders.models import Order
from orders.services import common
from rooms import attachments, opening, queries
from rooms.guests import bounds
from rooms.guests.models import GuestLink
from rooms.models import Room
from tests.rooms.guests import Invitation, claim, is_in, listing_of
from tests.rooms.moderated import row, sound
from tests.rooms.table import Table, person, refused
from threads import services as threads

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _fast(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    for rate in (bounds._messages, bounds._offers, bounds._arrivals):
        rate._buckets.clear()


@pytest.fixture
def invited() -> Invitation:
    """A link of Ada's."""
    return Invitation()


@pytest.fixture
def browser(invited: Invitation) -> Client:
    """The browser that opened it first."""
    return invited.enter()


@pytest.fixture
def table(invited: Invitation, browser: Client) -> Table:
    """A table at which a guest buys, with an offer of the seller's on it."""
    table = invited.table()
    table.propose("seller", 9_000)
    return table


# -- what needs an account ---------------------------------------------------------------------------------


@pytest.mark.covers("room:entry.claim")
def test_a_guest_talks_and_offers_but_does_not_accept(table: Table) -> None:
    table.send("buyer", "message.send", text="Too dear.")
    before = table.state
    with refused("guest.account_needed"):
        table.accept("buyer")
    assert table.state == before
    assert not Order.objects.exists()
    table.counter("buyer", 8_000)
    assert table.standing["side"] == "buyer"
    sound(table)


@pytest.mark.covers("room:entry.claim")
def test_a_guest_whose_offer_was_accepted_pays_nothing_without_an_account(
    table: Table, browser: Client
) -> None:
    table.counter("buyer", 8_000)
    table.accept("seller")
    order = Order.objects.get()
    with refused("guest.account_needed"):
        common.require(order, table.ben, common.who_may("place"))
    answer = browser.post(f"/orders/{order.pk}/place/", {})
    assert (answer.status_code, Order.objects.get().status) == (403, "draft")
    sound(table)


def test_beyond_their_room_a_guest_changes_nothing(table: Table, browser: Client) -> None:
    other = listing_of(table.ada)
    rooms = Room.objects.count()
    for path, body in (
        ("/rooms/open/", {"listing": str(other.pk)}),
        ("/people/me/tokens/", {"label": "x"}),
        ("/people/organisations/new/", {"name": "Evil"}),
        ("/accounts/auth/password/set/", {"password1": "x"}),
        ("/accounts/auth/email/", {"email": "gus@people.example", "action_add": ""}),
    ):
        answer = browser.post(path, body)
        assert answer.status_code == 403, path
        assert "Make an account" in answer.content.decode()
    api = browser.post("/api/v1/rooms", json.dumps({"listing": str(other.pk)}), "application/json")
    assert (api.status_code, api.json()["code"]) == (403, "guest.account_needed")
    assert Room.objects.count() == rooms
    assert not Membership.objects.filter(user=table.ben).exclude(organisation=table.room.buyer).exists()


def test_pages_about_an_account_lead_a_guest_to_making_one(table: Table, browser: Client) -> None:
    for path in ("/accounts/auth/signup/", "/accounts/auth/login/", "/people/me/"):
        assert browser.get(path).headers["Location"] == "/guests/account/"
    assert browser.get("/listings/").status_code == 200


def test_the_services_refuse_a_guest_whatever_the_door(table: Table) -> None:
    with refused("guest.account_needed"):
        opening.open_room(actor=table.ben, listing_id=listing_of(table.ada).pk, now=table.now)
    with refused("guest.account_needed"):
        attachments.upload(
            actor=table.ben, room_id=table.room.pk, stream_id=table.room.pk, id=uuid4(), data=b"x", name="x",
            now=table.now,
        )  # fmt: skip
    with refused("guest.account_needed"):
        threads.post(actor=table.ben, thread_id=uuid4(), text="Buy now!", command=uuid4(), now=table.now)


# -- how much ----------------------------------------------------------------------------------------------


@pytest.mark.covers("room:supervision.guests")
def test_a_guest_says_so_much_in_a_minute(table: Table) -> None:
    for number in range(limits.GUEST_MESSAGES_BURST):
        table.send("buyer", "message.send", text=f"Buy {number}!")
    with refused("rate.too_fast"):
        table.send("buyer", "message.send", text="Once more.")
    with refused("rate.too_fast"):
        table.send("buyer", "message.send", stream_id=table.caucus("buyer"), text="Once more.")
    for number in range(limits.GUEST_MESSAGES_BURST + 1):
        table.send("seller", "message.send", text=f"I may, {number}.")
    # On the socket it goes past the writer, to the service that counts.
    assert "message.send" not in queries.view(table.ben, row(table)).may
    assert "message.send" in queries.view(table.ada, row(table)).may


@pytest.mark.covers("room:supervision.guests")
def test_a_guest_offers_so_often_in_an_hour(table: Table) -> None:
    table.counter("buyer", 8_000)
    for number in range(1, limits.GUEST_OFFERS_BURST):
        table.supersede("buyer", 8_000 + number)
    with refused("rate.too_fast"):
        table.supersede("buyer", 8_500)


@pytest.mark.covers("room:supervision.guests")
def test_a_guest_writes_short_messages(table: Table) -> None:
    table.send("buyer", "message.send", text="x" * limits.GUEST_MESSAGE_CHARS_MAX)
    with refused("guest.message_too_long"):
        table.send("buyer", "message.send", text="x" * (limits.GUEST_MESSAGE_CHARS_MAX + 1))
    table.send("seller", "message.send", text="x" * (limits.GUEST_MESSAGE_CHARS_MAX + 1))


@pytest.mark.covers("room:supervision.guests")
def test_what_a_guest_says_is_mailed_to_nobody_nor_anything_to_them(table: Table) -> None:
    table.send("buyer", "message.send", text="@Ada look!", mentions=[str(table.ada.pk)])
    assert not Job.objects.filter(topic="rooms.mention").exists()
    table.send("seller", "message.send", text="@Gus yes?", mentions=[str(table.ben.pk)])
    from rooms.mentioning import mail_mention

    mail_mention(Job.objects.get(topic="rooms.mention").payload, clock.now())
    assert not Mail.objects.exists()


# -- making one --------------------------------------------------------------------------------------------


@pytest.mark.covers("room:entry.claim")
def test_with_an_account_they_stay_who_they_are_and_accept(
    invited: Invitation, table: Table, browser: Client
) -> None:
    table.send("buyer", "message.send", text="I will take it.")
    before, known = table.events, authority.versions([table.ben.pk])
    assert "Make an account" in browser.get("/guests/account/").content.decode()
    assert claim(browser).headers["Location"] == f"/rooms/{table.room.pk}/"
    assert is_in(browser, table.room.pk)
    gus = User.objects.get(email="gus@people.example")
    assert (gus.pk, gus.is_guest) == (table.ben.pk, False)
    assert people.acting_organisation(gus) == table.room.buyer
    assert table.events[: len(before)] == before  # nothing of what was said has changed
    assert table.events[-1].kind == "guest.registered"
    assert authority.versions([gus.pk]) != known  # open sockets are looked at again
    assert "guest" not in table.state["participants"][0]
    table.ben = gus
    table.accept("buyer")
    assert Order.objects.get().buyer_id == table.room.buyer_id
    sound(table)
    mail = Mail.objects.get(to="gus@people.example", subject__contains="onfirm")
    assert "/confirm-email/" in mail.text
    assert not EmailAddress.objects.get(user=gus).verified
    elsewhere = Client()
    elsewhere.post("/accounts/auth/login/", {"login": "gus@people.example", "password": PASSWORD})
    assert is_in(elsewhere, table.room.pk)
    # The link has done what it was for, for everybody.
    assert invited.open(Client()).status_code == 404
    assert invited.row.state(clock.now()) == GuestLink.State.CLAIMED
    invited.revoke()
    assert is_in(elsewhere, table.room.pk)


def test_pressing_it_twice_makes_one_account(table: Table, browser: Client) -> None:
    claim(browser)
    assert claim(browser).status_code == 302
    assert [event.kind for event in table.events].count("guest.registered") == 1


@pytest.mark.covers("room:entry.claim")
def test_from_another_browser_nothing_is_taken_along(table: Table, browser: Client) -> None:
    thief = Client()
    thief.cookies["sessionid"] = browser.cookies["sessionid"].value  # the session alone is not the browser
    assert claim(thief).status_code == 403
    assert "nothing can be taken along" in thief.get("/guests/account/").content.decode()
    thief.cookies["guest_browser"] = "x" * 43
    assert claim(thief).status_code == 403
    assert table.events[-1].kind != "guest.registered"
    assert User.objects.get(pk=table.ben.pk).is_guest


@pytest.mark.covers("room:entry.claim")
def test_signing_up_elsewhere_moves_nothing(invited: Invitation, table: Table) -> None:
    other = Client()
    invited.open(other)
    form = {"name": "Gus", "email": "gus@people.example", "password1": PASSWORD}
    assert other.post("/accounts/auth/signup/", form).status_code == 302
    assert not is_in(other, table.room.pk)
    assert User.objects.get(pk=table.ben.pk).is_guest
    assert other.get("/guests/account/").status_code == 302


@pytest.mark.covers("room:entry.first_browser")
def test_the_code_moves_the_right_to_an_account_to_the_new_browser() -> None:
    invited = Invitation()
    first, other = invited.enter(email="gus@people.example"), Client()
    invited.open(other)
    invited.enter_code(other, invited.code(other))
    assert claim(first).status_code == 302  # to the sign-in
    assert User.objects.get(pk=invited.guest.pk).is_guest
    assert claim(other).headers["Location"] == f"/rooms/{invited.room.pk}/"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"email": "ada@people.example"}, "has an account already"),
        ({"email": "ADA@people.example"}, "has an account already"),
        ({"email": "nobody"}, "valid"),
        ({"password": "12345678"}, "too common"),
        ({"password": ""}, "required"),
    ],
)
def test_what_cannot_be_an_account_is_said_beside_its_field(
    table: Table, browser: Client, said: dict[str, Any], words: str
) -> None:
    services.sign_up(email="ada@people.example", name="Ada", password=None, now=clock.now())
    answer = claim(browser, **said)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert User.objects.get(pk=table.ben.pk).is_guest


def test_who_was_put_out_makes_no_account_of_it(invited: Invitation, table: Table, browser: Client) -> None:
    invited.revoke()
    assert claim(browser).headers["Location"].startswith("/accounts/auth/login/")
    assert User.objects.get(pk=table.ben.pk).is_guest


def test_a_link_is_made_and_revoked_by_who_sells(invited: Invitation) -> None:
    from rooms.guests import links

    stranger = person("Cleo", "Elsewhere")
    for act in (
        lambda: links.revoke_link(actor=stranger, link_id=invited.link.pk, now=clock.now()),
        lambda: links.make_link(actor=stranger, listing_id=invited.listing.pk, label="x", now=clock.now()),
        lambda: links.revoke_link(actor=stranger, link_id=uuid4(), now=clock.now()),
    ):
        with refused("not_found"):
            act()
    member = person("Mia")
    Membership.objects.create(
        user=member, organisation=invited.link.organisation, role="member", created_at=clock.now()
    )
    with refused("not_permitted"):
        links.revoke_link(actor=member, link_id=invited.link.pk, now=clock.now())
    assert links.links_of(stranger) == []
    assert invited.link not in links.links_of(member)


def test_the_sellers_page_shows_a_fresh_link_once_and_how_things_are(invited: Invitation) -> None:
    seller = Client()
    seller.force_login(invited.ada)
    form = {"listing": str(invited.listing.pk), "label": "<b>Bea</b>", "email": "", "days": "7"}
    page = seller.post("/guests/", form).content.decode()
    assert "/guests/in/" in page
    again = seller.get("/guests/").content.decode()
    assert "/guests/in/" not in again
    assert "&lt;b&gt;Bea&lt;/b&gt;" in again
    assert again.count("Not opened yet") == 2
    invited.enter()
    assert "In use" in seller.get("/guests/").content.decode()
    seller.post(f"/guests/{invited.link.pk}/revoke/")
    assert "Revoked" in seller.get("/guests/").content.decode()
    for wrong in ({"days": "0"}, {"days": "91"}, {"label": " "}, {"email": "x"}, {"listing": str(uuid4())}):
        assert "/guests/in/" not in seller.post("/guests/", {**form, **wrong}).content.decode()
