"""REST for the desk: the deals of one's organisations, what happened in each, and reports."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Query, Router

from desk import queries, transcript_paper
from desk import report as reports
from desk.deal import deal_for
from desk.figures import Value
from desk.period import Period, period_of
from desk.rows import Deal, Owner
from desk.schemas import DealDetailOut, DealsOut, ReportOut
from desk.stages import Stage
from desk.timeline import Entry
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import User
from rooms import transcripts

router = Router(tags=["desk"])


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


@router.get("/rooms/{room_id}/transcript.pdf", summary="A room's transcript on paper")
def get_transcript_pdf(
    request: Person, room_id: UUID, of: transcripts.Of = "table", language: str = ""
) -> HttpResponse:
    """The table, or your own side's caucus, as PDF with the signed record inside (docs/transcript.md)."""
    data = transcript_paper.made(
        request.auth, room_id, of, language=language or get_language() or "", now=clock.now()
    )
    answer = HttpResponse(data, content_type="application/pdf")
    name = transcripts.name_of(room_id, of, "pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@router.get("/deals", response=DealsOut, summary="The deals of your organisations")
def list_deals(
    request: Person,
    after: UUID | None = None,
    view: Annotated[str, Query(description="`ours` or `theirs`: whose turn it is")] = "",
    stage: Annotated[str, Query(description=f"one of {', '.join(Stage)}")] = "",
    kind: Annotated[str, Query(description="goods, information, service")] = "",
    q: Annotated[str, Query(description="words that are all in the title")] = "",
) -> dict[str, Any]:
    """At most 50, the newest first; `after` is the last room of the page before."""
    given = {"view": view, "stage": stage, "kind": kind, "q": q, "after": str(after or "")}
    page = queries.deals_of(request.auth, queries.Wanted.of(given))
    return {"deals": [_plain(deal) for deal in page.deals], "next": page.next}


@router.get("/deals/{uuid:room}", response=DealDetailOut, summary="One deal with everything that happened")
def get_deal(
    request: Person,
    room: UUID,
    before: Annotated[int | None, Query(ge=1, lt=2**62, description="`earlier` of a page")] = None,
) -> dict[str, Any]:
    """For both sides and moderators; each sees what is theirs."""
    whole = deal_for(request.auth, room, before=before)
    entries = [_entry(one) for one in whole.timeline.entries]
    timeline = {"entries": entries, "earlier": whole.timeline.earlier}
    return {**_plain(whole.deal), "next_step": whole.deal.note, "timeline": timeline}


@router.get("/reports", response=ReportOut, summary="The figures of a period")
def get_report(
    request: Person,
    first: Annotated[str, Query(alias="from", description="a day such as 2026-11-23, by UTC")] = "",
    last: Annotated[str, Query(alias="to", description="the last day; at most a year later")] = "",
    organisation: Annotated[str, Query(description="the slug of one of yours")] = "",
) -> dict[str, Any]:
    """Those of this week unless another period is named. Each figure beside that of the period before."""
    ours = reports.organisation_for(request.auth, organisation)
    found = reports.report_of(ours, period_of({"from": first, "to": last}, clock.now()))
    return {
        "organisation": ours.slug,
        "period": _period(found.period),
        "previous": _period(found.previous),
        "parts": [
            {"side": part.side, "figures": [_figure(line) for line in part.lines]} for part in found.parts
        ],
    }


def _plain(deal: Deal) -> dict[str, Any]:
    total, moved, goods = _amount(deal.money.total), deal.money.moved, deal.goods
    return {
        "room": deal.room_id,
        "order": deal.order_id,
        "title": deal.title,
        "side": deal.side,
        "counterpart": deal.counterpart,
        "stage": deal.stage,
        "turn": deal.turn,
        "total": total,
        "until": deal.until,
        "opened_at": deal.at,
        "people": {"owner": _owner(deal.owner), "contact": _owner(deal.contact)},
        "money": {
            "total": total,
            "authorize_status": deal.money.authorize_status,
            "charge_status": deal.money.charge_status,
            "authorized": moved.authorized if moved else 0,
            "charged": moved.captured if moved else 0,
            "refunded": moved.refunded if moved else 0,
            "held": moved.held if moved else 0,
            "released": moved.released if moved else 0,
        },
        "goods": {name: getattr(goods, name) for name in goods.__dataclass_fields__},
    }


def _amount(money: Money | None) -> dict[str, Any] | None:
    return None if money is None else {"minor": money.minor, "currency": money.currency}


def _owner(owner: Owner | None) -> dict[str, Any] | None:
    return None if owner is None else {"id": owner.user.pk, "name": owner.user.name, "how": owner.how.value}


def _entry(entry: Entry) -> dict[str, Any]:
    shown = {name: getattr(entry, name) for name in ("at", "kind", "source", "count", "private", "url")}
    return {**shown, "who": list(entry.who), "text": entry.words.text, "detail": entry.words.detail}


def _period(period: Period) -> dict[str, Any]:
    return {"first": period.first, "last": period.last}


def _figure(line: reports.Line) -> dict[str, Any]:
    figure = line.figure
    return {
        "key": figure.key,
        "title": str(figure.title),
        "definition": str(figure.definition),
        "unit": figure.unit,
        "value": _value(line.value),
        "previous": _value(line.previous),
        "url": line.url,
    }


def _value(value: Value) -> Any:
    if isinstance(value, list):
        return [_amount(one) for one in value]
    return str(value) if isinstance(value, Decimal) else value
