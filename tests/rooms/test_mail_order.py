"""Orders by mail: a form becomes a draft, one signed link confirms it, and nothing binds before that."""

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from pytest_django import Settings

from catalog.models import Listing
from negotiation_hub.kernel import clock, files, limits, mail_in, mail_parse, outbox
from negotiation_hub.kernel.mail_address import AddressInvalid
from negotiation_hub.kernel.models import File, InboundMail, Mail
from negotiation_hub.people.models import User
from orders.models import Order
from orders.queries import details_of
from rooms.mailed import form, receiving
from rooms.mailed.address import order_address
from rooms.mailed.models import MailOrder
from rooms.models import Room
from tests.orders.deal import with_
from tests.rooms.mailing import (
    VALUES,
    MailShop,
    browser,
    hidden,
    nothing_bought,
    press,
    problems,
)

pytestmark = pytest.mark.django_db
Status = InboundMail.Status


# --- from the mail to the order


def test_a_form_becomes_a_draft_that_is_answered_and_binds_nobody(shop: MailShop) -> None:
    draft = shop.order()
    (answer,) = shop.answers()
    assert draft.typed["city"] == "Madrid"
    assert answer.headers["Reply-To"] == shop.address
    assert answer.headers["Auto-Submitted"] == "auto-generated"
    for said in (
        "2\N{NO-BREAK SPACE}pcs Pump NB-40",
        "240.00",
        "Calle Mayor 1",
        "Ring twice",
        "PO-7",
        "Norte",
    ):
        assert said in answer.text
    nothing_bought()
    assert Listing.objects.get().stock == 5


def test_looking_at_the_link_binds_nothing_and_its_button_places_the_order(shop: MailShop) -> None:
    shop.order()
    link = shop.link()
    page = browser().get(link).content.decode()
    assert "with obligation to pay" in page
    assert "240.00" in page
    nothing_bought()
    assert press(link, "bind")["Location"] == link
    order = Order.objects.get()
    assert order.number in browser().get(link).content.decode()
    assert (order.gross, order.status, order.buyer_person) == (24_000, "unfulfilled", shop.ben)
    assert details_of(order) == with_(company="Acme", reference="PO-7", notes="Ring twice")
    assert Listing.objects.get().stock == 3
    assert problems() == []


def test_a_second_click_is_the_same_order_with_one_confirmation(shop: MailShop) -> None:
    shop.order()
    link = shop.link()
    page = hidden(browser().get(link).content.decode())
    for _ in range(3):
        assert browser().post(link, {**page, "step": "bind"})["Location"] == link
    assert Order.objects.count() == Room.objects.count() == 1
    assert len([one for one in shop.answers() if one.subject.startswith("Your order NH-")]) == 1


def test_the_room_says_that_it_came_by_mail(shop: MailShop) -> None:
    draft = shop.order()
    press(shop.link(), "bind")
    room = Room.objects.get()
    assert (room.origin or {})["kind"] == "mail_order"
    assert (room.origin or {})["id"] == str(draft.pk)
    draft.refresh_from_db()
    assert (draft.room, draft.confirmed_by) == (room, shop.ben)


def test_a_mail_in_spanish_is_answered_in_spanish(shop: MailShop) -> None:
    shop.take(shop.mail(form.render({**VALUES, "country": "España"}, "es")))
    (answer,) = shop.answers()
    assert answer.subject.startswith("Confirma tu pedido")
    assert "Total a pagar" in answer.text


def test_the_answer_is_in_the_language_that_the_person_has_chosen(shop: MailShop) -> None:
    User.objects.filter(pk=shop.ben.pk).update(language="es")
    shop.order()
    assert shop.answers()[0].subject.startswith("Confirma tu pedido")


def test_what_arrived_is_removed_once_it_was_read(shop: MailShop) -> None:
    raw = shop.mail()
    stored = shop.take(raw)
    assert (stored.raw, stored.envelope_from) == (None, "")
    outbox.drain(clock.now())
    assert not File.objects.filter(sha256=stored.sha256).exists()
    with pytest.raises(files.FileDamaged):
        mail_in.read(stored)
    assert mail_in.accept(raw, "ben@mail.example", [shop.address], clock.now()) is None
    assert [path for path in settings.DATA_DIR.rglob(stored.sha256) if path.is_file()] == []


# --- mails that come again, are forged, or are nobody's


def test_the_same_mail_again_is_the_same_draft_and_gets_no_second_answer(shop: MailShop) -> None:
    raw = shop.mail()
    stored = shop.take(raw)
    assert mail_in.accept(raw, "ben@mail.example", [shop.address], clock.now()) is None
    parsed = mail_parse.parse(
        raw, id=stored.pk, received_at=clock.now(), envelope_from="x", recipients=(shop.address,)
    )
    again = receiving.receive(parsed, clock.now())  # a worker that died before it noted it
    assert again is not None
    assert again.status == Status.TAKEN
    assert MailOrder.objects.count() == len(shop.answers()) == 1


