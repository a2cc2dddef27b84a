"""The pages and files of reports."""

from collections.abc import Iterator
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desk import csv_file
from desk import report as reports
from desk.figures import Value
from desk.period import Period, period_of, week_of
from desk.words import side as side_words
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Organisation, User
from negotiation_hub.people.queries import organisations_of

_CSV_ROWS = 10_000  # of a figure in one file: what a spreadsheet still opens at once


def _asked(request: HttpRequest) -> tuple[Organisation, Period]:
    user = cast("User", request.user)
    organisation = reports.organisation_for(user, request.GET.get("organisation", ""))
    return organisation, period_of(request.GET, clock.now())


@login_required
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The figures of a period, this week's unless another is named, beside those of the one before."""
    organisation, period = _asked(request)
    context = {
        "report": reports.report_of(organisation, period),
        "organisations": organisations_of(cast("User", request.user)),
        "earlier": period.before(),
        "later": period.after(),
        "this_week": period == week_of(clock.now()),
    }
    return render(request, "desk/report.html", context)


@login_required
@require_safe
def report_csv(request: HttpRequest) -> HttpResponse:
    """The same figures as a file, one line for each currency."""
    organisation, period = _asked(request)
    found = reports.report_of(organisation, period)
    header = [_("Organisation"), _("Side"), _("Figure"), _("Unit"), _("From"), _("To")]
    header += [_("Value"), _("Period before"), _("Definition")]
    name = f"report-{organisation.slug}-{period.first}-{period.last}"
    return csv_file.response(name, header, _figures(found))


def _figures(found: reports.Report) -> Iterator[list[Any]]:
    for part in found.parts:
        for line in part.lines:
            now, then = _by_unit(line.value), _by_unit(line.previous)
            for unit in sorted({*now, *then}) or [""]:
                yield [
                    found.organisation.name,
                    side_words(part.side),
                    line.figure.title,
                    unit,
                    found.period.first,
                    found.period.last,
                    _shown(line.value, now.get(unit)),
                    _shown(line.previous, then.get(unit)),
                    line.figure.definition,
                ]


def _shown(value: Value, part: str | None) -> str:
    """Nothing for what may not be said, or is not compared; zero where a sum has no row."""
    return "" if value is None else part or "0"


def _by_unit(value: Value) -> dict[str, str]:
    """A value in plain numbers, by currency."""
    if isinstance(value, list):
        return {one.currency: f"{one.major():f}" for one in value}
    return {} if value is None else {"": str(value)}


@login_required
@require_safe
def rows(request: HttpRequest, side: str, key: str) -> HttpResponse:
    """The rows that a figure is made of, the newest first."""
    organisation, period = _asked(request)
    before = request.GET.get("before", "")
    found = reports.rows_of(organisation, period, side, key, before=before)
    return render(request, "desk/rows.html", {"found": found, "period": period, "side": side})


@login_required
@require_safe
def rows_csv(request: HttpRequest, side: str, key: str) -> HttpResponse:
    """The newest rows of a figure as a file."""
    organisation, period = _asked(request)
    found = reports.rows_of(organisation, period, side, key, limit=_CSV_ROWS)
    header = [_("Time (UTC)"), _("Title"), _("Note"), _("Value"), _("Unit")]
    name = f"{side}-{key}-{organisation.slug}-{period.first}-{period.last}"
    return csv_file.response(name, header, (_row(one) for one in found.rows))


def _row(one: reports.Row) -> list[Any]:
    value = f"{one.value.major():f}" if isinstance(one.value, Money) else one.value
    unit = one.value.currency if isinstance(one.value, Money) else ""
    return [clock.text(one.at), one.title, one.note, value, unit]
