"""What the order's page shows of its appointments, and the forms that go with services."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from orders import appointment_times
from orders.appointment_forms import ProposalForm, ReportForm, WordForm
from orders.lifecycle import Appointed, Status, Work
from orders.models import Appointment, AppointmentChange, AppointmentProposal, Order, OrderLine
from orders.services import may_be_disputed

_LIVE = frozenset({Status.UNFULFILLED, Status.PARTIALLY_FULFILLED})


@dataclass(frozen=True, slots=True)
class Choice:
    """A proposed time: its value for the form, its words, and whether it can still be taken."""

    at: datetime
    words: str
    to_come: bool


@dataclass(frozen=True, slots=True)
class AppointmentOfLine:
    """A service line with its appointment. `answers` is who may answer the standing proposal; `form` is there
    for who may propose.
    """

    line: OrderLine
    row: Appointment | None
    when: str
    standing: AppointmentProposal | None
    choices: list[Choice]
    answers: bool
    form: ProposalForm | None
    may_miss: bool
    steps: list[tuple[str, AppointmentChange]]


def of_page(order: Order, sides: set[Any], can: frozenset[str], now: datetime) -> dict[str, Any]:
    """For `order.html` and its parts."""
    return {
        "appointments": appointments(order, sides, now),
        "report_form": ReportForm(),
        "word_form": WordForm(),
        "disputable": {row.pk for row in order.work.all() if "dispute" in can and may_be_disputed(row)},
    }


def appointments(order: Order, sides: set[Any], now: datetime) -> list[AppointmentOfLine]:
    """The service lines that have an appointment or may get one."""
    found = []
    rows = {row.line_id: row for row in order.appointments.all()}
    work = {row.line_id for row in order.work.all() if row.status == Work.OPEN}
    for line in order.lines.all():
        row = rows.get(line.pk)
        live = order.status in _LIVE and line.pk in work
        if line.kind != "service" or (row is None and not live):
            continue
        found.append(_of_line(line, row, sides, now, live=live))
    return found


def _of_line(
    line: OrderLine, row: Appointment | None, sides: set[Any], now: datetime, *, live: bool
) -> AppointmentOfLine:
    standing = None
    if row is not None:
        standing = row.proposals.filter(outcome=AppointmentProposal.Outcome.STANDING).first()
    begun = row is not None and row.starts_at is not None and row.starts_at <= now
    return AppointmentOfLine(
        line=line,
        row=row,
        when=appointment_times.when(row) if row is not None else "",
        standing=standing,
        choices=_choices(standing, now) if standing is not None else [],
        answers=live and standing is not None and standing.side not in sides,
        form=ProposalForm(line=line, row=row) if live else None,
        may_miss=begun and row is not None and row.status == Appointed.AGREED and live,
        steps=_steps(row) if row is not None else [],
    )


def _choices(standing: AppointmentProposal, now: datetime) -> list[Choice]:
    moments = [datetime.fromisoformat(text) for text in standing.times]
    return [Choice(at, appointment_times.words(at, standing.zone), at > now) for at in moments]


def _steps(row: Appointment) -> list[tuple[str, AppointmentChange]]:
    words = {
        "agree": _("Agreed"),
        "move": _("Moved"),
        "reopen": _("To be agreed anew"),
        "cancel": _("Canceled"),
    }
    missed = {"seller": _("The seller did not come"), "buyer": _("The buyer did not come")}
    return [
        (words.get(change.event) or missed.get(change.missing, change.event), change)
        for change in row.changes.order_by("-seq")
    ]
