"""The work of a service: reported, received, or asked to be changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from orders import audit, services
from orders.models import Receipt, WorkChange, WorkMilestone
from tests.orders.deal import Deal
from tests.orders.three import Three, browser, line


@pytest.fixture
def service(deal: Deal) -> Three:
    """An order of one service alone."""
    return Three.made(deal, ("service",))


def test_each_service_line_has_its_milestone_with_the_order(deal: Deal) -> None:
    deal.lines = [line("service", "Start-up"), line("goods", "Pump"), line("service", "Training")]
    order = deal.agree()
    told = [(row.position, row.title, row.status) for row in order.work.all()]
    assert told == [(1, "Start-up", "open"), (2, "Training", "open")]


def test_work_is_reported_of_what_is_placed_and_paid(service: Three) -> None:
    with pytest.raises(services.OrderState):
        service.report()
    service.deal.place()
    with pytest.raises(services.OrderUnpaid):
        service.report()
    service.deal.authorize()
    service.report()
    work = service.work
    assert (work.status, work.reported_by, work.reported_at) == (
        "reported",
        service.deal.max.pk,
        service.deal.now,
    )
    assert service.deal.order.status == "fulfilled"
    assert service.deal.provider.asked == ["capture"]


def test_a_second_click_on_each_button_changes_nothing(service: Three) -> None:
    deal = service.paid().deal
    for _ in range(2):
        assert browser(deal.sol).post(service.url("report", service.work.pk)).status_code == 302
    for _ in range(2):
        data = {"reason": "At full load, please"}
        assert browser(deal.ben).post(service.url("changes", service.work.pk), data).status_code == 302
    assert (service.work.status, deal.order.status) == ("open", "unfulfilled")
    service.report()
    for _ in range(2):
        assert browser(deal.ben).post(service.url("receive", service.work.pk)).status_code == 302
    assert [row.event for row in WorkChange.objects.order_by("seq")] == [
        "report", "request_changes", "report", "receive",
    ]  # fmt: skip
    told = [kind for kind in deal.milestones if kind.startswith("service.")]
    assert told == [
        "service.changes_requested", "service.received", "service.reported", "service.reported",
    ]  # fmt: skip
    assert deal.wrote(deal.ben, "work done") == 2
    assert deal.wrote(deal.sol, "changes asked for") == 1
    assert deal.provider.asked == ["capture"]
    assert list(audit.check()) == []


def test_changes_are_asked_for_in_words_that_both_sides_read(service: Three) -> None:
    deal = service.paid().deal
    service.report()
    service.ask("Please  measure\nagain <b>hot</b>")
    assert WorkChange.objects.get(event="request_changes").reason == "Please measure again <b>hot</b>"
    body = next(job["body"] for job in deal.told if job["kind"] == "service.changes_requested")
    assert body["service"]["reason"] == "Please measure again <b>hot</b>"
    html = browser(deal.sol).get(service.url("order")).content.decode()
    assert "Please measure again &lt;b&gt;hot&lt;/b&gt;" in html
    assert deal.wrote(deal.sol, "Please measure again") == 1


@pytest.mark.parametrize("reason", ["", "   \n", "x" * 501, "turned \u202e round"])
def test_a_reason_that_says_nothing_is_asked_for_again(service: Three, reason: str) -> None:
    deal = service.paid().deal
    service.report()
    response = browser(deal.ben).post(service.url("changes", service.work.pk), {"reason": reason})
    assert response.status_code == 422
    assert service.work.status == "reported"
    with pytest.raises(services.ReasonMissing):
        service.ask(reason)


def test_received_work_cannot_be_asked_to_be_changed(service: Three) -> None:
    service.paid()
    service.report()
    service.receive()
    with pytest.raises(services.WorkState):
        service.ask()
    assert service.work.received_by == service.deal.ben.pk


def test_work_that_is_not_reported_cannot_be_received(service: Three) -> None:
    service.paid()
    with pytest.raises((services.WorkState, services.OrderState)):
        service.receive()
    with pytest.raises((services.WorkState, services.OrderState)):
        service.ask()


Act = Callable[[Three, object], object]
MATRIX: list[tuple[str, set[str], Act]] = [
    ("report", {"ada", "sol", "max"}, lambda three, who: three.report(who)),  # type: ignore[arg-type]
    ("receive", {"ben"}, lambda three, who: three.receive(who)),  # type: ignore[arg-type]
    ("ask", {"ben"}, lambda three, who: three.ask(actor=who)),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("name", ["ben", "ada", "sol", "max", "cleo"])
@pytest.mark.parametrize(("what", "allowed", "act"), MATRIX, ids=[row[0] for row in MATRIX])
def test_each_person_may_do_what_is_theirs(
    service: Three, what: str, allowed: set[str], act: Act, name: str
) -> None:
    service.paid()
    if what != "report":
        service.report()
    before = service.work.status
    if name in allowed:
        act(service, getattr(service.deal, name))
        assert service.work.status != before
        return
    with pytest.raises(NotFound if name == "cleo" else NotPermitted):
        act(service, getattr(service.deal, name))
    assert service.work.status == before


@pytest.mark.parametrize("name", ["report", "receive", "changes"])
def test_nothing_acts_on_get_or_for_strangers(service: Three, name: str) -> None:
    deal = service.paid().deal
    url = service.url(name, service.work.pk)
    assert browser(deal.ben).get(url).status_code == 405
    assert browser(deal.cleo).post(url, {"reason": "x"}).status_code == 404
    assert "/login/" in browser().post(url)["Location"]
    missing = service.url(name, deal.buyer.pk)
    assert browser(deal.ben).post(missing, {"reason": "x"}).status_code == 404


def test_the_receipt_receives_what_was_reported(service: Three) -> None:
    service.paid()
    service.report()
    service.deal.receive()
    assert (service.work.status, service.work.received_by) == ("received", service.deal.ben.pk)
    assert service.deal.milestones.count("service.received") == 1
    assert service.deal.money.released == 100_000


def test_silence_about_work_is_receipt_after_fourteen_days(service: Three) -> None:
    deal = service.paid().deal
    service.report()
    deal.pass_time(days=10)
    service.ask()
    service.report()
    deal.pass_time(days=13)
    assert not Receipt.objects.exists()
    deal.pass_time(days=1)
    assert Receipt.objects.get().by is None
    assert (service.work.status, service.work.received_by) == ("received", None)


def test_what_came_undone_may_be_canceled_and_paid_back(service: Three) -> None:
    deal = service.paid().deal
    service.report()
    service.ask()
    services.cancel_order(order_id=deal.order_id, actor=deal.sol, now=deal.now)
    deal.work()
    assert (deal.order.status, deal.money.refunded) == ("canceled", 100_000)
    with pytest.raises(services.OrderState):
        service.report()
    assert list(audit.check()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda: WorkChange.objects.update(event="receive"),
        lambda: WorkChange.objects.update(reason="other"),
        lambda: WorkMilestone.objects.update(title="other"),
        lambda: WorkMilestone.objects.update(status="open"),
        lambda: WorkMilestone.objects.all().delete(),
    ],
)
def test_the_database_keeps_what_was_said_of_the_work(service: Three, change: Callable[[], object]) -> None:
    service.paid()
    service.report()
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_what_the_buyer_wrote_can_be_forgotten(service: Three) -> None:
    service.paid()
    service.report()
    service.ask()
    WorkChange.objects.update(reason=None)
    assert "asked for" in browser(service.deal.ben).get(service.url("order")).content.decode()


def test_the_page_asks_each_side_for_what_is_theirs(service: Three) -> None:
    deal = service.paid().deal
    assert "Report as done" in browser(deal.max).get(service.url("order")).content.decode()
    assert "Report as done" not in browser(deal.ben).get(service.url("order")).content.decode()
    service.report()
    html = browser(deal.ben).get(service.url("order")).content.decode()
    assert "Ask for changes" in html
    assert "Carrier" not in browser(deal.sol).get(service.url("order")).content.decode()
    until = deal.now + timedelta(seconds=limits.RECEIPT_SILENCE_S)
    assert until.isoformat() in html
