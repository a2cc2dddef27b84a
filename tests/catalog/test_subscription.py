"""Who asked for a seller's news, who confirmed it, and who left: in every order, by every kind of link."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from catalog import audit, links, subscription, subscription_views, subscriptions
from catalog.campaign_models import Consent, Subscriber
from catalog.refusals import SubscriptionEmail, SubscriptionLink
from catalog.subscription import Status, What
from negotiation_hub.kernel import clock, commit, crypto, limits
from negotiation_hub.kernel.models import Mail
from negotiation_hub.kernel.rate import Rate
from tests import mailbox
from tests.catalog.news import ON_THE_LIST, ask, confirm_token, draft, join, send, token_in, work
from tests.factories.catalog import ListingFactory
from tests.personas import Cast

pytestmark = pytest.mark.django_db
FORM = "/sellers/norte/news/"
KIM = "kim@readers.example"
CELLS = {
    ("asked", "unconfirmed"): "unconfirmed",
    ("asked", "unsubscribed"): "unconfirmed",
    ("asked", "bounced"): "unconfirmed",
    ("confirmed", "unconfirmed"): "confirmed",
    ("unsubscribed", "unconfirmed"): "unsubscribed",
    ("unsubscribed", "confirmed"): "unsubscribed",
    ("unsubscribed", "bounced"): "unsubscribed",
    ("suppressed", "unconfirmed"): "bounced",
    ("suppressed", "confirmed"): "bounced",
}


@pytest.fixture(autouse=True)
def _fresh_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    rate = Rate(limits.ASKS_PER_CLIENT_H, limits.ASKS_PER_CLIENT_H, period_s=3600)
    monkeypatch.setattr(subscription_views, "_asked", rate)


@pytest.fixture
def page(cast: Cast) -> Cast:
    """Norte has something to show, and so a page."""
    ListingFactory.create(organisation=cast.norte, author=cast.ada)
    return cast


def log(email: str = KIM) -> list[str]:
    return list(Consent.objects.filter(subscriber__email=email).order_by("pk").values_list("what", flat=True))


def status(email: str = KIM) -> str:
    return Subscriber.objects.get(email=email).status


def leave_token(email: str = KIM) -> str:
    """The way out in a mail of a campaign that this subscriber got."""
    mail = mailbox.mails(email, saying="/news/leave/")[-1]
    return token_in(mail.text, "news/leave")


@pytest.mark.parametrize(("what", "before"), list(product(What, Status)))
def test_each_cell_of_the_machine_is_as_written(what: What, before: Status) -> None:
    assert subscription.after(what, before) == CELLS.get((what.value, before.value))


def test_the_last_row_of_the_log_says_where_a_subscription_stands() -> None:
    assert all(subscription.LEADS_TO[step.what] == step.after for step in subscription.STEPS)


# --- asking and confirming


def test_an_address_is_on_the_list_after_its_reader_pressed_the_button(page: Cast) -> None:
    visitor, reader = Client(), Client()
    answer = visitor.post(FORM, {"email": " Kim@Readers.example "}, follow=True)
    assert ON_THE_LIST in answer.content.decode()
    assert (status(), log()) == ("unconfirmed", ["asked"])
    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == (KIM, "Please confirm: news from Norte")
    path = f"/news/confirm/{token_in(mail.text)}/"
    assert "Yes, send me the news" in reader.get(path).content.decode()
    assert status() == "unconfirmed"  # a scanner that opens links confirms nothing
    assert "You are on the list" in reader.post(path).content.decode()
    assert "You are on the list" in reader.post(path).content.decode()
    assert (status(), log()) == ("confirmed", ["asked", "confirmed"])
    assert Mail.objects.count() == 1
    assert list(audit.check()) == []


def test_a_button_pressed_on_another_site_confirms_nothing(page: Cast) -> None:
    ask(page)
    answer = Client(enforce_csrf_checks=True).post(f"/news/confirm/{confirm_token()}/")
    assert (answer.status_code, status()) == (403, "unconfirmed")


def test_the_answer_does_not_tell_who_is_on_the_list(page: Cast) -> None:
    join(page, "on@readers.example")
    ask(page, "asked@readers.example")
    before = Mail.objects.count()
    answers = []
    for email in ("on@readers.example", "asked@readers.example", "new@readers.example"):
        client = Client()
        sent = client.post(FORM, {"email": email})
        shown = client.get(sent["Location"]).content.decode()
        answers.append((sent.status_code, sent["Location"], shown.split("<main")[0].split("messages")[1:]))
    assert answers[0] == answers[1] == answers[2]
    assert ON_THE_LIST in str(answers[0])
    assert Mail.objects.count() == before + 1  # to the new one


def test_nobody_is_sent_links_as_often_as_somebody_else_likes(page: Cast) -> None:
    now = clock.now()
    moments = [0, 1, limits.ASK_AGAIN_S - 1, limits.ASK_AGAIN_S + 1, 3 * 3600, 6 * 3600, 9 * 3600]
    for seconds in moments:
        ask(page, now=now + timedelta(seconds=seconds))
    assert Mail.objects.filter(to=KIM).count() == limits.ASKS_PER_DAY_MAX == 3
    ask(page, now=now + timedelta(days=2))
    assert Mail.objects.filter(to=KIM).count() == 4


def test_one_network_fills_in_so_many_forms_and_counting_them_tells_nothing(page: Cast) -> None:
    join(page, "on@readers.example")
    for emails in (["on@readers.example"], ["x", "new-{}@readers.example"]):
        client = Client(REMOTE_ADDR=f"198.51.100.{len(emails)}")
        for number in range(limits.ASKS_PER_CLIENT_H):
            email = emails[number % len(emails)].format(number)
            assert client.post(FORM, {"email": email}).status_code == 302
        refused = client.post(FORM, {"email": "on@readers.example"})
        assert refused.status_code == 429
        assert "subscription.too_many" in refused.content.decode()
    assert Client(REMOTE_ADDR="198.51.100.9").post(FORM, {"email": KIM}).status_code == 302


def test_the_client_behind_our_proxy_is_the_one_that_the_proxy_names(page: Cast, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for number in range(limits.ASKS_PER_CLIENT_H + 5):
        forged = Client(HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 203.0.113.5", HTTP_X_FORWARDED_PROTO="https")
        answer = forged.post(FORM, {"email": KIM})
    assert answer.status_code == 429
    other = Client(HTTP_X_FORWARDED_FOR="203.0.113.6", HTTP_X_FORWARDED_PROTO="https")
    assert other.post(FORM, {"email": KIM}).status_code == 302


@pytest.mark.parametrize(
    "email",
    ["", "kim", "kim@", "@x.example", "a b@x.example", "kim@x.example\nBcc: all@x.example", "k" * 300],
)
def test_what_is_no_address_is_refused(page: Cast, email: str) -> None:
    with pytest.raises(SubscriptionEmail):
        ask(page, email)
    shown = Client().post(FORM, {"email": email}, follow=True).content.decode()
    assert "not an e-mail address" in shown
    assert not Subscriber.objects.exists()


def test_the_log_keeps_a_mark_of_the_client_and_not_its_address(page: Cast) -> None:
    Client(REMOTE_ADDR="198.51.100.77").post(FORM, {"email": KIM})
    row = Consent.objects.get()
    assert row.source == FORM
    assert row.client is not None
    assert b"198.51" not in bytes(row.client)
    assert crypto.check_mac("catalog.client", b"198.51.100.77", bytes(row.client))


def test_the_log_cannot_be_changed(page: Cast) -> None:
    ask(page)
    for spoil in (Consent.objects.update, lambda **_: Consent.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil(what="confirmed")


def test_the_mail_is_in_the_language_of_the_page(page: Cast) -> None:
    Client(headers={"accept-language": "es"}).post(FORM, {"email": KIM})
    assert Subscriber.objects.get().language == "es"


def test_a_seller_without_a_page_has_no_list(cast: Cast) -> None:
    assert Client().post(FORM, {"email": KIM}).status_code == 404
    assert Client().post("/sellers/nobody/news/", {"email": KIM}).status_code == 404


def test_the_page_has_the_form_for_visitors_and_a_word_for_its_own_people(page: Cast) -> None:
    visitor, own = Client(), Client()
    own.force_login(page.sol)
    assert "Get the news" in visitor.get("/sellers/norte/").content.decode()
    assert "Get the news" not in own.get("/sellers/norte/").content.decode()
    assert visitor.get(FORM)["Location"] == "/sellers/norte/"


# --- links


def test_links_that_are_old_changed_or_for_something_else_are_refused(page: Cast) -> None:
    ask(page)
    good, now = confirm_token(), clock.now()
    subscriber = Subscriber.objects.get()
    other = links.leave_url(subscriber.pk, subscriber.pk, now).rstrip("/").rpartition("/")[2]
    for bad in (good[:-2] + "xx", good[1:], "x", other, good + "."):
        for answer in (Client().get(f"/news/confirm/{bad}/"), Client().post(f"/news/confirm/{bad}/")):
            assert answer.status_code == 410
            assert "subscription.link" in answer.content.decode()
    late = now + timedelta(seconds=limits.NEWS_LINK_S + 1)
    with pytest.raises(SubscriptionLink):
        subscriptions.confirm(token=good, source="", client="", now=late)
    for answer in (Client().get(f"/news/leave/{good}/"), Client().post(f"/news/leave/{good}/")):
        assert answer.status_code == 410
    assert (status(), log()) == ("unconfirmed", ["asked"])


def test_a_newer_link_overtakes_an_older_one(page: Cast) -> None:
    now = clock.now()
    ask(page, now=now)
    first = confirm_token()
    ask(page, now=now + timedelta(hours=1))
    assert Client().post(f"/news/confirm/{first}/").status_code == 410
    assert Client().post(f"/news/confirm/{confirm_token()}/").status_code == 200
    assert status() == "confirmed"


# --- leaving


@pytest.fixture
def reader(page: Cast) -> Cast:
    """Kim is on the list, and got a mail."""
    join(page)
    send(page, draft(page))
    work()
    return page


def test_leaving_takes_a_button_or_one_post_and_no_sign_in(reader: Cast) -> None:
    path = f"/news/leave/{leave_token()}/"
    client = Client(enforce_csrf_checks=True)  # a mail program has no token of ours
    assert ">Unsubscribe</button>" in client.get(path).content.decode()
    assert client.head(path).status_code == 200
    assert status() == "confirmed"
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200  # RFC 8058: no redirect
    assert "You get no more news" in answer.content.decode()
    assert "You get no more news" in client.post(path).content.decode()
    assert log() == ["asked", "confirmed", "unsubscribed"]
    assert Consent.objects.get(what="unsubscribed").campaign is not None
    assert list(audit.check()) == []


def test_who_left_comes_back_by_a_fresh_link_only(reader: Cast) -> None:
    old = confirm_token()
    Client().post(f"/news/leave/{leave_token()}/")
    assert Client().post(f"/news/confirm/{old}/").status_code == 410
    assert status() == "unsubscribed"
    ask(reader, now=clock.now() + timedelta(hours=1))
    assert status() == "unconfirmed"
    Client().post(f"/news/confirm/{confirm_token()}/")
    assert (status(), log()) == ("confirmed", ["asked", "confirmed", "unsubscribed", "asked", "confirmed"])


def test_a_stranger_who_types_the_address_in_takes_nobody_off(reader: Cast) -> None:
    ask(reader, now=clock.now() + timedelta(days=1))
    assert (status(), log()) == ("confirmed", ["asked", "confirmed"])


def test_an_address_that_bounced_gets_nothing_until_it_confirms_again(reader: Cast) -> None:
    subscriber, now = Subscriber.objects.get(), clock.now()
    for _ in range(2):
        with commit.transact():
            subscriptions.suppress(subscriber_id=subscriber.pk, source="550 no", campaign=None, now=now)
    assert (status(), log()) == ("bounced", ["asked", "confirmed", "suppressed"])
    join(reader, now=now + timedelta(hours=1))
    assert status() == "confirmed"
