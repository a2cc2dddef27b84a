"""Putting an offer on the table: at once, or after a manager's word when it goes beyond a mandate."""

from typing import Any, Final, Literal

from negotiation_hub.kernel import units
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.writer import Answer
from rooms import amending, framing, goods, mandate, offer, terms, wire
from rooms.guests import bounds
from rooms.models import Offer
from rooms.refusals import Identical, Standing, Unchanged, UnitUnknown
from rooms.table import Table, expire, move, named, over, put, same

Way = Literal["propose", "counter", "supersede"]
_WHO: Final = {"counter": offer.Who.OTHER, "supersede": offer.Who.OWN}
_EVENT: Final = {
    "propose": ("offer.proposed", None),
    "counter": ("offer.countered", "answers"),
    "supersede": ("offer.superseded", "replaces"),
}


def make(table: Table, way: Way, version: int | None, asked: wire.OfferTerms) -> Answer:
    """An offer of this side. `version` is the one that it answers or replaces.

    What the person may not offer alone waits in the side's caucus; the table does not change then.
    Raises UnitUnknown, Standing, Stale, Expired, Own, NotOwn, Identical, Unchanged, ListingUnknown, and what
    `terms.price` and `framing.check` raise; TooFast of a guest.
    """
    if not table.may_approve and mandate.asked_before(table):
        return table.unchanged()
    if not all(units.known(line.unit) for package in asked.packages for line in package.lines):
        raise UnitUnknown
    standing, packages = _check(table, way, version, asked)
    goods.check(table.room, packages)
    amending.check(table, asked, packages)
    framing.check(table, asked, packages)
    bounds.offer(table.actor)
    if not table.may_approve and (beyond := mandate.beyond(table, packages)) is not None:
        return mandate.ask(table, way, version, asked, packages, beyond)
    return _put(table, way, version, standing, asked, packages)


def place(table: Table, way: Way, version: int | None, asked: wire.OfferTerms) -> Answer:
    """The same with a manager's word: straight to the table."""
    standing, packages = _check(table, way, version, asked)
    goods.check(table.room, packages)
    amending.check(table, asked, packages)
    framing.check(table, asked, packages)
    return _put(table, way, version, standing, asked, packages)


def _check(
    table: Table, way: Way, version: int | None, asked: wire.OfferTerms
) -> tuple[Offer | None, list[dict[str, Any]]]:
    if version is None:
        standing = table.standing()
        if standing is not None and not over(standing, table.now):
            raise Standing
        return standing, terms.price(asked, currency=table.room.currency)
    standing = named(table, _WHO[way], version=version)
    packages = terms.price(asked, currency=table.room.currency)
    if same(standing, packages):
        raise Identical if way == "counter" else Unchanged
    return standing, packages


def _put(
    table: Table,
    way: Way,
    version: int | None,
    standing: Offer | None,
    asked: wire.OfferTerms,
    packages: list[dict[str, Any]],
) -> Answer:
    kind, key = _EVENT[way]
    if standing is not None and key is None:
        expire(table, standing)
    elif standing is not None:
        move(table, standing, way, _WHO[way])
    body = put(table, asked, packages)
    return table.write(Draft(kind, body if key is None else {**body, key: version}))
