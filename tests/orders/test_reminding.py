"""Reminders of what a buyer has left open: three at most, each once, and none for who has had enough."""

import re
from typing import Any

import pytest
from pytest_django import Settings

from negotiation_hub.kernel.models import Job, Mail
from orders import reminding, services
from orders.models import Reminder
from tests.orders.deal import Deal
from tests.orders.test_pages import browser

SUBJECTS = {
    "unfinished": "is not placed yet",
    "unconfirmed": "waits for your confirmation",
    "unpaid": "waits for your payment",
}


def reminders(deal: Deal) -> list[str]:
    """The kinds of the reminders that Ben has, in their order."""
    found = (
        next((kind for kind, words in SUBJECTS.items() if words in mail.subject), "")
        for mail in deal.mails_to(deal.ben)
    )
    return [kind for kind in found if kind]


def way_out(deal: Deal) -> str:
    mail = deal.mails_to(deal.ben)[-1]
    found = re.search(r"(/orders/reminders/[^/]+/)", mail.text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        (lambda _: None, "unfinished"),
        (lambda deal: deal.convert(), "unconfirmed"),
        (lambda deal: deal.place(), "unpaid"),
    ],
)
def test_what_is_open_is_reminded_of_three_times_and_no_more(deal: Deal, before: Any, kind: str) -> None:
    before(deal)
    counts = []
    for hours in (23, 2, 22, 2, 18, 3, 10):
        deal.pass_time(hours=hours)
        counts.append(len(reminders(deal)))
    assert counts == [0, 1, 1, 2, 2, 3, 3]
    assert set(reminders(deal)) == {kind}


def test_each_reminder_is_of_what_is_open_then(deal: Deal) -> None:
    deal.pass_time(hours=25)
    deal.convert()
    deal.pass_time(hours=24)
    deal.place()
    deal.pass_time(hours=20)
    assert reminders(deal) == ["unfinished", "unconfirmed", "unpaid"]


def cancel(deal: Deal) -> None:
    services.cancel_order(order_id=deal.order_id, actor=deal.ada, now=deal.now)


@pytest.mark.parametrize("end", [lambda deal: (deal.place(), deal.authorize()), cancel])
def test_nobody_is_reminded_of_what_is_paid_or_over(deal: Deal, end: Any) -> None:
    end(deal)
    deal.pass_time(hours=25)
    deal.pass_time(hours=44)
    assert reminders(deal) == []


def test_a_job_that_runs_twice_reminds_once(deal: Deal) -> None:
    deal.pass_time(hours=25)
    Job.objects.filter(topic=reminding.TOPIC).update(done_at=None, leased_until=None, next_at=deal.now)
    deal.work()
    assert reminders(deal) == ["unfinished"]
    assert Reminder.objects.get().number == 1


def test_jobs_that_were_late_come_as_one_reminder(deal: Deal) -> None:
    deal.pass_time(hours=69)
    assert reminders(deal) == ["unfinished"]


def test_opening_the_way_out_stops_nothing_and_its_button_does(deal: Deal) -> None:
    deal.pass_time(hours=25)
    url, nobody = way_out(deal), browser()
    assert "Stop the reminders" in nobody.get(url).content.decode()
    deal.pass_time(hours=24)
    assert len(reminders(deal)) == 2
    for _ in range(2):
        assert "no more reminders" in nobody.post(url).content.decode()
    deal.pass_time(hours=20)
    assert len(reminders(deal)) == 2
    assert deal.order.status == "draft"


def test_who_stops_the_reminders_of_one_order_is_reminded_of_the_other(deal: Deal) -> None:
    other = deal.agree()
    deal.pass_time(hours=25)
    for mail in deal.mails_to(deal.ben):
        if other.number in mail.subject:
            found = re.search(r"(/orders/reminders/[^/]+/)", mail.text)
            assert found is not None
            browser().post(found[1])
    deal.pass_time(hours=24)
    subjects = [mail.subject for mail in deal.mails_to(deal.ben)]
    assert sum(other.number in subject for subject in subjects) == 1
    assert sum(deal.order.number in subject for subject in subjects) == 2


def test_a_mail_program_stops_them_by_one_click(deal: Deal, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://hub.example.test"
    deal.pass_time(hours=25)
    headers = Mail.objects.get(subject__contains="is not placed yet").headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert way_out(deal) in headers["List-Unsubscribe"]


def test_a_changed_or_old_way_out_is_refused_in_words(deal: Deal) -> None:
    deal.pass_time(hours=25)
    url = way_out(deal)
    assert browser().post(url[:-3] + "x/").status_code == 410
    deal.pass_time(days=31)
    assert browser().post(url).status_code == 410


def test_a_reminder_is_in_the_language_of_its_reader(deal: Deal) -> None:
    deal.ben.language = "es"
    deal.ben.save()
    deal.pass_time(hours=25)
    assert deal.mails_to(deal.ben)[-1].text.startswith("Hola, Ben:")
    assert "todavía no está hecho" in deal.mails_to(deal.ben)[-1].subject