@pytest.mark.parametrize(
    ("headers", "envelope"),
    [
        ({"Auto-Submitted": "auto-replied"}, "ben@mail.example"),
        ({"List-Id": "<all.acme.example>"}, "ben@mail.example"),
        ({"Precedence": "bulk"}, "ben@mail.example"),
        ({"From": "MAILER-DAEMON@mail.example"}, "ben@mail.example"),
        ({}, "<>"),
    ],
)
def test_a_program_gets_no_answer(shop: MailShop, headers: dict[str, str], envelope: str) -> None:
    stored = shop.take(shop.mail(headers=headers), envelope=envelope)
    assert stored.status == Status.IGNORED
    assert not MailOrder.objects.exists()
    assert not Mail.objects.exists()


def test_a_forged_sender_gets_no_answer_where_our_server_says_so(shop: MailShop, settings: Settings) -> None:
    settings.MAIL_AUTHSERV_ID = "mx.hub.example"
    verdict = {"Authentication-Results": "mx.hub.example; dmarc=fail header.from=acme.example"}
    assert shop.take(shop.mail(headers=verdict)).status == Status.REFUSED
    assert not Mail.objects.exists()


def test_a_mail_from_our_own_addresses_is_not_answered(shop: MailShop) -> None:
    for sender in (shop.address, "no-reply@hub.example"):
        assert shop.take(shop.mail(sender=sender)).status != Status.TAKEN
    assert not Mail.objects.exists()


def test_an_address_gets_so_many_answers_a_day_and_no_more(shop: MailShop) -> None:
    for _ in range(limits.MAIL_ORDERS_PER_DAY_MAX + 2):
        shop.take(shop.mail())
    assert len(shop.answers()) == MailOrder.objects.count() == limits.MAIL_ORDERS_PER_DAY_MAX
    shop.take(shop.mail(sender="Eve <eve@mail.example>"))
    assert len(shop.answers("eve@mail.example")) == 1
    shop.take(shop.mail(), now=clock.now() + timedelta(days=1))
    assert len(shop.answers()) == limits.MAIL_ORDERS_PER_DAY_MAX + 1


def test_of_two_mails_at_once_one_comes_again_rather_than_being_one_too_many(shop: MailShop) -> None:
    first, second = (shop.order() for _ in range(2))
    assert (first.number, second.number) == (1, 2)
    second.number = 1
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save(update_fields=["number"])


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_mail_for_what_is_not_public_is_refused_at_the_door(shop: MailShop, status: str) -> None:
    Listing.objects.update(status=status)
    for address in (shop.address, order_address(uuid4()), "order-x@hub.example", "order-@hub.example"):
        with pytest.raises(AddressInvalid):
            mail_in.check_recipient(address, clock.now())


def test_a_mail_to_a_listing_that_is_withdrawn_meanwhile_is_answered_in_words(shop: MailShop) -> None:
    raw = shop.mail()
    stored = mail_in.accept(raw, "ben@mail.example", [shop.address], clock.now())
    assert stored is not None
    Listing.objects.update(status="archived")
    mail_in.dispatch({"mail": str(stored.pk)}, clock.now())
    assert "not public any more" in shop.answers()[0].text
    page = browser().get(shop.link())
    assert "not public any more" in page.content.decode()
    assert "Calle Mayor 1" in page.content.decode()


# --- what is wrong is said, and nothing typed is lost


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"quantity": "a few"}, "“a few” is no quantity"),
        ({"quantity": ""}, "how many you want"),
        ({"quantity": "6"}, "No more than 5 can be bought now."),
        ({"price": "110.00 EUR"}, "The price is 120.00"),
        ({"country": "Spayn"}, "the country “Spayn”"),
        ({"country": "", "city": ""}, "Please give the town."),
        ({"tax_id": "ESB12345678"}, "check digit"),
        ({"postal_code": "99999"}, "no postcode of Spain"),
        ({"listing": "Another pump"}, "this address is that of “Pump NB-40”"),
    ],
)
def test_each_problem_is_said_with_its_line_and_the_form_to_send_again(
    shop: MailShop, typed: dict[str, str], words: str
) -> None:
    shop.order(**typed)
    (answer,) = shop.answers()
    assert answer.subject.startswith("Your order is not complete")
    assert words in answer.text
    name, value = next(iter(typed.items()))
    assert f"    {form.LABELS['en'][name]}: {value}".rstrip() + "\n" in answer.text
    assert form.render({**VALUES, **typed}, "en").rstrip() in answer.text
    page = browser().get(shop.link()).content.decode()
    assert "Ring twice" in page
    assert "with obligation to pay" not in page
    assert words in html.unescape(page)
    assert press(shop.link(), "bind", seen="").status_code in {302, 422}
    nothing_bought()


def test_a_sold_out_listing_answers_that_nothing_is_left(shop: MailShop) -> None:
    Listing.objects.update(stock=0)
    shop.order()
    assert "This is sold out" in shop.answers()[0].text


