"""The figures of a report. Each is made of rows that can be looked at, and is nothing but what those come to.

A figure is a query for its rows, what one of them counts, and words that say what it means.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from catalog.models import StockMove
from desk import figure_rows
from desk.figure_rows import Rows, Scope, Side
from feedback.limits import ANSWERS_MIN, BUYERS_MIN
from feedback.results import headline
from negotiation_hub.kernel.money import Money
from payments.turnover import Flow

Value = int | list[Money] | Decimal | None  # None: nothing may be said


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a report. `unit`: what its value is; `now`: how things stand, whatever the period."""

    key: str
    title: str | Promise
    definition: str | Promise
    rows: Callable[[Scope], Rows]
    unit: Literal["count", "money", "pieces", "stars"] = "count"
    column: str = ""  # what a row counts; empty: one
    at: str = "at"  # when a row happened
    now: bool = False
    reads: Callable[[UUID], Value] | None = None  # what is not counted of rows, but asked of another app
    page: str = ""  # of the organisation, where the rows are another app's

    def value(self, scope: Scope) -> Value:
        """What the rows come to."""
        if self.reads is not None:
            return self.reads(scope.organisation_id)
        found = self.rows(scope).order_by()
        if self.unit == "money":
            added = found.values_list("currency").annotate(sum=Sum(self.column))
            return [Money(minor, currency) for currency, minor in sorted(added)]
        if self.column:
            return int(found.aggregate(sum=Sum(self.column))["sum"] or 0)
        return found.count()


def _rating(organisation_id: UUID) -> Value:
    found = headline(organisation_id)
    return None if found is None else found.mean


# -- the report --------------------------------------------------------------------------------------------

_ROOMS: Final = Figure(
    "rooms",
    _("Rooms opened"),
    _("Negotiations that began in the period."),
    figure_rows.rooms,
    at="opened_at",
)
_OFFERS: Final = Figure(
    "offers",
    _("Offers"),
    _("Versions that reached a table in the period, of either side."),
    figure_rows.offers,
    at="made_at",
)
_AGREEMENTS: Final = Figure(
    "agreements",
    _("Agreements"),
    _("Offers that were accepted in the period."),
    figure_rows.agreements,
    at="made_at",
)
_AGREED: Final = Figure(
    "agreed",
    _("Agreed"),
    _("Their totals, tax included, whatever became of them; of frame agreements what is called off."),
    figure_rows.agreed,
    "money",
    "gross",
    "made_at",
)
_ORDERS: Final = Figure(
    "orders",
    _("Orders placed"),
    _("Orders that became binding in the period: placed or confirmed by the buyer."),
    figure_rows.orders,
    at="placed_at",
)


def _money(flow: Flow, title: str | Promise, definition: str | Promise) -> Figure:
    return Figure(flow.value, title, definition, figure_rows.flow(flow), "money", "signed", "at_us")


SELLER: Final[Sequence[Figure]] = (
    Figure(
        "campaign_mails",
        _("Campaign mails"),
        _("Mails of your campaigns that went out in the period."),
        figure_rows.campaign_mails,
    ),
    Figure(
        "visits",
        _("Visits"),
        _("Browsers that came from a campaign, a marked link, another site or a search engine."),
        figure_rows.visits,
    ),
    Figure(
        "attributed",
        _("Rooms after a visit"),
        _("Of the rooms opened those whose buyer had come by such a visit."),
        figure_rows.attributed,
    ),
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
        figure_rows.unpaid,
        "money",
        "missing",
        "created_at",
        now=True,
    ),
    Figure(
        "owed",
        _("Owed to the platform"),
        _("What refunds took beyond your account and no release has covered, at the end of the period."),
        figure_rows.owed,
        "money",
        "signed",
        "at_us",
    ),
    Figure(
        "stock_out",
        _("Stock taken"),
        _("Pieces that agreements took out of stock in the period."),
        figure_rows.stock(StockMove.Reason.TAKEN),
        "pieces",
        "change",
    ),
    Figure(
        "stock_back",
        _("Stock returned"),
        _("Pieces that came back from orders that ended unpaid or canceled."),
        figure_rows.stock(StockMove.Reason.RETURNED),
        "pieces",
        "change",
    ),
    Figure(
        "stock_counted",
        _("Stock counted"),
        _("The differences that your own counting made."),
        figure_rows.stock(StockMove.Reason.COUNTED),
        "pieces",
        "change",
    ),
    Figure(
        "answers",
        _("Surveys answered"),
        _("What buyers have answered in the period."),
        figure_rows.answers,
    ),
    Figure(
        "rating",
        _("Feedback, mean"),
        format_lazy(
            _("Stars of 5 over all answers so far, once there are {answers} of {buyers} buyers."),
            answers=ANSWERS_MIN,
            buyers=BUYERS_MIN,
        ),
        figure_rows.answers,
        "stars",
        now=True,
        reads=_rating,
        page="feedback:results_of",
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
        figure_rows.unpaid,
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
