"""People, money and goods of one deal, as one person may see them; every figure with the way to its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Listing
from desk.facts import Facts
from desk.rows import Owner, owner
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Membership, Organisation, User
from orders import wording
from orders.models import DownloadGrant, Order, Shipment, WorkMilestone
from payments.chart import Kind
from payments.queries import accounts_of

_TEAM_MAX = 12  # people of a side that a panel names


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody at the table. `role` is theirs in the reader's own organisation, `mode` a moderator's."""

    user: User
    joined_at: datetime
    role: str = ""
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """A side of the deal. `more` is how many beyond those named."""

    side: str
    organisation: Organisation
    ours: bool
    owner: Owner | None
    members: Sequence[Member]
    more: int


@dataclass(frozen=True, slots=True)
class People:
    """Both sides, and who watches."""

    teams: Sequence[Team]
    moderators: Sequence[Member]


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount, and where its rows are; no `url` for who may not see them."""

    key: str
    label: str
    money: Money
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is traded. `stock` is what the seller has left of it; None: uncounted, or not theirs."""

    title: str
    quantity: str
    kind: str
    total: Money | None
    stock: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Goods:
    """What is traded, and how far it is on its way."""

    lines: Sequence[Line]
    shipments: Sequence[Shipment]
    files: Sequence[DownloadGrant]
    work: Sequence[WorkMilestone]
    delivery: str
    url: str  # of the order, for who may see it


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a deal: their side, and what they are in its organisation."""

    user: User
    side: str
    member: Membership | None

    @property
    def organisation_id(self) -> UUID | None:
        """Of the side that they belong to."""
        return self.member.organisation_id if self.member is not None else None


def people_of(facts: Facts, viewer: Viewer) -> People:
    """Who takes part."""
    room = facts.room
    roles = _roles(viewer)
    teams = []
    for side, organisation in (("seller", room.seller), ("buyer", room.buyer)):
        ours = side == viewer.side
        seats = facts.seated(side)
        named = [
            Member(seat.user, seat.joined_at, roles.get(seat.user_id, "") if ours else "")
            for seat in seats[:_TEAM_MAX]
        ]
        more = len(seats) - len(named)
        teams.append(Team(side, organisation, ours, owner(facts, side), named, more))
    if viewer.side == "buyer":
        teams.reverse()
    watching = [Member(seat.user, seat.joined_at, mode=seat.mode) for seat in facts.seated("moderator")]
    return People(teams, watching)


def _roles(viewer: Viewer) -> dict[UUID, str]:
    if viewer.organisation_id is None:
        return {}
    rows = Membership.objects.filter(organisation=viewer.organisation_id)
    return {row.user_id: str(row.get_role_display()) for row in rows[:1000]}


# -- money -------------------------------------------------------------------------------------------------


def money_of(facts: Facts, viewer: Viewer) -> list[Figure]:
    """What is agreed and what moved. Only figures that are not zero, but for what is to be paid."""
    order, moved = facts.order, facts.money
    if order is None or moved is None:
        return _before_order(facts, viewer)
    page, held, wallet = _ways(order, viewer)

    def figure(key: str, label: str, minor: int, url: str) -> list[Figure]:
        return [Figure(key, label, Money(minor, order.currency), url)] if minor else []

    sells = viewer.side == "seller"
    ended = getattr(order, "receipt", None) or getattr(order, "cancellation", None)
    fee = (ended.released_fee or 0) if ended is not None and sells else 0
    released = _("Released to you") if sells else _("Released")
    return [
        *figure("agreed", _("Agreed"), order.gross, page),
        *figure("authorized", _("Authorised on the card"), moved.authorized, page and f"{page}#money"),
        *figure("charged", _("Charged"), moved.captured, held),
        *figure("held", _("Held funds"), moved.held, held),
        *figure("refunded", _("Given back"), moved.refunded, held),
        *figure("released", released, moved.released - fee, wallet or held),
        *figure("fee", _("Platform fee"), fee, held),
    ]


def _before_order(facts: Facts, viewer: Viewer) -> list[Figure]:
    room, offer = facts.room, facts.offer
    url = reverse("rooms:room", args=[room.pk])
    found = []
    if offer is not None:
        gross = Money(offer.packages[0]["gross"], room.currency)
        label = _("On the table, version %s") % offer.version
        found.append(Figure("offered", label, gross, url))
    if room.list_price:
        listing = facts.listing
        shown = listing is not None and listing.status == Listing.Status.PUBLISHED
        to = listing.get_absolute_url() if listing is not None and shown else url
        found.append(Figure("list_price", _("List price of one"), Money(room.list_price, room.currency), to))
    return found


def _ways(order: Order, viewer: Viewer) -> tuple[str, str, str]:
    """The order's page, the statement of held funds, that of the wallet; empty for who has none."""
    if viewer.organisation_id is None:
        return "", "", ""
    page = reverse("orders:order", args=[order.pk])
    held = reverse("payments:held_statement", args=[viewer.organisation_id, order.currency, viewer.side])
    wallets = (
        reverse("payments:statement", args=[account.pk])
        for account in (accounts_of([viewer.organisation_id]) if viewer.side == "seller" else ())
        if account.kind == Kind.WALLET and account.currency == order.currency
    )
    return page, held, next(wallets, "")


# -- goods -------------------------------------------------------------------------------------------------


def goods_of(facts: Facts, viewer: Viewer, delivery: str) -> Goods:
    """What is traded, with the seller's stock for the seller, and the parcels."""
    order = facts.order
    sells = viewer.side == "seller"
    if order is None:
        return Goods(_offered(facts, sells=sells), [], [], [], delivery, "")
    lines = [
        Line(
            line.title,
            wording.quantity(line.quantity, line.unit),
            line.kind,
            Money(line.total, order.currency) if line.total else None,
            *_left(facts.listings.get(line.listing_id) if line.listing_id else None, sells=sells),
        )
        for line in order.lines.all()
    ]
    url = reverse("orders:order", args=[order.pk]) if viewer.organisation_id is not None else ""
    grants, work = list(order.grants.all()), list(order.work.all())
    return Goods(lines, list(order.shipments.all()), grants, work, delivery, url)


def _offered(facts: Facts, *, sells: bool) -> list[Line]:
    listing, offer = facts.listing, facts.offer
    kind = listing.kind if listing is not None else Listing.Kind.GOODS.value
    if offer is None:
        return [Line(facts.room.title, "", kind, None, *_left(listing, sells=sells))]
    return [
        Line(
            line["title"],
            wording.quantity(line["quantity"], line["unit"]),
            kind,
            Money(line["total"], offer.currency) if line["total"] else None,
            *(_left(listing, sells=sells) if number == 0 else ()),
        )
        for number, line in enumerate(offer.packages[0]["lines"])
    ]


def _left(listing: Listing | None, *, sells: bool) -> tuple[int | None, str]:
    """The stock of a listing and its page, for the seller."""
    if listing is None or not sells:
        return None, ""
    return listing.stock, listing.get_absolute_url()
