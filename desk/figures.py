"""The figures of a report. Each is made of rows that can be looked at, and is nothing but what those come to.

A figure is a query for its rows, what one of them counts, and words that say what it means.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import StockMove
from desk.period import Period
from negotiation_hub.kernel.money import Money
from orders.lifecycle import AuthorizeStatus, Status
from orders.models import Order
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


Value = int | list[Money]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a report. `unit`: what its value is; `now`: how things stand, whatever the period."""

    key: str
    title: str | Promise
    definition: str | Promise
    rows: Callable[[Scope], Rows]
    unit: Literal["count", "money", "pieces"] = "count"
    column: str = ""  # what a row counts; empty: one
    at: str = ""  # when a row happened
    now: bool = False

    def value(self, scope: Scope) -> Value:
        """What the rows come to."""
        rows = self.rows(scope).order_by()
        if self.unit == "money":
            added = rows.values_list("currency").annotate(sum=Sum(self.column))
            return [Money(minor, currency) for currency, minor in sorted(added)]
        if self.column:
            return int(rows.aggregate(sum=Sum(self.column))["sum"] or 0)
        return rows.count()


# -- rows --------------------------------------------------------------------------------------------------


def _rooms(scope: Scope) -> Rows:
    return Room.objects.filter(scope.party(), scope.within("opened_at"))


def _offers(scope: Scope) -> Rows:
    return Offer.objects.filter(scope.party("room__"), scope.within("made_at")).select_related("room")


def _agreements(scope: Scope) -> Rows:
    rows = Agreement.objects.filter(scope.party("room__"), scope.within("made_at"))
    return rows.select_related("room")


def _orders(scope: Scope) -> Rows:
    return Order.objects.filter(scope.party(), scope.within("placed_at"))


def _flow(flow: Flow) -> Callable[[Scope], Rows]:
    def rows(scope: Scope) -> Rows:
        party = _PARTY[scope.side]
        found = turnover.rows(flow, party, scope.organisation_id, scope.start, scope.end)
        return found.select_related("cause", "debit", "credit")

    return rows


def _unpaid(scope: Scope) -> Rows:
    waiting = (Status.DRAFT.value, Status.UNCONFIRMED.value, Status.UNFULFILLED.value)
    orders = Order.objects.filter(scope.party(), status__in=waiting)
    return turnover.unpaid(orders.exclude(authorize_status=AuthorizeStatus.FULL.value).values("pk"))


def _owed(scope: Scope) -> Rows:
    found = turnover.owed_rows(scope.organisation_id, scope.end)
    return found.select_related("cause", "debit", "credit")


def _stock(*reasons: StockMove.Reason) -> Callable[[Scope], Rows]:
    def rows(scope: Scope) -> Rows:
        moves = StockMove.objects.filter(listing__organisation=scope.organisation_id, reason__in=reasons)
        return moves.filter(scope.within("at")).select_related("listing")

    return rows


# -- the report --------------------------------------------------------------------------------------------

_ROOMS: Final = Figure(
    "rooms",
    _("Rooms opened"),
    _("Negotiations that began in the period."),
    _rooms,
    at="opened_at",
)
_OFFERS: Final = Figure(
    "offers",
    _("Offers"),
    _("Versions that reached a table in the period, of either side."),
    _offers,
    at="made_at",
)
_AGREEMENTS: Final = Figure(
    "agreements",
    _("Agreements"),
    _("Offers that were accepted in the period."),
    _agreements,
    at="made_at",
)
_AGREED: Final = Figure(
    "agreed",
    _("Agreed"),
    _("Their totals, tax included, whatever became of them."),
    _agreements,
    "money",
    "gross",
    "made_at",
)
_ORDERS: Final = Figure(
    "orders",
    _("Orders placed"),
    _("Orders that became binding in the period: placed or confirmed by the buyer."),
    _orders,
    at="placed_at",
)


def _money(flow: Flow, title: str | Promise, definition: str | Promise) -> Figure:
    return Figure(flow.value, title, definition, _flow(flow), "money", "signed", "at_us")


SELLER: Final[Sequence[Figure]] = (
    _ROOMS,
    _OFFERS,
    _AGREEMENTS,
    _AGREED,
    _ORDERS,
    _money(
        Flow.CHARGED,
        _("Charged"),
        _("Taken from the buyers' cards into held funds, by the ledger."),
    ),
    _money(
        Flow.REFUNDED,
        _("Given back"),
        _("Returned to the buyers, less what a bank sent back, by the ledger."),
    ),
    _money(
        Flow.RELEASED,
        _("Released to you"),
        _("From held funds to your account after the receipt, the fee deducted, by the ledger."),
    ),
    _money(
        Flow.FEES,
        _("Platform fees"),
        _("Kept at releases, less what refunds gave back of it, by the ledger."),
    ),
    Figure(
        "receivables",
        _("Open receivables"),
        _("What buyers have agreed to pay and have not authorised yet. It is as of now, not of the period."),
        _unpaid,
        "money",
        "missing",
        "created_at",
        now=True,
    ),
    Figure(
        "owed",
        _("Owed to the platform"),
        _("What refunds took beyond your account and no release has covered, at the end of the period."),
        _owed,
        "money",
        "signed",
        "at_us",
    ),
    Figure(
        "stock_out",
        _("Stock taken"),
        _("Pieces that agreements took out of stock in the period."),
        _stock(StockMove.Reason.TAKEN),
        "pieces",
        "change",
        "at",
    ),
    Figure(
        "stock_back",
        _("Stock returned"),
        _("Pieces that came back from orders that ended unpaid or canceled."),
        _stock(StockMove.Reason.RETURNED),
        "pieces",
        "change",
        "at",
    ),
    Figure(
        "stock_counted",
        _("Stock counted"),
        _("The differences that your own counting made."),
        _stock(StockMove.Reason.COUNTED),
        "pieces",
        "change",
        "at",
    ),
)
BUYER: Final[Sequence[Figure]] = (
    _ROOMS,
    _OFFERS,
    _AGREEMENTS,
    _AGREED,
    _ORDERS,
    _money(
        Flow.CHARGED,
        _("Charged to you"),
        _("Taken from your cards into held funds, by the ledger."),
    ),
    _money(
        Flow.REFUNDED,
        _("Given back to you"),
        _("Returned to your cards, less what your bank sent back, by the ledger."),
    ),
    _money(
        Flow.RELEASED,
        _("Released to sellers"),
        _("From what you had paid, after the receipt, the platform's fee deducted, by the ledger."),
    ),
    Figure(
        "payables",
        _("Open payables"),
        _("What you have agreed to pay and have not authorised yet. It is as of now, not of the period."),
        _unpaid,
        "money",
        "missing",
        "created_at",
        now=True,
    ),
)
BY_SIDE: Final[dict[Side, Sequence[Figure]]] = {"seller": SELLER, "buyer": BUYER}


def figure_named(side: str, key: str) -> Figure | None:
    """The figure of a side with this key."""
    found = BY_SIDE.get(side, ())  # type: ignore[call-overload]
    return next((figure for figure in found if figure.key == key), None)
