"""Accepting what is large: with a proof that the person has just shown their second factor for exactly that.

A proof is bound to person, room, version, package, terms, total and payee, good once and for a short time.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from negotiation_hub.kernel import commit, limits
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.people import second_factor
from negotiation_hub.people.models import User
from rooms import queries
from rooms.models import Offer, Proof, Room
from rooms.refusals import Own, PackageUnknown, ProofInvalid, Stale, StepUpNeeded
from rooms.table import Table


@dataclass(frozen=True, slots=True)
class Accepting:
    """What somebody is about to accept."""

    version: int
    hash: str
    package: int


def issue(
    *, actor: User, room_id: UUID, what: Accepting, show: Callable[[], str], now: datetime
) -> tuple[str, Proof]:
    """The token of a fresh proof, which nobody can read again, and the proof.

    `show` has the person show the second factor, and gives its kind; it is asked only when all else fits.
    Raises StreamUnknown, NotPermitted, Stale, Own, PackageUnknown, and what `show` raises.
    """
    found = queries.room_for(actor, room_id)
    if found.side not in queries.SIDES or not found.may_bind:
        raise NotPermitted
    standing = Offer.objects.filter(room=room_id, version=found.room.standing or 0).first()
    if standing is None or (standing.version, standing.hash) != (what.version, what.hash):
        raise Stale
    if standing.side == found.side:
        raise Own
    if what.package >= len(standing.packages):
        raise PackageUnknown
    method, token = show(), secrets.token_urlsafe(32)
    with commit.transact():
        Proof.objects.filter(user=actor, used_at=None, expires_at__lte=now).delete()
        proof = Proof.objects.create(
            sha256=_sha256(token),
            user=actor,
            room=found.room,
            method=method,
            made_at=now,
            expires_at=now + timedelta(seconds=limits.PROOF_LIFE_S),
            **_bound(found.room, standing, what.package),
        )
    return token, proof


def demand(table: Table, standing: Offer, package: int, token: str | None) -> None:
    """Nothing, where the person's organisation asks for no second factor here, or the proof is of one.

    Uses the proof up. Raises StepUpNeeded, ProofInvalid.
    """
    own = table.room.buyer_id if table.side == "buyer" else table.room.seller_id
    gross = standing.packages[package]["gross"]
    if not second_factor.asked_for(own, minor=gross, currency=standing.currency):
        return
    if token is None:
        raise StepUpNeeded
    fitting = Proof.objects.filter(
        sha256=_sha256(token),
        user=table.actor,
        room=table.room,
        used_at=None,
        expires_at__gt=table.now,
        **_bound(table.room, standing, package),
    )
    if fitting.update(used_at=table.now) != 1:
        raise ProofInvalid


def _bound(room: Room, standing: Offer, package: int) -> dict[str, Any]:
    """All that an acceptance is about."""
    chosen = standing.packages[package]
    return {
        "version": standing.version,
        "package": package,
        "offer_hash": standing.hash,
        "terms_hash": chosen["hash"],
        "gross": chosen["gross"],
        "currency": standing.currency,
        "payee_id": room.seller_id,
    }


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
