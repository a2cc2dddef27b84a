"""The report of an organisation: its figures in a period, beside those of the period before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.campaign_models import Attribution, CampaignMail, Visit
from catalog.models import Listing, StockMove
from desk import words
from desk.figure_rows import Scope, Side
from desk.figures import BY_SIDE, Figure, Value, figure_named
from desk.period import Period
from feedback.models import Answer
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Malformed, NotFound
from negotiation_hub.people.models import Organisation, User
from negotiation_hub.people.queries import organisations_of
from orders.models import Order
from payments.hooks import links_of
from payments.models import PaymentRequest, Transfer
from rooms.models import Agreement, Offer, Room

ROWS: Final = 100  # of a figure on one page
_SIDES: Final[tuple[Side, ...]] = ("seller", "buyer")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure with its value, and that of the period before; `url` is where its rows are."""

    figure: Figure
    value: Value
    previous: Value
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one side of the organisation's deals."""

    side: Side
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Report:
    """What an organisation did in a period. Only the sides on which it ever dealt have a part."""

    organisation: Organisation
    period: Period
    previous: Period
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Row:
    """One of the rows that a figure is made of."""

    at: datetime
    title: str
    note: str
    value: Money | int | None
    url: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of a figure's rows, the newest first. `next` asks for the following page."""

    organisation: Organisation
    figure: Figure
    rows: Sequence[Row]
    next: str | None


def organisation_for(user: User, slug: str = "") -> Organisation:
    """One of the person's organisations; the one they act for without a name. Raises NotFound."""
    mine = organisations_of(user)
    found = next((one for one in mine if one.slug == slug or not slug), None)
    if found is None:
        raise NotFound
    return found


def report_of(organisation: Organisation, period: Period) -> Report:
    """The report of a period. As many queries for a large one as for a small one."""
    before = period.before()
    parts = []
    for side in _sides(organisation):
        now, then = (Scope.of(organisation.pk, side, one) for one in (period, before))
        lines = [
            Line(
                figure,
                figure.value(now),
                None if figure.now else figure.value(then),
                rows_url(organisation, period, side, figure),
            )
            for figure in BY_SIDE[side]
        ]
        parts.append(Part(side, lines))
    return Report(organisation, period, before, parts)


def rows_url(organisation: Organisation, period: Period, side: str, figure: Figure) -> str:
    """Where the rows of a figure are."""
    if figure.page:
        return reverse(figure.page, args=[organisation.slug])
    asked = {"organisation": organisation.slug, "from": period.first, "to": period.last}
    return f"{reverse('desk:rows', args=[side, figure.key])}?{urlencode(asked)}"


def _sides(organisation: Organisation) -> list[Side]:
    sells = Listing.objects.filter(organisation=organisation).exists()
    dealt = {side: Room.objects.filter(Q((side, organisation))).exists() for side in _SIDES}
    return [side for side in _SIDES if dealt[side] or (side == "seller" and sells)]


def rows_of(
    organisation: Organisation, period: Period, side: str, key: str, *, before: str = "", limit: int = ROWS
) -> Rows:
    """A page of the rows behind a figure. Raises NotFound for none, Malformed for a wrong cursor."""
    figure = figure_named(side, key)
    if figure is None or figure.page:
        raise NotFound
    found = figure.rows(Scope.of(organisation.pk, "seller" if side == "seller" else "buyer", period))
    if before:
        at, last = _cursor(before)
        moment = at if figure.at == "at_us" else clock.from_us(at)
        found = found.filter(Q(**{f"{figure.at}__lt": moment}) | Q(**{figure.at: moment, "pk__lt": last}))
    page = list(found.order_by(f"-{figure.at}", "-pk")[: limit + 1])
    rows = list(_told(figure, page[:limit]))
    return Rows(organisation, figure, rows, _key(figure, page[limit - 1]) if len(page) > limit else None)


def _key(figure: Figure, row: Any) -> str:
    at = getattr(row, figure.at)
    return f"{at if isinstance(at, int) else clock.to_us(at)}.{row.pk}"


def _cursor(text: str) -> tuple[int, UUID]:
    at, _dot, last = text.partition(".")
    try:
        clock.from_us(int(at))
        return int(at), UUID(last)
    except (ValueError, OverflowError):
        raise Malformed(_("This is not a page of the rows.")) from None


# -- rows in words -----------------------------------------------------------------------------------------


def _told(figure: Figure, page: Sequence[Any]) -> Iterator[Row]:
    orders = {_order_of(row) for row in page if isinstance(row, Transfer | PaymentRequest)}
    links = links_of([one for one in orders if one is not None])
    for row in page:
        at = getattr(row, figure.at)
        moment = clock.from_us(at) if isinstance(at, int) else at
        match row:
            case Transfer() | PaymentRequest():
                minor = getattr(row, figure.column)
                order_id = _order_of(row)
                link = links.get(order_id) if order_id else None
                title, note, url = (link.title, link.number, link.url) if link else (_("Account"), "", "")
                yield Row(moment, title, note, Money(minor, row.currency), url)
            case StockMove():
                listing = row.listing
                yield Row(moment, listing.title, "", row.change, listing.get_absolute_url())
            case CampaignMail():
                yield Row(moment, row.campaign.subject, "", None, reverse("catalog:campaigns"))
            case Visit():
                yield _of_visit(row, moment, reverse("catalog:campaigns"))
            case Attribution():
                yield _of_visit(row.visit, moment, reverse("desk:deal", args=[row.room]))
            case Answer():
                order = row.invitation.order
                yield Row(moment, order.title, order.number, None, reverse("desk:deal", args=[order.room_id]))
            case Order():
                url = reverse("orders:order", args=[row.pk])
                yield Row(moment, row.title, row.number, row.money(), url)
            case _:
                yield _of_room(row, moment)


def _of_visit(visit: Visit, moment: datetime, url: str) -> Row:
    title = visit.campaign.subject if visit.campaign is not None else visit.detail
    source = str(Visit.Source(visit.source).label)
    return Row(moment, title or source, source, None, url)


def _order_of(row: Transfer | PaymentRequest) -> UUID | None:
    return row.order_id if isinstance(row, PaymentRequest) else row.cause.order_id


def _of_room(row: Room | Offer | Agreement, moment: datetime) -> Row:
    room = row if isinstance(row, Room) else row.room
    url = reverse("desk:deal", args=[room.pk])
    if isinstance(row, Offer):
        said = {"version": row.version, "side": words.side(row.side)}
        note = _("Version %(version)s, %(side)s") % said
        return Row(moment, room.title, note, Money(row.packages[0]["gross"], row.currency), url)
    if isinstance(row, Agreement):
        return Row(moment, room.title, "", Money(row.gross, row.currency), url)
    return Row(moment, room.title, "", None, url)