def test_a_problem_is_put_right_on_the_page_and_the_rest_is_there(shop: MailShop) -> None:
    shop.order(quantity="many", country="Spayn", city="")
    link = shop.link()
    assert press(link, "", quantity="3", country="ES", city="")["Location"] == link
    assert "Please give the town." in browser().get(link).content.decode()
    assert MailOrder.objects.get().typed["quantity"] == "3"
    press(link, "", quantity="3", country="ES", city="Madrid")
    assert "360.00" in browser().get(link).content.decode()
    press(link, "bind")
    assert details_of(Order.objects.get()) == with_(company="Acme", reference="PO-7", notes="Ring twice")
    assert problems() == []


def test_what_is_typed_on_the_page_alone_is_kept_and_looked_at_too(shop: MailShop) -> None:
    shop.order()
    press(shop.link(), "", expected_on="tomorrow", delivery_instructions="Floor 2\r\nRing twice")
    page = browser().get(shop.link()).content.decode()
    assert "This is no day" in page
    assert "tomorrow" in page
    press(shop.link(), "", expected_on=(clock.now() + timedelta(days=3)).date().isoformat())
    press(shop.link(), "bind")
    details = details_of(Order.objects.get())
    assert details is not None
    assert details.delivery_instructions == "Floor 2\nRing twice"


def test_the_answer_can_be_answered_with_the_form_put_right(shop: MailShop) -> None:
    shop.order(quantity="many")
    quoted = "\n".join(f"> {line}" for line in shop.answers()[-1].text.splitlines())
    text = f"Quantity: 4\n\nOn Mon, 2 Mar 2026 at 10:00, Hub <no-reply@hub.example> wrote:\n{quoted}\n"
    shop.take(shop.mail(text))
    assert "480.00" in shop.answers()[-1].text
    again = MailOrder.objects.order_by("pk").last()
    assert again is not None
    assert again.typed == {**VALUES, "quantity": "4", "country": "ES"}


def test_what_stood_beside_the_form_is_on_the_page_and_not_in_the_order(shop: MailShop) -> None:
    shop.take(shop.mail(f"Dear Ada, how is the dog?\n\n{form.render(VALUES, 'en')}"))
    assert "how is the dog" in browser().get(shop.link()).content.decode()
    press(shop.link(), "bind")
    details = details_of(Order.objects.get())
    assert details is not None
    assert "dog" not in details.notes


def test_a_right_order_can_be_changed_before_it_is_confirmed(shop: MailShop) -> None:
    shop.order()
    form_page = press(shop.link(), "change").content.decode()
    assert 'value="Calle Mayor 1"' in form_page
    press(shop.link(), "", street="Calle Menor 2", quantity="1")
    press(shop.link(), "bind")
    order = Order.objects.get()
    details = details_of(order)
    assert details is not None
    assert (order.gross, details.street) == (12_000, "Calle Menor 2")


# --- the listing's page


def test_the_listing_offers_the_form_filled_in_as_far_as_it_is_known(
    shop: MailShop, settings: Settings
) -> None:
    settings.MAIL_IN_PORT = 2525
    shop.order()
    press(shop.link(), "bind")
    page = html.unescape(browser(shop.ben).get(shop.listing.get_absolute_url()).content.decode())
    found = re.search(r'href="(mailto:[^"]+)"', page)
    assert found is not None
    link = urlsplit(found[1])
    body = parse_qs(link.query)["body"][0]
    assert link.path == shop.address
    assert form.read(body).values == {**VALUES, "quantity": "1", "reference": "", "notes": ""}
    text = html.unescape(browser(shop.ben).get(f"/rooms/buy/{shop.listing.pk}/mail/").content.decode())
    assert body.replace("\r\n", "\n") in text
    shop.take(shop.mail(body))
    assert shop.answers()[-1].subject.startswith("Please confirm your order")


def test_where_no_mail_is_taken_in_it_is_not_offered(shop: MailShop, settings: Settings) -> None:
    settings.MAIL_IN_PORT, settings.DEMO = 0, False
    assert "mailto:" not in browser().get(shop.listing.get_absolute_url()).content.decode()
    assert browser().get(f"/rooms/buy/{shop.listing.pk}/mail/").status_code == 404


def test_the_seller_and_who_may_not_buy_are_not_offered_it_and_a_visitor_is(
    shop: MailShop, settings: Settings
) -> None:
    settings.MAIL_IN_PORT = 2525
    url = shop.listing.get_absolute_url()
    assert "mailto:" in browser().get(url).content.decode()
    assert "mailto:" not in browser(shop.ada).get(url).content.decode()
    shop.ben.memberships.filter(organisation__name="Acme").update(role="sales")
    assert "mailto:" not in browser(shop.ben).get(url).content.decode()
    Listing.objects.update(stock=0)
    assert "mailto:" not in browser().get(url).content.decode()
