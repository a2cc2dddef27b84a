"""The link of an order by mail: who confirms by it, what has changed meanwhile, and when it is forgotten."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.urls import reverse
from pytest_django import Settings

from catalog.models import Listing
from negotiation_hub.kernel import clock, crypto, limits, resealing
from negotiation_hub.people import second_factor
from negotiation_hub.people import services as people
from negotiation_hub.people.erasing import erase_person
from orders.models import Order
from orders.queries import details_of
from rooms.mailed import forgetting
from rooms.mailed.models import MailOrder
from rooms.models import Room
from tests.orders.places import where_buyers_fetch
from tests.rooms.mailing import (
    MailShop,
    accept_in,
    browser,
    confirmed,
    hidden,
    link_in,
    nothing_bought,
    press,
    problems,
)
from tests.rooms.table import person

pytestmark = pytest.mark.django_db


# --- what changes between the mail and the button


def test_a_changed_price_is_said_and_never_charged_unseen(shop: MailShop) -> None:
    shop.order()
    link = shop.link()
    seen = hidden(browser().get(link).content.decode())
    Listing.objects.update(price_minor=13_000)
    late = browser().post(link, {**seen, "step": "bind"})
    assert late.status_code == 422
    text = late.content.decode()
    assert "The price was 120.00\N{NO-BREAK SPACE}EUR and is 130.00\N{NO-BREAK SPACE}EUR now." in text
    nothing_bought()
    press(link, "")
    assert "260.00" in browser().get(link).content.decode()
    press(link, "bind")
    assert Order.objects.get().gross == 26_000


def test_what_is_ordered_may_be_fetched_at_a_place_of_the_sellers(shop: MailShop) -> None:
    there = where_buyers_fetch(shop.listing.organisation, shop.ada, clock.now())
    shop.order()
    link = shop.link()
    assert "I fetch it: Valencia" in press(link, "change").content.decode()
    press(link, "", pick_up=str(there.pk))
    assert "Fetched at Valencia" in browser().get(link).content.decode()
    press(link, "bind")
    details = details_of(Order.objects.get())
    assert details is not None
    assert details.pick_up == str(there.pk)


def test_what_is_shown_is_what_is_bought_even_where_another_page_has_changed_it(shop: MailShop) -> None:
    shop.order()
    link = shop.link()
    seen = hidden(browser().get(link).content.decode())
    press(link, "", quantity="5")
    assert browser().post(link, {**seen, "step": "bind"})["Location"] == link
    nothing_bought()


def test_stock_that_is_gone_meanwhile_is_said(shop: MailShop) -> None:
    shop.order()
    link = shop.link()
    seen = hidden(browser().get(link).content.decode())
    Listing.objects.update(stock=1)
    late = browser().post(link, {**seen, "step": "bind"})
    assert late.status_code == 422
    assert "No more than 1 can be bought now." in late.content.decode()
    nothing_bought()


def test_a_listing_that_is_withdrawn_meanwhile_is_said(shop: MailShop) -> None:
    shop.order()
    link = shop.link()
    seen = hidden(browser().get(link).content.decode())
    Listing.objects.update(status="archived")
    late = browser().post(link, {**seen, "step": "bind"})
    assert "not public any more" in late.content.decode()
    assert 'value="Calle Mayor 1"' in late.content.decode()
    nothing_bought()


# --- who confirms


def test_an_unknown_sender_is_told_how_to_get_an_account_and_the_link_works_then(shop: MailShop) -> None:
    shop.take(shop.mail(sender="Zoe <zoe@mail.example>"))
    (answer,) = shop.answers("zoe@mail.example")
    assert reverse("account_signup") in answer.text
    link = link_in(answer.text)
    page = browser().get(link).content.decode()
    assert "Make an account" in page
    assert press(link, "bind").status_code == 403
    zoe = people.sign_up(email="zoe@mail.example", name="Zoe", password=None, now=clock.now())
    EmailAddress.objects.create(user=zoe, email=zoe.email, primary=True, verified=False)
    assert "confirm first" in browser(zoe).get(link).content.decode()
    assert press(link, "bind", zoe).status_code == 403
    nothing_bought()
    confirmed(zoe)
    press(link, "bind", zoe)
    assert Order.objects.get().buyer_person == zoe


def test_who_is_signed_in_as_somebody_else_confirms_nothing(shop: MailShop) -> None:
    shop.order()
    eve = confirmed(person("Eve", "Elsewhere"))
    assert "you are signed in as somebody else" in browser(eve).get(shop.link()).content.decode()
    assert press(shop.link(), "bind", eve).status_code == 403
    typed = press(shop.link(), "", eve, street="Evil street 1")
    assert typed.status_code == 403
    assert "Evil street 1" in typed.content.decode()
    assert MailOrder.objects.get().typed["street"] == "Calle Mayor 1"
    nothing_bought()


def test_the_sellers_own_people_and_who_may_not_buy_are_told_so(shop: MailShop) -> None:
    shop.take(shop.mail(sender=confirmed(shop.ada).email))
    told = shop.answers(shop.ada.email)[0].text
    assert "your own company" in told
    assert "Or answer this mail" not in told
    shop.ben.memberships.filter(organisation__name="Acme").update(role="sales")
    shop.order()
    assert "Your role does not let you buy" in shop.answers()[0].text
    assert "Your role does not let you buy" in browser().get(shop.link()).content.decode()
    assert press(shop.link(), "bind", seen=MailOrder.objects.last().digest).status_code == 403  # type: ignore[union-attr]
    nothing_bought()


def test_above_the_companys_limit_the_offer_waits_for_the_second_factor(shop: MailShop) -> None:
    acme = shop.ben.memberships.get(organisation__name="Acme").organisation
    second_factor.set_rule(actor=shop.ben, organisation=acme, minor=20_000, currency="EUR", now=clock.now())
    shop.order()
    press(shop.link(), "bind")
    assert not Order.objects.exists()
    page = browser().get(shop.link()).content.decode()
    assert "Your second factor" in page
    assert f"/rooms/{Room.objects.get().pk}/" in page
    assert problems() == []
    second_factor.set_rule(actor=shop.ben, organisation=acme, minor=None, currency="EUR", now=clock.now())
    accept_in(Room.objects.get(), shop.ben)
    press(shop.link(), "bind")
    assert Order.objects.get().placed_at is not None
    assert problems() == []


# --- links


def test_a_link_that_was_changed_or_is_too_old_leads_nowhere(shop: MailShop) -> None:
    shop.order()
    link = shop.link()
    head, _dot, tail = link.rpartition(".")
    assert browser().get(f"{head}.{'B' if tail[0] == 'A' else 'A'}{tail[1:]}").status_code == 410
    assert browser().get("/rooms/mail/x/").status_code == 410
    with time_machine.travel(clock.now() + timedelta(seconds=limits.MAIL_ORDER_S + 1)):
        assert browser().get(link).status_code == 410
        assert browser().post(link, {"step": "bind"}).status_code == 410
    nothing_bought()


# --- forgetting


def test_what_nobody_confirms_is_forgotten_in_time_and_not_before(shop: MailShop) -> None:
    draft = shop.order()
    forgetting.forget_old(draft.made_at + timedelta(seconds=limits.MAIL_ORDER_S - 1))
    assert MailOrder.objects.count() == 1
    forgetting.forget_old(draft.made_at + timedelta(seconds=limits.MAIL_ORDER_S))
    assert not MailOrder.objects.exists()
    assert browser().get(shop.link()).status_code == 410


def test_of_a_confirmed_one_what_is_personal_is_forgotten_and_verify_still_finds_it(shop: MailShop) -> None:
    draft = shop.order()
    press(shop.link(), "bind")
    forgetting.forget_old(draft.made_at + timedelta(seconds=limits.MAIL_ORDER_S))
    kept = MailOrder.objects.get()
    assert (kept.sender, kept.index, kept.typed, kept.rest) == (None, None, None, None)
    assert kept.room == Room.objects.get()
    assert problems() == []


def test_erasing_a_person_erases_what_they_ordered_by_mail(shop: MailShop) -> None:
    shop.order()
    press(shop.link(), "bind")
    shop.order()
    EmailAddress.objects.create(user=shop.ben, email="second@mail.example", verified=True)
    shop.take(shop.mail(sender="second@mail.example"))
    shop.take(shop.mail(sender="eve@mail.example"))
    erase_person(person=shop.ben, now=clock.now())
    left = {one.sender for one in MailOrder.objects.all()}
    assert left == {None, "eve@mail.example"}
    assert MailOrder.objects.count() == 2


def test_a_sender_is_counted_alike_after_a_rotation(
    shop: MailShop, settings: Settings, tmp_path: Path
) -> None:
    settings.KEY_RING = tmp_path / "ring.json"
    crypto.forget_keys()
    shop.order()
    crypto.rotate()
    assert shop.order().number == 2
    assert resealing.needing_old_keys() > 0
    sum(resealing.reseal())
    assert resealing.needing_old_keys() == 0
    assert shop.order().number == 3
    crypto.forget_keys()


# --- what verify says


def test_verify_names_a_mail_order_that_is_not_its_rooms(shop: MailShop) -> None:
    draft = shop.order()
    press(shop.link(), "bind")
    assert problems() == []
    MailOrder.objects.update(listing=uuid4())
    assert any(f"mail order {draft.pk}: its room is about another listing" in one for one in problems())
    MailOrder.objects.all().delete()
    assert any("ordered by mail, and no mail order names it" in one for one in problems())
