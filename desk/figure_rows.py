"""The rows that the figures of a report are made of: one query for each kind of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import F, Q, QuerySet

from catalog.campaign_models import Attribution, CampaignMail, Visit
from catalog.models import StockMove
from desk.period import Period
from feedback.models import Answer
from orders.lifecycle import AuthorizeStatus, Status
from orders.models import Frame, Order
from payments import turnover
from payments.turnover import Flow
from rooms.models import Agreement, Offer, Room

Side = Literal["seller", "buyer"]
Rows = QuerySet[Any]
_PARTY: Final[dict[Side, turnover.Party]] = {"seller": "payee", "buyer": "payer"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: an organisation on one side of its deals, in a time."""

    organisation_id: UUID
    side: Side
    start: datetime
    end: datetime

    @classmethod
    def of(cls, organisation_id: UUID, side: Side, period: Period) -> "Scope":
        """A period's scope."""
        return cls(organisation_id, side, period.start, period.end)

    def within(self, column: str) -> Q:
        """The time, as a condition on a column."""
        return Q(**{f"{column}__gte": self.start, f"{column}__lt": self.end})

    def party(self, path: str = "") -> Q:
        """The organisation on its side, as a condition on rows that reach the room or order by `path`."""
        return Q(**{f"{path}{self.side}": self.organisation_id})


def rooms(scope: Scope) -> Rows:
    """Negotiations that began."""
    return Room.objects.filter(scope.party(), scope.within("opened_at"))


def offers(scope: Scope) -> Rows:
    """Versions that reached a table."""
    return Offer.objects.filter(scope.party("room__"), scope.within("made_at")).select_related("room")


def agreements(scope: Scope) -> Rows:
    """Offers that were accepted."""
    rows = Agreement.objects.filter(scope.party("room__"), scope.within("made_at"))
    return rows.select_related("room")


def agreed(scope: Scope) -> Rows:
    """Those of them that made or changed an order: what is called off of a frame agreement comes again."""
    return agreements(scope).exclude(pk__in=Frame.objects.values("pk"))


def orders(scope: Scope) -> Rows:
    """Orders that became binding."""
    return Order.objects.filter(scope.party(), scope.within("placed_at"))


def flow(way: Flow) -> Callable[[Scope], Rows]:
    """Transfers of a way that money takes."""

    def rows(scope: Scope) -> Rows:
        party = _PARTY[scope.side]
        found = turnover.rows(way, party, scope.organisation_id, scope.start, scope.end)
        return found.select_related("cause", "debit", "credit")

    return rows


def unpaid(scope: Scope) -> Rows:
    """Requests of which something is neither authorised nor paid, of orders that wait for it; as of now."""
    waiting = (Status.DRAFT.value, Status.UNCONFIRMED.value, Status.UNFULFILLED.value)
    orders = Order.objects.filter(scope.party(), status__in=waiting)
    return turnover.unpaid(orders.exclude(authorize_status=AuthorizeStatus.FULL.value).values("pk"))


def owed(scope: Scope) -> Rows:
    """What made the organisation owe the platform, and what collected it, until the end of the time."""
    found = turnover.owed_rows(scope.organisation_id, scope.end)
    return found.select_related("cause", "debit", "credit")


def stock(*reasons: StockMove.Reason) -> Callable[[Scope], Rows]:
    """Moves of the organisation's stock, for one of the reasons."""

    def rows(scope: Scope) -> Rows:
        moves = StockMove.objects.filter(listing__organisation=scope.organisation_id, reason__in=reasons)
        return moves.filter(scope.within("at")).select_related("listing")

    return rows


def campaign_mails(scope: Scope) -> Rows:
    """Mails of campaigns that went out."""
    mails = CampaignMail.objects.filter(campaign__organisation=scope.organisation_id)
    mails = mails.filter(scope.within("mail__sent_at"), state=CampaignMail.State.SENT)
    return mails.annotate(at=F("mail__sent_at")).select_related("campaign")


def visits(scope: Scope) -> Rows:
    """Visits that came from somewhere."""
    found = Visit.objects.filter(scope.within("at"), organisation=scope.organisation_id)
    return found.select_related("campaign")


def attributed(scope: Scope) -> Rows:
    """Rooms that came of a visit."""
    found = Attribution.objects.filter(scope.within("at"), organisation=scope.organisation_id)
    return found.select_related("visit__campaign")


def answers(scope: Scope) -> Rows:
    """Surveys that buyers have answered."""
    found = Answer.objects.filter(scope.within("at"), invitation__seller=scope.organisation_id)
    return found.select_related("invitation__order")
