"""A table under lock: who acts, what stands, and the few ways in which an offer moves.

The services of rooms are built from these; nothing else moves an offer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from negotiation_hub.kernel import clock, commit, limits, outbox, stream
from negotiation_hub.kernel.ids import random_id
from negotiation_hub.kernel.refusals import NotPermitted, Refusal
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.wire import Command, StreamUnknown
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms import amending, approval, negotiation, offer, queries, terms, wire
from rooms.models import Approval, Offer, Room
from rooms.refusals import (
    BoardLocked,
    Expired,
    Locked,
    Muted,
    NoneStanding,
    NotOpen,
    NotOwn,
    Observing,
    OfferFrozen,
    Own,
    RoundsExhausted,
    Stale,
)


@dataclass(slots=True)
class Table:
    """A stream under lock, with the actor's seat and, at the table, the offer that stands."""

    head: stream.Head
    room: Room
    side: str
    actor: User
    command: UUID | str
    now: datetime
    may_approve: bool = False  # what goes beyond the side's mandate
    amends: UUID | None = None  # the agreement in force that what is offered here is to amend

    def standing(self) -> Offer | None:
        """The offer on the table, expired ones included."""
        if self.room.standing is None:
            return None
        return Offer.objects.select_for_update(no_key=True).get(room=self.room, version=self.room.standing)

    def write(self, *drafts: Draft, nobodys: bool = False) -> Answer:
        """Appends, and saves what the room's row says of the negotiation. What is `nobodys` has no author."""
        self.room.save(update_fields=["status", "standing", "versions", "order"])
        self._let_lapse()
        author = None if nobodys else self.actor.pk
        first = stream.append(self.head, drafts, by=author, at=self.now, command=self.command)[0]
        return Answer(first.seq, first.hash)

    def _let_lapse(self) -> None:
        # What waits for a manager may not fit the table any more; the caucus is told of it by a job, so that
        # what happens at the table takes no longer for what a side does among itself.
        if Approval.objects.filter(room=self.room, status=approval.Status.PENDING_APPROVAL).exists():
            payload = {"room": str(self.room.pk)}
            outbox.enqueue("rooms.lapse", payload, dedupe=f"lapse:{self.room.pk}:{self.head.seq}")

    def unchanged(self) -> Answer:
        """The answer of a command whose effect stands already."""
        return Answer(self.head.seq, self.head.hash)


def once(
    actor: User,
    frame: Command,
    now: datetime,
    do: Callable[[Table], Answer],
    *,
    needs_side: bool,
    reads: bool = False,
) -> Answer:
    """Locks, checks authority, answers a repetition from the log, and else does it.

    What only `reads` is open to who may say nothing. Raises Observing, Muted, Locked.
    """
    with commit.transact():
        head = stream.lock(UUID(frame.stream))
        if head is None or head.kind not in {"table", "caucus"}:
            raise StreamUnknown
        found = queries.seat(actor, room := Room.objects.select_related("buyer", "seller").get(pk=head.scope))
        if found is None or (head.kind == "caucus" and head.side != found.side):
            raise StreamUnknown
        if needs_side and (head.kind != "table" or found.side not in queries.SIDES):
            raise NotPermitted("Offers are made at the table, by the two sides.")
        if needs_side and not found.may_bind:
            raise NotPermitted("Your role lets you talk here, but not bind your organisation.")
        if (first := stream.answered(head.id, by=actor.pk, command=frame.id)) is not None:
            return Answer(first.seq, first.hash)
        if not reads:
            may_speak(found, head.kind)
        return do(Table(head, room, found.side, actor, frame.id, now, found.may_approve))


def may_speak(found: queries.Seat, kind: str) -> None:
    """Nothing, for who may say something in a stream of this kind.

    Raises Observing, Muted, Locked, BoardLocked.
    """
    if found.side == "moderator" and not found.steps_in:
        raise Observing
    if found.muted:
        raise Muted
    # What a side says among itself is not the moderators' to end.
    if kind != "caucus" and found.locked_out:
        raise Locked
    if kind == "board" and found.board_locked:
        raise BoardLocked


def at_open_table(actor: User, frame: Command, now: datetime, do: Callable[[Table], Answer]) -> Answer:
    """The same for who may bind one of the two sides, while the negotiation is open, or while what was
    agreed can be amended. Raises NotOpen.
    """

    def only_when_open(table: Table) -> Answer:
        if table.room.status == negotiation.Status.ORDERED:
            table.amends = amending.in_force(table.room)
        elif table.room.status != negotiation.Status.OPEN:
            raise NotOpen
        return do(table)

    return once(actor, frame, now, only_when_open, needs_side=True)


