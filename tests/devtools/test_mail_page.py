"""The demo's page on which a mail is answered without a mail program."""

import re
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import Settings

from negotiation_hub.kernel import clock, commit, mail, mail_in, outbox
from negotiation_hub.kernel.mail_address import reply_address
from negotiation_hub.kernel.mail_reply import reply_text
from negotiation_hub.kernel.models import InboundMail, Mail
from negotiation_hub.people.models import User
from rooms.mailed import form
from tests.factories.people import UserFactory
from tests.rooms.mailing import VALUES, MailShop

pytestmark = pytest.mark.django_db
BOX = "Reply to this mail"


@pytest.fixture
def ben(settings: Settings) -> User:
    """Who reads the mail, in the demo."""
    settings.DEMO = True
    return UserFactory.create(name='Ben "B" Ortega', email="ben@buyer.example")


def written(to: str = "ben@buyer.example", **more: str) -> Mail:
    """A mail that asks for a reply."""
    with commit.transact():
        sent = mail.send(
            to,
            "Pump NB-40",
            "Would 12 March suit you?\n\nAda\n",
            dedupe=str(uuid4()),
            sender="Ada Lindqvist",
            **{
                "reply_to": reply_address("post", 7, now=clock.now()),
                "references": ["<q@hub.example>"],
                **more,
            },  # type: ignore[arg-type]
        )
    assert sent is not None
    return sent


def answer(client: Client, sent: Mail, text: str = "Yes.\nBen", id: str = "") -> int:
    """Clicks the button; returns the status."""
    return client.post(f"/-/mail/{sent.pk}/reply/", {"text": text, "id": id or str(uuid4())}).status_code


def test_a_reply_is_a_whole_mail_that_takes_the_listeners_way(client: Client, ben: User) -> None:
    sent = written()
    client.force_login(ben)
    assert BOX in client.get(f"/-/mail/{sent.pk}/").content.decode()
    assert answer(client, sent) == 302
    stored = InboundMail.objects.get()
    read = mail_in.read(stored)
    assert read.recipients == (sent.headers["Reply-To"],)
    assert (read.from_address, read.from_name) == ("ben@buyer.example", "Ben B Ortega")
    assert read.in_reply_to == (sent.message_id,)
    assert read.references == ("<q@hub.example>", sent.message_id)
    assert read.subject == "Re: Pump NB-40"
    assert b"> Would 12 March suit you?" in mail_in.arrived(stored)
    assert reply_text(read) == "Yes.\nBen"
    assert not read.is_auto
    outbox.drain(clock.now())
    assert InboundMail.objects.get().status == InboundMail.Status.IGNORED


def test_a_double_click_is_one_mail(client: Client, ben: User) -> None:
    sent, id = written(), str(uuid4())
    client.force_login(ben)
    assert [answer(client, sent, id=id) for _ in range(2)] == [302, 302]
    assert answer(client, sent) == 302
    assert InboundMail.objects.count() == 2


def test_without_words_nothing_is_sent_and_the_box_says_so(client: Client, ben: User) -> None:
    sent = written()
    client.force_login(ben)
    assert answer(client, sent, text="  ") == 422
    assert answer(client, sent, id="no id") == 422
    assert not InboundMail.objects.exists()


def test_the_box_is_for_the_mails_reader_in_the_demo_only(
    client: Client, ben: User, settings: Settings
) -> None:
    mine, anothers = written(), written(to="carl@buyer.example")
    staff = UserFactory.create(is_staff=True)
    client.force_login(staff)
    assert BOX not in client.get(f"/-/mail/{mine.pk}/").content.decode()
    assert answer(client, mine) == 404
    client.force_login(ben)
    assert client.get(f"/-/mail/{anothers.pk}/").status_code == 404
    assert answer(client, anothers) == 404
    settings.DEMO = False
    assert BOX not in client.get(f"/-/mail/{mine.pk}/").content.decode()
    assert answer(client, mine) == 404
    assert not InboundMail.objects.exists()


@pytest.mark.parametrize("reply_to", ["ben@buyer.example", "r+abc@hub.example"])
def test_there_is_no_box_for_a_mail_that_does_not_ask_for_a_reply_to_us(
    client: Client, ben: User, reply_to: str
) -> None:
    sent = written(reply_to=reply_to)
    client.force_login(ben)
    assert BOX not in client.get(f"/-/mail/{sent.pk}/").content.decode()
    assert answer(client, sent) == 404


def test_a_reply_is_not_sent_by_opening_a_page(client: Client, ben: User) -> None:
    sent = written()
    client.force_login(ben)
    assert client.get(f"/-/mail/{sent.pk}/reply/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ben)
    assert answer(strict, sent) == 403


def test_html_in_a_mail_is_shown_and_not_run(client: Client, ben: User) -> None:
    with commit.transact():
        sent = mail.send("ben@buyer.example", "<b>x</b>", "<script>alert(1)</script>", dedupe="1")
    assert sent is not None
    client.force_login(ben)
    assert "<script>alert(1)" not in client.get(f"/-/mail/{sent.pk}/").content.decode()


@pytest.mark.parametrize(("confirmed", "status"), [(False, 404), (True, 200)])
def test_where_people_deal_for_real_one_reads_what_went_to_an_address_that_one_has_confirmed(
    client: Client, settings: Settings, confirmed: bool, status: int
) -> None:
    settings.DEMO = False
    ben = UserFactory.create(email="ben@buyer.example")
    EmailAddress.objects.create(user=ben, email=ben.email, primary=True, verified=confirmed)
    client.force_login(ben)
    assert client.get(f"/-/mail/{written().pk}/").status_code == status


def test_in_the_demo_an_order_is_mailed_from_its_form_and_answered_on_the_page(
    client: Client, settings: Settings
) -> None:
    settings.DEMO = True
    shop = MailShop()
    client.force_login(shop.ben)
    page = client.get(f"/rooms/buy/{shop.listing.pk}/mail/").content.decode()
    found = re.search(r'name="id" value="([^"]+)"', page)
    assert found is not None
    sent = {"text": form.render(VALUES, "en"), "id": found[1]}
    for _ in range(2):  # a double click
        assert client.post(f"/-/mail/order/{shop.listing.pk}/", sent)["Location"] == "/-/mail/"
    outbox.drain(clock.now())
    assert len(shop.answers()) == 1
    assert "Pump NB-40" in client.get("/-/mail/").content.decode()


def test_without_the_demo_nobody_mails_an_order_from_a_page(client: Client, settings: Settings) -> None:
    settings.DEMO, settings.MAIL_IN_PORT = False, 2525
    shop = MailShop()
    client.force_login(shop.ben)
    assert 'name="id"' not in client.get(f"/rooms/buy/{shop.listing.pk}/mail/").content.decode()
    sent = {"text": form.render(VALUES, "en"), "id": str(uuid4())}
    assert client.post(f"/-/mail/order/{shop.listing.pk}/", sent).status_code == 404
    assert not InboundMail.objects.exists()
