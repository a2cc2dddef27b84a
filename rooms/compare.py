"""The rooms of a request side by side, for the buyer: one column for each package of what each seller offers.

Read from the rooms' rows. Nobody sits down anywhere by it, and no offer is seen by it: no seller can tell
that, or how often, the buyer compares.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import User
from orders import wording
from rooms import negotiation, offer, scoring
from rooms.models import Offer, Participant, Preferences, Room
from rooms.request_models import Request, RequestInvite
from rooms.request_queries import fell_through, invites_of, request_for

_FULL_PERCENT = 100


@dataclass(slots=True)
class Cell:
    """What a column says in a row. `minor` is what the lowest is told by; None where nothing can be."""

    words: str = ""  # the value of an issue
    price: Money | None = None
    quantity: str = ""  # where it is not the one that was asked for
    due: str = ""  # when it would be there, where the offer says so
    minor: int | None = None
    best: bool = False


@dataclass(slots=True)
class Column:
    """One seller, or one of the packages that they offer. `offer` is None while nothing was offered."""

    invite: RequestInvite
    room: Room | None  # None until it is opened, or where the reader was removed from it
    offer: Offer | None = None
    package: int = 0  # of `packages`
    packages: int = 0
    stands: bool = False
    turn: str = ""  # ours, theirs, or nobody's
    state: str = ""  # opening, asked, offered, or how the newest offer or the negotiation ended
    total: Cell = field(default_factory=Cell)
    since: Money | None = None  # what the total changed since the version of that side before
    dearer: bool = False
    score: int | None = None  # by what the buyer's side wants, in per cent
    others: list[str] = field(default_factory=list)  # lines that nobody asked for
    complete: bool = False  # all that was asked for is in it, as much as was asked for

    @property
    def ours(self) -> bool:
        """Whether the buyer's side made the offer."""
        return self.offer is not None and self.offer.side == "buyer"


@dataclass(frozen=True, slots=True)
class Row:
    """One line that was asked for, or one issue, in every column."""

    name: str
    quantity: str  # in words; of a line
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A request with its rooms. `digest` changes with what is shown."""

    request: Request
    columns: Sequence[Column]
    lines: Sequence[Row]
    issues: Sequence[Row]
    due: bool  # the time for answers is over
    digest: str
    fell_through: bool  # the deal that it was awarded to

    @property
    def has_others(self) -> bool:
        """Whether anybody offers something that was not asked for."""
        return any(column.others for column in self.columns)

    @property
    def has_scores(self) -> bool:
        """Whether the buyer's side has said anywhere what it wants."""
        return any(column.score is not None for column in self.columns)


def compare(actor: User, request_id: UUID, now: datetime) -> Comparison:
    """What the sellers of a request offer. Five queries, however many there are. Raises NotFound."""
    asked = request_for(actor, request_id)
    columns = _columns(actor, asked, invites_of(asked), now)
    lines = [
        Row(
            line["title"],
            wording.quantity(line["quantity"], line["unit"]),
            _best([_line_cell(line, column) for column in columns], columns),
        )
        for line in asked.lines
    ]
    _totals(columns)
    due = asked.answers_until is not None and asked.answers_until <= now
    over = fell_through(asked)
    digest = _digest(asked, columns, due=due, over=over)
    return Comparison(asked, columns, lines, _issues(columns), due, digest, over)


def _columns(actor: User, asked: Request, invites: Sequence[RequestInvite], now: datetime) -> list[Column]:
    rooms = [invite.room_id for invite in invites if invite.room_id is not None]
    gone = set(
        Participant.objects.filter(user=actor, room__in=rooms, removed__isnull=False).values_list(
            "room", flat=True
        )
    )
    made: dict[UUID, list[Offer]] = defaultdict(list)
    for one in Offer.objects.filter(room__in=rooms).exclude(room__in=gone).order_by("version"):
        made[one.room_id].append(one)
    wanted = {row.room_id: row.issues for row in Preferences.objects.filter(room__in=rooms, side="buyer")}
    columns = []
    for invite in invites:
        room = invite.room if invite.room_id not in gone else None
        if room is None:
            state = "removed" if invite.room_id in gone else "opening"
            columns.append(Column(invite, None, state=state))
        else:
            columns += _of_room(invite, room, made[room.pk], wanted.get(room.pk, []), now)
    return columns


