"""Everyone's day: the deals of a person's organisations, filtered, counted and paged by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.expressions import Combinable

from catalog.models import Listing
from desk import facts, stages
from desk.rows import Deal, row
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Membership, User
from negotiation_hub.people.queries import memberships_of
from orders.models import OrderLine
from payments.queries import held_for
from rooms.queries import open_to

PAGE: Final = 50  # deals on one page
WORDS_CHARS_MAX: Final = 100  # of a search in titles; a title has at most 200
_WORDS_MAX: Final = 8  # more narrow nothing down, and each is a condition of its own


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deals a page shows. What is none of the known values is not heeded."""

    turn: str = ""  # ours, theirs
    stage: str = ""  # of `Stage`
    kind: str = ""  # of `Listing.Kind`
    words: str = ""  # all in the title
    after: UUID | None = None  # the last room of the page before

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Wanted":
        """From the address of a page."""
        turn, stage, kind = (given.get(name, "") for name in ("view", "stage", "kind"))
        return cls(
            turn=turn if turn in {"ours", "theirs"} else "",
            stage=stage if stage in set(stages.Stage) else "",
            kind=kind if kind in Listing.Kind.values else "",
            words=given.get("q", "").strip()[:WORDS_CHARS_MAX],
            after=_uuid(given.get("after", "")),
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is left out but by its age."""
        return bool(self.turn or self.stage or self.kind or self.words)


EVERYTHING: Final = Wanted()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of deals, the newest first. `next` is what the following page comes after, if there is one."""

    deals: Sequence[Deal]
    next: UUID | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many deals a person has, and for whom they wait."""

    total: int = 0
    ours: int = 0
    theirs: int = 0
    held: Sequence[Money] = field(default_factory=tuple)  # for all one's organisations as sellers


def deals_of(user: User, wanted: Wanted = EVERYTHING) -> Page:
    """A page of the deals of the person's organisations. As many queries for 50 as for 5."""
    mine = _memberships(user)
    rooms = stages.staged(open_to(user, list(mine))).select_related("buyer", "seller")
    if wanted.turn:
        waits = stages.waits_for if wanted.turn == "ours" else stages.waits_for_others
        rooms = rooms.filter(waits(list(mine)))
    if wanted.stage:
        rooms = rooms.filter(stage=wanted.stage)
    if wanted.kind:
        rooms = rooms.filter(_of_kind(wanted.kind))
    for word in wanted.words.split()[:_WORDS_MAX]:
        rooms = rooms.filter(title__icontains=word)
    if wanted.after is not None:
        rooms = rooms.filter(pk__lt=wanted.after)
    found = list(rooms.order_by("-pk")[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    return Page([_row(one, mine) for one in facts.facts_of(found[:PAGE])], more)


def counts_of(user: User) -> Counts:
    """For the top of the page."""
    mine = _memberships(user)
    counted = stages.staged(open_to(user, list(mine))).aggregate(
        total=Count("pk"),
        ours=Count("pk", filter=stages.waits_for(list(mine))),
        theirs=Count("pk", filter=stages.waits_for_others(list(mine))),
    )
    return Counts(**counted, held=_held(mine))


def _memberships(user: User) -> dict[UUID, Membership]:
    return {member.organisation_id: member for member in memberships_of(user)}


def _row(found: facts.Facts, mine: Mapping[UUID, Membership]) -> Deal:
    sells = found.room.seller_id in mine
    member = mine[found.room.seller_id if sells else found.room.buyer_id]
    return row(found, "seller" if sells else "buyer", member)


def _of_kind(kind: str) -> Combinable | Q:
    """The room's listing is of it, or a line of one of its orders."""
    lines = OrderLine.objects.filter(order__room_id=OuterRef("pk"), kind=kind)
    return Q(listing__in=Listing.objects.filter(kind=kind).values("pk")) | Exists(lines)


def _held(mine: Mapping[UUID, Membership]) -> list[Money]:
    sums: dict[str, int] = {}
    for organisation_id in mine:
        for held in held_for(organisation_id):
            if held.side == "seller":
                sums[held.currency] = sums.get(held.currency, 0) + held.amount
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