def over(standing: Offer, now: datetime) -> bool:
    """Whether its time has passed, marked or not."""
    return now >= standing.expires_at


def named(table: Table, who: offer.Who, *, version: int, digest: str | None = None) -> Offer:
    """The standing offer, if it is the one named and it is this side's to move.

    Raises NoneStanding, Expired, Stale, NotOwn, Own, OfferFrozen.
    """
    standing = stands(table, version=version, digest=digest)
    if (standing.side == table.side) != (who is offer.Who.OWN):
        raise NotOwn if who is offer.Who.OWN else Own
    not_frozen(standing)
    return standing


def stands(table: Table, *, version: int, digest: str | None = None) -> Offer:
    """The standing offer, if it is the one named. Raises NoneStanding, Expired, Stale."""
    standing = table.standing()
    if standing is None or over(standing, table.now):
        raise _none_stands(table, version, digest)
    if version != standing.version or (digest is not None and digest != standing.hash):
        raise Stale
    return standing


def not_frozen(standing: Offer) -> None:
    """Nothing, for an offer that the sides may move. Raises OfferFrozen."""
    if standing.frozen is not None:
        raise OfferFrozen


def take(table: Table, event: str, who: offer.Who, *, version: int, digest: str | None = None) -> Offer:
    """The same, moved along the machine: nothing stands any more."""
    standing = named(table, who, version=version, digest=digest)
    move(table, standing, event, who)
    return standing


def _none_stands(table: Table, version: int, digest: str | None) -> Refusal:
    """Why a version cannot be answered when nothing stands.

    Expired is expired, whether or not it has been marked yet.
    """
    if version > table.room.versions:
        return NoneStanding()
    newest = Offer.objects.get(room=table.room, version=table.room.versions)
    named = version == newest.version and digest in {None, newest.hash}
    # One that is pending all the same is over by the clock.
    return Expired() if named and newest.status in {offer.Status.EXPIRED, offer.Status.PENDING} else Stale()


def move(table: Table, standing: Offer, event: str, who: offer.Who) -> None:
    """One step of the machine. Raises Stale where the table has no such cell."""
    step = offer.step(event, offer.Status(standing.status), who)
    if step is None:
        raise Stale
    standing.status = step.after
    standing.save(update_fields=["status"])
    table.room.standing = None


def expire(table: Table, standing: Offer) -> None:
    """Marks what is over, and says so at the table."""
    # By the clock, whoever came along to notice: nobody's event, under the id of the offer, so it is there
    # exactly once.
    move(table, standing, "expire", offer.Who.SYSTEM)
    draft = Draft("offer.expired", {"version": standing.version})
    stream.append(table.head, [draft], by=None, at=table.now, command=standing.pk)


def same(standing: Offer, packages: list[dict[str, Any]]) -> bool:
    """Whether all that is offered stands already."""
    # A counter that offers nothing but packages the other side offers already is an acceptance in disguise.
    offered = {package["hash"] for package in standing.packages}
    return {package["hash"] for package in packages} <= offered


def put(table: Table, asked: wire.OfferTerms, packages: list[dict[str, Any]]) -> dict[str, Any]:
    """A new version on the table with the priced packages, and the body of its event."""
    if table.room.versions >= limits.ROUNDS_MAX:
        raise RoundsExhausted
    offer_id, version = random_id(), table.room.versions + 1
    expires_at = table.now + timedelta(seconds=asked.expires_in_s)
    digest = terms.offer_hash(
        room=table.room.pk,
        id=offer_id,
        version=version,
        side=table.side,
        made_at=clock.text(table.now),
        expires_at=clock.text(expires_at),
        packages=packages,
    )
    made = Offer.objects.create(
        id=offer_id,
        room=table.room,
        version=version,
        side=table.side,
        by=table.actor,
        currency=asked.currency,
        tax_basis=asked.tax_basis,
        tax_rate_bp=asked.tax_rate_bp,
        packages=packages,
        hash=digest,
        made_at=table.now,
        expires_at=expires_at,
        amends=table.amends,
    )
    table.room.versions = table.room.standing = version
    expire_at(made, dedupe=f"offer.expire:{offer_id}")
    return {"offer": queries.offer_view(made)}


def expire_at(made: Offer, *, dedupe: str) -> None:
    """Has the offer marked when its time is over, unless it is good for longer by then."""
    payload = {"room": str(made.room_id), "version": made.version}
    outbox.enqueue("rooms.expire_offer", payload, dedupe=dedupe, at=made.expires_at)
