"""The time of a service: proposed, taken, moved by agreement, missed, and carried into calendars."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from orders import audit, services
from orders.appointment_times import agreed_in, local
from orders.models import Appointment, AppointmentChange, AppointmentProposal, OrderLine
from orders.services import capacity
from tests.orders.deal import Deal
from tests.orders.services import ZONE, Visit
from tests.orders.test_audit import without_guards
from tests.orders.three import browser


@pytest.fixture
def visit(deal: Deal) -> Visit:
    return Visit.booked(deal)


def event_of(text: str) -> Any:
    return Calendar.from_ical(text).walk("VEVENT")[0]


def test_the_buyer_takes_one_of_three_times_and_both_sides_have_it_in_their_calendars(visit: Visit) -> None:
    deal = visit.deal
    times = [visit.in_days(days) for days in (3, 4, 5)]
    made = visit.propose(*times, place="Calle Mayor 1, Madrid", who="Max", note="Power must be on")
    assert deal.wrote(deal.ben, "Power must be on") == 1
    visit.take(made, times[1])
    deal.work()
    row = visit.row
    assert (row.status, row.starts_at, row.ends_at) == ("agreed", times[1], times[1] + timedelta(hours=2))
    for who in (deal.ben, deal.sol):
        (text,) = visit.calendars(who)
        event = event_of(text)
        assert (event["DTSTART"].dt, event["SEQUENCE"], str(event["LOCATION"])) == (
            times[1], 0, "Calle Mayor 1, Madrid",
        )  # fmt: skip
    assert [kind for kind in deal.milestones if kind.startswith("app")] == [
        "appointment.agreed", "appointment.proposed",
    ]  # fmt: skip
    assert list(audit.check()) == []


def test_a_second_click_on_each_button_changes_nothing(visit: Visit) -> None:
    deal, at = visit.deal, visit.in_days(3)
    made = visit.propose(at)
    again = services.propose(
        line_id=visit.line.pk,
        actor=deal.max,
        proposal=services.Proposal([at], 120, ZONE),
        proposal_id=made.pk,
        now=deal.now,
    )
    assert again.pk == made.pk
    for _ in range(2):
        visit.take(made)
        deal.work()
    assert AppointmentChange.objects.count() == 1
    assert len(visit.calendars(deal.ben)) == 1
    assert deal.milestones.count("appointment.agreed") == 1


def test_a_moved_appointment_keeps_its_uid_and_counts_on_while_price_and_terms_stay(visit: Visit) -> None:
    deal = visit.agreed(3, place="Nave 4").deal
    before = deal.order.terms_hash, deal.order.gross
    made = visit.propose(visit.in_days(6), actor=deal.ben, note="The hall is closed that day")
    assert visit.row.starts_at == visit.in_days(3)  # it holds until the other side takes a new one
    visit.take(made)
    deal.work()
    first, second = (event_of(text) for text in visit.calendars(deal.sol))
    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert second["DTSTART"].dt == visit.in_days(6)
    assert str(second["LOCATION"]) == "Nave 4"
    assert (deal.order.terms_hash, deal.order.gross) == before
    body = next(job["body"] for job in deal.told if job["kind"] == "appointment.moved")
    assert body["appointment"]["before"] == visit.in_days(3).isoformat()
    assert list(audit.check()) == []


def test_declined_times_leave_what_was_agreed(visit: Visit) -> None:
    deal = visit.agreed(3).deal
    made = visit.propose(visit.in_days(6))
    for _ in range(2):
        services.decline(proposal_id=made.pk, actor=deal.ben, reason="On holiday", now=deal.now)
    assert (visit.row.status, visit.row.starts_at) == ("agreed", visit.in_days(3))
    assert deal.wrote(deal.sol, "On holiday") == 1
    assert deal.milestones.count("appointment.declined") == 1
    with pytest.raises(services.AppointmentState):
        visit.take(made)


def test_a_newer_proposal_replaces_the_one_before(visit: Visit) -> None:
    first = visit.propose(visit.in_days(3))
    second = visit.propose(visit.in_days(4), actor=visit.deal.ben)
    with pytest.raises(services.AppointmentState):
        visit.take(first)
    visit.take(second)
    assert visit.row.starts_at == visit.in_days(4)


def test_nobody_takes_their_own_times_or_one_that_was_not_proposed(visit: Visit) -> None:
    made = visit.propose(visit.in_days(3))
    with pytest.raises(NotPermitted):
        visit.take(made, actor=visit.deal.sol)
    with pytest.raises(services.AppointmentInvalid):
        visit.take(made, visit.in_days(4))
    with pytest.raises(NotFound):
        visit.take(made, actor=visit.deal.cleo)
    visit.deal.pass_time(days=4)
    with pytest.raises(services.AppointmentInvalid):
        visit.take(made)


@pytest.mark.parametrize(
    "wrong",
    [
        {"times": []},
        {"times": [-1]},
        {"times": [3, 3]},
        {"times": [3, 4, 5, 6]},
        {"times": [2000]},
        {"minutes": 0},
        {"minutes": 100_000},
        {"zone": "Europe/Atlantis"},
        {"note": "turned \u202e round"},
        {"place": "x" * 201},
    ],
)
def test_times_that_cannot_be_are_refused(visit: Visit, wrong: dict[str, Any]) -> None:
    values = {"times": [3], "minutes": 60, "zone": ZONE, **wrong}
    values["times"] = [visit.in_days(days) for days in values["times"]]
    with pytest.raises(services.AppointmentInvalid):
        services.propose(
            line_id=visit.line.pk,
            actor=visit.deal.max,
            proposal=services.Proposal(**values),
            now=visit.deal.now,
        )


def test_two_buyers_do_not_get_the_same_hour_of_a_listing_that_counts_them(visit: Visit) -> None:
    deal, first = visit.deal, visit.deal.order_id
    at = visit.in_days(3)
    visit.take(visit.propose(at))
    deal.order_id = visit.ordered()
    visit.paid()
    made = visit.propose(at + timedelta(minutes=90), at + timedelta(minutes=120))
    with pytest.raises(services.AppointmentTaken):
        visit.take(made)
    visit.take(made, at + timedelta(minutes=120))  # one begins when the other ends
    assert Appointment.objects.filter(status="agreed").count() == 2
    assert first != deal.order_id
    assert list(audit.check()) == []


def test_a_canceled_order_gives_its_hour_back_and_tells_the_calendars(visit: Visit) -> None:
    deal = visit.agreed(3).deal
    services.cancel_order(order_id=deal.order_id, actor=deal.sol, now=deal.now)
    deal.work()
    assert visit.row.status == "canceled"
    agreed, canceled = visit.calendars(deal.ben)
    assert "METHOD:CANCEL" in canceled
    assert event_of(canceled)["UID"] == event_of(agreed)["UID"]
    assert event_of(canceled)["SEQUENCE"] == 1
    deal.order_id = visit.ordered()
    visit.paid().agreed(3)  # type: ignore[attr-defined]
    assert list(audit.check()) == []


def test_both_sides_are_reminded_once_the_day_before(visit: Visit) -> None:
    deal = visit.agreed(5).deal
    visit.take(visit.propose(visit.in_days(8)))
    deal.pass_time(days=4, hours=2)
    assert deal.wrote(deal.ben, "A reminder") == 0  # of the time that was moved
    deal.pass_time(days=3)
    deal.pass_time(hours=1)
    assert (deal.wrote(deal.ben, "A reminder"), deal.wrote(deal.sol, "A reminder")) == (1, 1)


def test_who_did_not_come_is_said_once_with_a_word(visit: Visit) -> None:
    deal = visit.agreed(3).deal
    with pytest.raises(services.AppointmentState):
        services.miss(appointment_id=visit.row.pk, actor=deal.ben, reason="Nobody came", now=deal.now)
    deal.pass_time(days=3, hours=2)
    for _ in range(2):
        services.miss(appointment_id=visit.row.pk, actor=deal.ben, reason="Nobody came", now=deal.now)
    assert (visit.row.status, deal.wrote(deal.sol, "Nobody came")) == ("missed", 1)
    assert deal.milestones.count("appointment.missed") == 1
    services.dispute_work(work_id=visit.piece.pk, actor=deal.ben, reason="Nobody came", now=deal.now)
    visit.agreed(3)
    assert visit.piece.disputes.get().end == "appointed"
    assert list(audit.check()) == []


def test_the_offer_may_name_the_time(deal: Deal) -> None:
    named = [{"name": "Appointment", "value": "2026-03-10 10:00 Europe/Madrid"}]
    visit = Visit.booked(deal, paid=False, issues=named)
    assert (visit.row.status, visit.row.starts_at) == ("agreed", datetime(2026, 3, 10, 9, 0, tzinfo=UTC))
    assert visit.calendars(deal.ben) == []
    visit.paid()
    assert len(visit.calendars(deal.ben)) == 1
    with pytest.raises(services.AppointmentTaken):
        visit.ordered(issues=named)
    assert list(audit.check()) == []


def test_an_appointment_follows_the_day_that_the_line_is_due(deal: Deal) -> None:
    visit = Visit.booked(deal, line={"due": date(2026, 3, 27)})
    at = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)  # ten in Madrid
    visit.take(visit.propose(at))
    without_guards("orders_orderline")
    OrderLine.objects.filter(pk=visit.line.pk).update(due=date(2026, 3, 30))
    for _ in range(2):
        with commit.transact():
            services.follow(deal.order, deal.now)
    # Still ten in Madrid, where the clocks have gone forward meanwhile.
    assert visit.row.starts_at == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
    assert [row.event for row in visit.row.changes.all()] == ["agree", "move"]
    assert len(visit.calendars(deal.ben)) == 2
    assert list(audit.check()) == []


def test_work_that_is_done_is_not_appointed_anew(visit: Visit) -> None:
    visit.agreed(3)
    made = visit.propose(visit.in_days(4))
    visit.report()
    with pytest.raises(services.AppointmentState):
        visit.take(made)
    with pytest.raises(services.AppointmentState):
        visit.propose(visit.in_days(5))


def test_the_page_proposes_and_takes_without_script_and_names_what_is_wrong(visit: Visit) -> None:
    deal = visit.deal
    data = {"first": "2026-03-29T02:30", "zone": ZONE, "minutes": "60"}
    answer = browser(deal.sol).post(visit.url("propose", visit.line.pk), data)
    assert answer.status_code == 422
    assert "There is no such time on that day." in answer.content.decode()
    data["first"] = "2026-03-30T10:00"
    assert browser(deal.sol).post(visit.url("propose", visit.line.pk), data).status_code == 302
    made = AppointmentProposal.objects.get()
    assert made.times == ["2026-03-30T08:00:00+00:00"]
    html = browser(deal.ben).get(visit.url("order")).content.decode()
    assert "Take this time" in html
    assert "(Europe/Madrid)" in html
    assert "Take this time" not in browser(deal.sol).get(visit.url("order")).content.decode()
    assert browser(deal.cleo).post(visit.url("take", made.pk)).status_code == 404
    assert browser(deal.ben).post(visit.url("take", made.pk), {"at": made.times[0]}).status_code == 302
    answer = browser(deal.sol).get(visit.url("calendar", visit.row.pk))
    assert answer["Content-Type"].startswith("text/calendar")
    assert str(event_of(answer.content.decode())["UID"]).startswith(f"{visit.row.pk}@")
    assert browser(deal.cleo).get(visit.url("calendar", visit.row.pk)).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        lambda: AppointmentChange.objects.update(event="miss"),
        lambda: AppointmentProposal.objects.update(minutes=5),
        lambda: AppointmentProposal.objects.all().delete(),
    ],
)
def test_the_database_keeps_what_was_agreed(visit: Visit, change: Callable[[], object]) -> None:
    visit.agreed(3)
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_verify_finds_an_hour_that_was_given_away_twice(visit: Visit) -> None:
    deal = visit.agreed(3).deal
    deal.order_id = visit.ordered()
    visit.paid().agreed(4)  # type: ignore[attr-defined]
    taken = Appointment.objects.exclude(order=deal.order_id).get()
    Appointment.objects.filter(order=deal.order_id).update(starts_at=taken.starts_at, ends_at=taken.ends_at)
    said = [problem.what for problem in audit.check()]
    assert any("2 appointments at once" in one for one in said)
    assert any("its history says" in one for one in said)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), max_size=8))
def test_the_most_at_once_is_what_counting_every_minute_gives(spans: list[tuple[int, int]]) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    moments = [
        (start + timedelta(minutes=at), start + timedelta(minutes=at + length)) for at, length in spans
    ]
    counted = max(
        (sum(at <= minute < at + length for at, length in spans) for minute in range(60)), default=0
    )
    assert capacity.most_at_once(moments) == counted


@pytest.mark.parametrize(
    ("text", "zone", "found"),
    [
        ("2026-12-03T10:00", "Europe/Madrid", "2026-12-03T09:00:00+00:00"),
        ("2026-10-25T02:30", "Europe/Madrid", "2026-10-25T00:30:00+00:00"),  # comes twice: the first
        ("2026-03-29T02:30", "Europe/Madrid", None),  # is skipped
        ("2026-12-03", "Mars/Olympus", None),
        ("tomorrow", "UTC", None),
    ],
)
def test_a_wall_clock_is_read_by_the_zone_of_the_place(text: str, zone: str, found: str | None) -> None:
    at = local(text, zone)
    assert (at.isoformat() if at else None) == found


def test_an_issue_that_names_no_time_is_none() -> None:
    assert agreed_in([{"name": "Cita", "value": "some day"}, {"name": "Delivery", "value": True}]) is None
