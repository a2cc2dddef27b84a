"""Getting in by a link: the first browser, the same one again, another one, and links that lead nowhere."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from negotiation_hub.kernel import clock, crypto, limits
from negotiation_hub.kernel.models import Mail
from negotiation_hub.people.models import User
from rooms import opening
from rooms.guests import bounds, entry, links
from rooms.guests.models import GuestLink
from rooms.models import Participant, Room
from tests.rooms.guests import Invitation, is_in
from tests.rooms.moderated import WHY, impose, moderator, sound
from tests.rooms.table import person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_rates() -> None:
    for rate in (bounds._messages, bounds._offers, bounds._arrivals):
        rate._buckets.clear()


@pytest.fixture
def invited() -> Invitation:
    """A fresh link."""
    return Invitation()


def test_looking_at_a_link_changes_nothing(invited: Invitation) -> None:
    before = User.objects.count()
    for _ in range(2):
        page = invited.open(Client())
        assert page.status_code == 200
        assert "Enter as a guest" in page.content.decode()
    assert (User.objects.count(), Room.objects.count()) == (before, 0)
    assert invited.row.state(clock.now()) == GuestLink.State.UNUSED


@pytest.mark.covers("room:entry.link")
def test_the_button_makes_a_guest_and_opens_the_room_as_the_buyer(invited: Invitation) -> None:
    browser = invited.enter()
    assert is_in(browser, invited.room.pk)
    guest = invited.guest
    assert (guest.name, guest.is_guest, guest.has_usable_password()) == ("Gus", True, False)
    seats = Participant.objects.filter(room=invited.room)
    assert {(seat.user.name, seat.side) for seat in seats} == {("Gus", "buyer"), ("Ada", "seller")}
    table = invited.table()
    assert [one.get("guest") for one in table.state["participants"]] == [True, None]
    sound(table)


def test_pressing_it_twice_makes_one_guest(invited: Invitation) -> None:
    browser = invited.enter()
    invited.enter(browser)
    assert Room.objects.count() == 1
    assert is_in(browser, invited.room.pk)


def test_the_same_browser_gets_straight_in_again(invited: Invitation) -> None:
    browser = invited.enter()
    assert invited.open(browser).headers["Location"] == f"/rooms/{invited.room.pk}/"
    browser.post("/accounts/auth/logout/")  # the session is gone, the browser is the same
    assert "Go on" in invited.open(browser).content.decode()
    browser.post("/guests/enter/", {"token": invited.token})
    assert is_in(browser, invited.room.pk)
    assert Room.objects.count() == 1


@pytest.mark.covers("room:entry.first_browser")
def test_another_browser_is_refused_in_words(invited: Invitation) -> None:
    invited.enter()
    other = invited.enter(name="Eve")
    page = invited.open(other).content.decode()
    assert "in use in another browser" in page
    assert "No mail address is known" in page
    assert not is_in(other, invited.room.pk)
    assert not Mail.objects.exists()


@pytest.mark.covers("room:entry.first_browser")
def test_the_code_from_the_mail_lets_another_browser_in_and_the_first_one_out() -> None:
    invited = Invitation()
    first = invited.enter(email="Gus@People.example")
    other = Client()
    invited.open(other)
    code = invited.code(other)
    assert Mail.objects.get().to == "gus@people.example"
    assert invited.enter_code(other, code).status_code == 302
    assert is_in(other, invited.room.pk)
    assert not is_in(first, invited.room.pk)
    assert "another browser" in invited.open(first).content.decode()


def test_no_code_goes_to_an_address_that_only_the_seller_said() -> None:
    invited = Invitation(email="shop@people.example")
    first, other = Client(), Client()
    assert (
        'value="shop@people.example"' in invited.open(first).content.decode()
    )  # theirs to keep or to change
    invited.enter(first, email="")
    assert "No mail address is known" in invited.open(other).content.decode()
    with refused("guest.no_address"):
        entry.mail_code(token=invited.token, now=clock.now())
    assert not Mail.objects.exists()


def test_a_guest_gets_no_password_by_the_back_door(invited: Invitation) -> None:
    inside, guest = invited.enter(), invited.guest
    Client().post("/accounts/auth/password/reset/", {"email": guest.email})
    assert not Mail.objects.exists()
    assert inside.get("/accounts/auth/email/").headers["Location"] == "/guests/account/"
    guest.set_password("correct horse battery")
    guest.save()
    other = Client()
    other.post("/accounts/auth/login/", {"login": guest.email, "password": "correct horse battery"})
    assert not is_in(other, invited.room.pk)


def test_a_code_is_good_once_for_some_tries_and_some_minutes() -> None:
    invited = Invitation()
    invited.enter(email="gus@people.example")
    other, now = Client(), clock.now()
    invited.open(other)
    browser = other.cookies["guest_browser"].value
    code = invited.code(other)
    late = now + timedelta(seconds=limits.GUEST_CODE_S + 5)
    with refused("guest.code_wrong"):
        entry.enter_by_code(token=invited.token, browser=browser, code=code, now=late)
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(limits.GUEST_CODE_TRIES_MAX):
        assert "not the code" in invited.enter_code(other, wrong).content.decode()
    assert "not the code" in invited.enter_code(other, code).content.decode()
    assert not is_in(other, invited.room.pk)


def test_codes_are_mailed_with_pauses_and_not_for_ever() -> None:
    invited = Invitation()
    invited.enter(email="gus@people.example")
    now = clock.now()
    entry.mail_code(token=invited.token, now=now)
    with refused("guest.code_too_soon"):
        entry.mail_code(token=invited.token, now=now)
    GuestLink.objects.update(codes=limits.GUEST_CODES_MAX)
    with refused("guest.codes_exhausted"):
        entry.mail_code(token=invited.token, now=now + timedelta(hours=1))


def test_a_browser_that_keeps_no_cookies_is_told_so(invited: Invitation) -> None:
    with refused("guest.no_cookies"):
        entry.enter(token=invited.token, browser="", name="Gus", email="", client="::1", now=clock.now())
    blind = Client()
    page = blind.post("/guests/enter/", {"token": invited.token, "name": "Gus"})
    assert "does not keep cookies" in page.content.decode()


def test_nothing_but_digests_is_kept_and_nothing_of_it_logged(
    invited: Invitation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = invited.enter(email="gus@people.example")
    other = Client(enforce_csrf_checks=True)
    invited.open(other)
    other.post("/guests/enter/", {"token": invited.token, "name": "Eve"})  # refused for its CSRF token
    second = Client()
    invited.enter(second)
    code = invited.code(second)
    secrets = [invited.token, browser.cookies["guest_browser"].value, code]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM rooms_guestlink")
        kept = repr(cursor.fetchall())
    # Of a server that is set to log what it does, without the statements that only DEBUG shows.
    lines = [one.getMessage() for one in caplog.records if not one.name.startswith("django.db")]
    said = "\n".join(lines)
    assert "Forbidden" in said
    for secret in secrets:
        assert secret not in kept
        assert secret not in said


def test_the_cookie_is_for_this_site_alone(invited: Invitation, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True  # as where the site is https
    cookie = invited.open(Client()).cookies["guest_browser"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
    assert len(cookie.value) == len(entry.new_browser())


def test_whatever_is_wrong_with_a_link_it_looks_alike(invited: Invitation) -> None:
    foreign = crypto.make_token("catalog.leave", {"l": invited.link.pk.hex}, ttl_s=60, now=clock.now())
    old = crypto.make_token("rooms.guest", {"l": invited.link.pk.hex}, ttl_s=-1, now=clock.now())
    ours = crypto.make_token("rooms.guest", {"l": invited.link.pk.hex}, ttl_s=60, now=clock.now())
    revoked = Invitation()
    revoked.revoke()
    wrong = [foreign, old, ours, "x", "a.b", invited.token[:-2] + "xx", revoked.token]
    pages = [Client().get(f"/guests/in/{token}/") for token in wrong]
    pages += [Client().post("/guests/enter/", {"token": token, "name": "Gus"}) for token in wrong]
    assert {page.status_code for page in pages} == {404}
    assert all("This link leads nowhere" in page.content.decode() for page in pages)


def test_a_link_about_what_is_not_offered_any_more_leads_nowhere(invited: Invitation) -> None:
    from catalog import services as catalog

    catalog.archive_listing(actor=invited.ada, listing_id=invited.listing.pk, now=clock.now())
    browser = invited.enter()
    assert invited.open(browser).status_code == 404
    answer = browser.post("/guests/enter/", {"token": invited.token, "name": "Gus"})
    assert answer.status_code == 404
    assert not User.objects.filter(is_guest=True).exists()


def test_who_has_an_account_need_not_be_a_guest(invited: Invitation, client: Client) -> None:
    client.force_login(person("Ben", "Acme"))
    assert "need not be a guest" in invited.open(client).content.decode()
    invited.enter(client)
    assert invited.row.guest is None
    client.force_login(invited.ada)
    assert "of your own side" in invited.open(client).content.decode()


@pytest.mark.covers("room:supervision.guests")
def test_so_many_guests_come_from_one_network_in_an_hour() -> None:
    ada = person("Ada", "Norte")
    for _ in range(limits.GUESTS_PER_CLIENT_H):
        Invitation(ada).enter()
    late = Invitation(ada)
    assert "Too many guests" in _pressed(late)
    assert late.row.guest is None


def test_a_name_that_cannot_be_shown_lets_nobody_in(invited: Invitation) -> None:
    for name in ("", "  ", "Gus\x07", "\u202eecilA", "x" * 101):
        invited.enter(name=name)
    invited.enter(email="nobody")
    assert invited.row.guest is None
    page = invited.open(invited.enter(name="<script>alert(1)</script>")).headers["Location"]
    assert page == f"/rooms/{invited.room.pk}/"


# -- the end -----------------------------------------------------------------------------------------------


@pytest.mark.covers("room:entry.link")
def test_who_came_by_a_link_that_is_revoked_is_a_stranger_from_the_next_request_on(
    invited: Invitation,
) -> None:
    browser = invited.enter()
    table = invited.table()
    invited.revoke()
    assert not is_in(browser, invited.room.pk)
    assert "_auth_user_id" not in browser.session
    assert invited.open(browser).status_code == 404
    with refused("stream.unknown"):
        table.send("buyer", "message.send", text="Still here?")
    last = table.events[-1]
    assert (last.kind, last.by) == ("guest.removed", str(invited.ada.pk))
    invited.revoke()  # again, nothing happens
    assert table.events[-1] == last
    sound(table)


def test_no_moderator_brings_a_guest_back_whose_link_is_over(invited: Invitation) -> None:
    invited.enter()
    table = invited.table()
    table.others["dov"] = moderator()
    opening.enter_room(actor=table.others["dov"], scope=invited.room.pk, now=table.now)
    table.send("dov", "moderation.step_in", reason=WHY)
    impose(table, "remove")
    impose(table, "readmit")
    table.send("buyer", "message.send", text="Here again.")
    impose(table, "remove")
    invited.revoke()
    with refused("guest.gone"):
        impose(table, "readmit")
    sound(table)


def test_time_ends_a_stay_as_well(invited: Invitation) -> None:
    browser = invited.enter()
    assert browser.session.get_expiry_date() <= invited.row.expires_at + timedelta(seconds=2)
    over = invited.row.expires_at
    links.end_link({"link": str(invited.link.pk)}, over - timedelta(seconds=1))
    assert is_in(browser, invited.room.pk)
    links.end_link({"link": str(invited.link.pk)}, over)
    links.end_link({"link": str(invited.link.pk)}, over)
    assert not is_in(browser, invited.room.pk)
    told = [event.by for event in invited.table().events if event.kind == "guest.removed"]
    assert told == [None]
    assert invited.row.state(over) == GuestLink.State.ENDED
    with refused("guest.link_unknown"):
        links.link_of(invited.token, over)


def _pressed(invited: Invitation) -> str:
    browser = Client()
    invited.open(browser)
    return browser.post("/guests/enter/", {"token": invited.token, "name": "Gus"}).content.decode()
