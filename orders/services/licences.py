"""Licence keys: put up by the seller, given to the lines of paid orders when their files are released.

A key goes to one line and stays there. Who gives takes the listing's lock, and serves those first who came
first; so two buyers never get one key, and whoever waits is not passed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as _

from catalog import queries as catalog
from catalog.models import Listing
from negotiation_hub.kernel import commit, limits, outbox
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import Malformed, NotFound, Refusal
from negotiation_hub.kernel.text import can_be_shown
from negotiation_hub.people.models import User
from orders import licence_mails
from orders.models import LicenceDemand, LicenceKey, Order, OrderLine
from orders.services import common

_GIVE = "orders.licences"


class LicenceKeysInvalid(Malformed):
    """No keys, too many at once, or a line that is none."""

    code = "licence.keys"
    message = _("Please give one key a line, at most 1,000 at once, each of 4 to 200 characters.")


class LicenceKeysTooMany(Refusal):
    """More keys than a listing may have."""

    code = "licence.too_many"
    message = _("A listing has at most 10,000 licence keys.")


class LicenceKeysUnfit(Refusal):
    """Licence keys go with information goods that are still offered."""

    code = "licence.unfit"
    message = _("Only a listing of information that is not archived has licence keys.")


@dataclass(frozen=True, slots=True)
class Added:
    """How many keys are new, and how many were there already."""

    new: int
    known: int


@dataclass(frozen=True, slots=True)
class Pool:
    """The keys of a listing, counted; `waiting` are keys that buyers still have to get."""

    free: int
    given: int
    waiting: int


def add_keys(*, actor: User, listing_id: UUID, text: str, now: datetime) -> Added:
    """Adds keys, one a line, each once; who waits for some gets them by a job that follows.

    Raises LicenceKeysInvalid, LicenceKeysTooMany, LicenceKeysUnfit, NotPermitted, NotFound.
    """
    catalog.require_editor(actor, catalog.listing_for(actor, listing_id))  # before the costly part
    keys = _keys_of(text)
    rows = [(key, _sealed(key, listing_id, actor, now)) for key in keys]
    with commit.transact():
        listing = _locked(listing_id)
        catalog.require_editor(actor, listing)
        if listing.kind != Listing.Kind.INFORMATION or listing.status == Listing.Status.ARCHIVED:
            raise LicenceKeysUnfit
        there = LicenceKey.objects.filter(listing=listing)
        known = {bytes(one) for one in there.values_list("index", flat=True)}
        new = [row for key, row in rows if known.isdisjoint(LicenceKey.indexes(listing_id, key))]
        if len(known) + len(new) > limits.LICENCE_KEYS_MAX:
            raise LicenceKeysTooMany
        LicenceKey.objects.bulk_create(new)
        if new:
            for demand in _waiting(listing_id).select_related("line"):
                payload = {"order": str(demand.line.order_id)}
                outbox.enqueue(_GIVE, payload, dedupe=f"{_GIVE}:{demand.pk}:{new[0].pk}")
    return Added(len(new), len(rows) - len(new))


def pool(actor: User, listing_id: UUID) -> Pool:
    """What the seller's page shows. Raises NotPermitted, NotFound."""
    catalog.require_editor(actor, catalog.listing_for(actor, listing_id))
    rows = LicenceKey.objects.filter(listing=listing_id)
    return Pool(
        free=rows.filter(line=None).count(),
        given=rows.exclude(line=None).count(),
        waiting=sum(_missing(demand) for demand in _waiting(listing_id)),
    )


def give(order: Order, lines: list[OrderLine], now: datetime) -> None:
    """Gives these lines their keys, as far as there are any, in the caller's transaction; the order is
    locked. Said again it gives what is still missing.
    """
    commit.require_transaction()
    given: list[LicenceKey] = []
    for line in sorted((row for row in lines if row.listing_id), key=lambda row: str(row.listing_id)):
        given += _give(order, line, now)
    if given:
        licence_mails.keys_given(order, given)


def revoke(order: Order, now: datetime) -> None:
    """Marks all keys of the order as taken back, in the caller's transaction; nobody else ever gets them."""
    commit.require_transaction()
    LicenceKey.objects.filter(line__order=order, revoked_at=None).update(revoked_at=now)
    LicenceDemand.objects.filter(line__order=order, ended_at=None).update(ended_at=now)


@outbox.handler(_GIVE)
def _give_more(payload: dict[str, Any], now: datetime) -> None:
    with commit.transact():
        order = common.locked(UUID(payload["order"]))
        demands = LicenceDemand.objects.filter(line__order=order, ended_at=None).select_related("line")
        give(order, [demand.line for demand in demands], now)


def _give(order: Order, line: OrderLine, now: datetime) -> list[LicenceKey]:
    assert line.listing_id is not None  # noqa: S101 - the caller has looked
    _locked(line.listing_id)
    there = LicenceKey.objects.filter(listing=line.listing_id)
    if not there.exists():
        return []  # this listing goes without keys
    values = {"listing_id": line.listing_id, "wanted": line.pieces, "asked_at": now}
    demand, _new = LicenceDemand.objects.get_or_create(line=line, defaults=values)
    if demand.ended_at is not None:
        return []
    free = there.filter(line=None)
    before = [
        row for row in _waiting(line.listing_id) if (row.asked_at, row.pk) < (demand.asked_at, demand.pk)
    ]
    mine = max(0, free.count() - sum(map(_missing, before)))
    given = list(free.order_by("id")[: min(_missing(demand), mine)])
    for key in given:
        key.line, key.given_at = line, now
        key.save(update_fields=["line", "given_at"])
    if _missing(demand) and demand.told_at is None:
        demand.told_at = now
        demand.save(update_fields=["told_at"])
        licence_mails.keys_missing(order, line)
    return given


def _waiting(listing_id: UUID) -> Any:
    return LicenceDemand.objects.filter(listing=listing_id, ended_at=None).order_by("asked_at", "id")


def _missing(demand: LicenceDemand) -> int:
    return demand.wanted - LicenceKey.objects.filter(line=demand.line_id).count()


def _locked(listing_id: UUID) -> Listing:
    listing = Listing.objects.select_for_update().filter(pk=listing_id).first()
    if listing is None:
        raise NotFound
    return listing


def _keys_of(text: str) -> list[str]:
    keys = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    fit = all(
        limits.LICENCE_KEY_CHARS_MIN <= len(key) <= limits.LICENCE_KEY_CHARS_MAX and can_be_shown(key)
        for key in keys
    )
    if not keys or len(keys) > limits.LICENCE_KEYS_AT_ONCE_MAX or not fit:
        raise LicenceKeysInvalid
    return keys


def _sealed(key: str, listing_id: UUID, actor: User, now: datetime) -> LicenceKey:
    row = LicenceKey(id=uuid7(), listing_id=listing_id, added_by=actor.pk, added_at=now)
    row.put(key)
    return row