def _of_room(
    invite: RequestInvite,
    room: Room,
    offers: Sequence[Offer],
    wanted: Sequence[dict[str, Any]],
    now: datetime,
) -> list[Column]:
    closed = room.status == negotiation.Status.CLOSED
    if not offers:
        return [Column(invite, room, state="closed" if closed else "asked")]
    newest = offers[-1]
    stands = room.standing == newest.version and now < newest.expires_at
    over = newest.status == offer.Status.PENDING and not stands
    state = "offered" if stands else str(offer.Status.EXPIRED if over else newest.status)
    turn = "nobody" if not stands else "theirs" if newest.side == "buyer" else "ours"
    earlier = next((one for one in reversed(offers[:-1]) if one.side == newest.side), None)
    columns = []
    for place, package in enumerate(newest.packages):
        column = Column(invite, room, newest, place, len(newest.packages), stands, turn, state)
        column.total = _priced(package["gross"], newest)
        if earlier is not None and len(newest.packages) == len(earlier.packages) == 1:
            by = package["gross"] - earlier.packages[0]["gross"]
            column.since, column.dearer = Money(abs(by), newest.currency) if by else None, by > 0
        earned = scoring.score(wanted, package, "buyer")
        column.score = None if earned is None else earned.points * _FULL_PERCENT // scoring.FULL
        names = {scoring.plain(line["title"]) for line in room.asked["lines"]} if room.asked else set()
        column.others = [
            line["title"] for line in package["lines"] if scoring.plain(line["title"]) not in names
        ]
        columns.append(column)
    return columns


def _package(column: Column) -> dict[str, Any] | None:
    return None if column.offer is None else column.offer.packages[column.package]


def _priced(minor: int, of: Offer) -> Cell:
    return Cell(price=Money(minor, of.currency), minor=minor)


def _line_cell(line: dict[str, str], column: Column) -> Cell:
    """The line of that name: its unit price, and its quantity where it is another one."""
    package = _package(column)
    name = scoring.plain(line["title"])
    found = [one for one in package["lines"] if scoring.plain(one["title"]) == name] if package else []
    if not found or column.offer is None:
        return Cell()
    first = found[0]
    cell = Cell(price=Money(first["unit_price"], column.offer.currency))
    if first["unit"] == line["unit"]:
        cell.minor = first["unit_price"]
    if Decimal(first["quantity"]) != Decimal(line["quantity"]) or first["unit"] != line["unit"]:
        cell.quantity = wording.quantity(first["quantity"], first["unit"])
    if "due" in first:
        cell.due = wording.due(date.fromisoformat(first["due"]))
    return cell


def _best(cells: list[Cell], columns: Sequence[Column]) -> list[Cell]:
    """Marks the lowest price of a row, among what stands; only where prices mean the same."""
    rivals = [
        (cell, column)
        for cell, column in zip(cells, columns, strict=True)
        if cell.minor is not None and column.stands
    ]
    same_tax = len({(one.offer.tax_basis, one.offer.tax_rate_bp) for _, one in rivals if one.offer}) == 1
    if same_tax:
        _mark(cells_of=[cell for cell, _ in rivals], sellers={one.invite.pk for _, one in rivals})
    return cells


def _mark(cells_of: Sequence[Cell], sellers: set[UUID]) -> None:
    """The lowest, where there are two sellers to choose from."""
    if len(sellers) > 1:
        lowest = min(cell.minor for cell in cells_of if cell.minor is not None)
        for cell in cells_of:
            cell.best = cell.minor == lowest


def _totals(columns: Sequence[Column]) -> None:
    """Marks the lowest sum to pay among what stands and has all that was asked for."""
    for column in columns:
        column.complete = _has_all(column)
    rivals = [column for column in columns if column.stands and column.complete]
    _mark([column.total for column in rivals], {column.invite.pk for column in rivals})


def _has_all(column: Column) -> bool:
    package, asked = _package(column), column.room.asked if column.room is not None else None
    if package is None or asked is None:
        return False
    offered: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in package["lines"]:
        offered[scoring.plain(line["title"]), line["unit"]] += Decimal(line["quantity"])
    return all(
        offered[scoring.plain(line["title"]), line["unit"]] >= Decimal(line["quantity"])
        for line in asked["lines"]
    )


def _issues(columns: Sequence[Column]) -> list[Row]:
    """Everything else that any of them names: delivery, payment, clauses; each once, in the order found."""
    names: dict[str, str] = {}
    for column in columns:
        for issue in (_package(column) or {}).get("issues", ()):
            names.setdefault(scoring.plain(issue["name"]), issue["name"])
    return [Row(name, "", [_issue_cell(key, column) for column in columns]) for key, name in names.items()]


def _issue_cell(key: str, column: Column) -> Cell:
    issues = (_package(column) or {}).get("issues", ())
    said = [wording.issue_value(issue["value"]) for issue in issues if scoring.plain(issue["name"]) == key]
    return Cell(words=said[0] if said else "")


def _digest(asked: Request, columns: Sequence[Column], *, due: bool, over: bool) -> str:
    """Of all that can change on the page while nobody writes to the request."""
    seen = [asked.status, asked.revision, due, over]
    seen += [
        (one.invite.pk, one.state, one.offer and (one.offer.pk, one.offer.expires_at), one.score)
        for one in columns
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]
