"""What happens in rooms.

Each service is one transaction under the lock of its stream's row; edges only translate.

A command that was committed before is answered again from the log, before anything else is looked at; a
refused one is judged anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from negotiation_hub.kernel import clock, commit, limits, outbox, stream
from negotiation_hub.kernel.ids import random_id, uuid7
from negotiation_hub.kernel.refusals import NotPermitted, Refusal
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.wire import Command, StreamUnknown
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from orders import services as orders
from orders.facts import AgreementFacts
from orders.queries import order_view
from rooms import hooks, negotiation, offer, queries, terms, wire
from rooms.models import Agreement, Offer, Room
from rooms.refusals import (
    Expired,
    Identical,
    MessageBlank,
    NoneStanding,
    NotOpen,
    NotOwn,
    Own,
    PackageUnknown,
    RoundsExhausted,
    Stale,
    Standing,
    Unchanged,
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

    def standing(self) -> Offer | None:
        """The offer on the table, expired ones included."""
        if self.room.standing is None:
            return None
        return Offer.objects.select_for_update(no_key=True).get(room=self.room, version=self.room.standing)

    def write(self, *drafts: Draft) -> Answer:
        """Appends, and saves what the room's row says of the negotiation."""
        self.room.save(update_fields=["status", "standing", "versions", "order"])
        first = stream.append(self.head, drafts, by=self.actor.pk, at=self.now, command=self.command)[0]
        return Answer(first.seq, first.hash)

    def unchanged(self) -> Answer:
        """The answer of a command whose effect stands already."""
        return Answer(self.head.seq, self.head.hash)


def message(frame: wire.MessageSend) -> Draft:
    """What saying something at a table or in one's caucus appends. Raises MessageBlank."""
    if not frame.text.strip():
        raise MessageBlank
    return Draft("message.sent", {"text": frame.text})


def send_message(*, actor: User, frame: wire.MessageSend, now: datetime) -> Answer:
    """Says something, in a transaction of its own. Sockets go through the writer. Raises MessageBlank."""

    def do(table: Table) -> Answer:
        first = stream.append(table.head, [message(frame)], by=actor.pk, at=now, command=frame.id)[0]
        return Answer(first.seq, first.hash)

    return _once(actor, frame, now, do, needs_side=False)


def propose_offer(*, actor: User, frame: wire.OfferPropose, now: datetime) -> Answer:
    """Puts an offer on an empty table. Raises Standing, RoundsExhausted and what `terms.price` raises."""

    def do(table: Table) -> Answer:
        standing = table.standing()
        if standing is not None:
            if not _over(standing, now):
                raise Standing
            _expire(table, standing)
        return table.write(Draft("offer.proposed", _put(table, frame.offer)))

    return _at_open_table(actor, frame, now, do)


def counter_offer(*, actor: User, frame: wire.OfferCounter, now: datetime) -> Answer:
    """Answers the other side's offer with another one.

    Raises Stale, Expired, Own, Identical, RoundsExhausted.
    """

    def do(table: Table) -> Answer:
        standing = _take(table, "counter", offer.Who.OTHER, version=frame.answers)
        packages = terms.price(frame.offer, currency=table.room.currency)
        if _same(standing, packages):
            raise Identical
        body = _put(table, frame.offer)
        return table.write(Draft("offer.countered", {**body, "answers": frame.answers}))

    return _at_open_table(actor, frame, now, do)


def supersede_offer(*, actor: User, frame: wire.OfferSupersede, now: datetime) -> Answer:
    """Replaces one's own offer. Raises Stale, Expired, NotOwn, Unchanged, RoundsExhausted."""

    def do(table: Table) -> Answer:
        standing = _take(table, "supersede", offer.Who.OWN, version=frame.replaces)
        packages = terms.price(frame.offer, currency=table.room.currency)
        if _same(standing, packages):
            raise Unchanged
        body = _put(table, frame.offer)
        return table.write(Draft("offer.superseded", {**body, "replaces": frame.replaces}))

    return _at_open_table(actor, frame, now, do)


def decline_offer(*, actor: User, frame: wire.OfferDecline, now: datetime) -> Answer:
    """Says no to the other side's offer. Raises Stale, Expired, Own, NoneStanding."""

    def do(table: Table) -> Answer:
        _take(table, "decline", offer.Who.OTHER, version=frame.version, digest=frame.hash)
        return table.write(Draft("offer.declined", {"version": frame.version, "reason": frame.reason}))

    return _at_open_table(actor, frame, now, do)


def withdraw_offer(*, actor: User, frame: wire.OfferWithdraw, now: datetime) -> Answer:
    """Takes one's own offer back. Raises Stale, Expired, NotOwn, NoneStanding."""

    def do(table: Table) -> Answer:
        _take(table, "withdraw", offer.Who.OWN, version=frame.version, digest=frame.hash)
        return table.write(Draft("offer.withdrawn", {"version": frame.version, "reason": frame.reason}))

    return _at_open_table(actor, frame, now, do)


def accept_offer(*, actor: User, frame: wire.OfferAccept, now: datetime) -> Answer:
    """Accepts one package of one version: agreement, order and payment request, or nothing.

    Raises Stale, Expired, Own, NoneStanding, PackageUnknown.
    """

    def do(table: Table) -> Answer:
        standing = _take(table, "accept", offer.Who.OTHER, version=frame.version, digest=frame.hash)
        if frame.package >= len(standing.packages):
            raise PackageUnknown
        agreement = _agree(table, standing, frame.package)
        order = orders.create_draft_order(facts=_facts(table, standing, agreement), now=now)
        table.room.status = negotiation.after("offer.accepted", negotiation.Status.OPEN)
        table.room.order = order_view(order)
        pinned = {"version": frame.version, "hash": frame.hash, "package": frame.package}
        body = {**pinned, "agreement": queries.agreement_view(agreement), "order": table.room.order}
        return table.write(Draft("offer.accepted", body, milestone=True))

    return _at_open_table(actor, frame, now, do)


def see_offer(*, actor: User, frame: wire.OfferSeen, now: datetime) -> Answer:
    """Notes that the other side's offer has been on this side's screen; the first time only. Raises Stale."""

    def do(table: Table) -> Answer:
        seen = Offer.objects.filter(room=table.room, version=frame.version).first()
        if seen is None:
            raise Stale("There is no such version.")
        if seen.side == table.side or seen.seen_at is not None:
            return table.unchanged()
        seen.seen_at = now
        seen.save(update_fields=["seen_at"])
        return table.write(Draft("offer.seen", {"version": frame.version, "side": table.side}))

    return _once(actor, frame, now, do, needs_side=True)


def close_negotiation(*, actor: User, frame: wire.NegotiationClose, now: datetime) -> Answer:
    """Walks away: what stands is withdrawn or declined, and nothing can be offered any more."""

    def do(table: Table) -> Answer:
        standing = table.standing()
        if standing is not None and _over(standing, now):
            _expire(table, standing)
            standing = None
        if standing is not None:
            own = standing.side == table.side
            _move(
                table, standing, "withdraw" if own else "decline", offer.Who.OWN if own else offer.Who.OTHER
            )
        table.room.status = negotiation.after("negotiation.closed", negotiation.Status.OPEN)
        ended = standing.version if standing is not None else None
        body = {"side": table.side, "reason": frame.reason, "ended": ended}
        return table.write(Draft("negotiation.closed", body, milestone=True))

    return _at_open_table(actor, frame, now, do)


def expire_offer(*, room_id: UUID, version: int, now: datetime) -> bool:
    """Marks an offer whose time is over. False when it is over already, or not yet."""
    with commit.transact():
        head = stream.lock(room_id)
        standing = Offer.objects.filter(room=room_id, version=version, status=offer.Status.PENDING).first()
        if head is None or standing is None or not _over(standing, now):
            return False
        table = Table(head, Room.objects.get(pk=room_id), "", standing.by, uuid7(), now)
        _expire(table, standing)
        table.room.save(update_fields=["standing"])
    return True


# -- under the lock ----------------------------------------------------------------------------------------


def _once(
    actor: User, frame: Command, now: datetime, do: Callable[[Table], Answer], *, needs_side: bool
) -> Answer:
    """Locks, checks authority, answers a repetition from the log, and else does it."""
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
        return do(Table(head, room, found.side, actor, frame.id, now))


def _at_open_table(actor: User, frame: Command, now: datetime, do: Callable[[Table], Answer]) -> Answer:
    def only_when_open(table: Table) -> Answer:
        if table.room.status != negotiation.Status.OPEN:
            raise NotOpen
        return do(table)

    return _once(actor, frame, now, only_when_open, needs_side=True)


def _over(standing: Offer, now: datetime) -> bool:
    return now >= standing.expires_at


def _take(table: Table, event: str, who: offer.Who, *, version: int, digest: str | None = None) -> Offer:
    """The standing offer, moved along the machine, if it is the one named and it is this side's to move."""
    standing = table.standing()
    if standing is None or _over(standing, table.now):
        raise _none_stands(table, version, digest)
    if version != standing.version or (digest is not None and digest != standing.hash):
        raise Stale
    if (standing.side == table.side) != (who is offer.Who.OWN):
        raise NotOwn if who is offer.Who.OWN else Own
    _move(table, standing, event, who)
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


def _move(table: Table, standing: Offer, event: str, who: offer.Who) -> None:
    step = offer.step(event, offer.Status(standing.status), who)
    if step is None:
        raise Stale
    standing.status = step.after
    standing.save(update_fields=["status"])
    table.room.standing = None


def _expire(table: Table, standing: Offer) -> None:
    # By the clock, whoever came along to notice: nobody's event, under the id of the offer, so it is there
    # exactly once.
    _move(table, standing, "expire", offer.Who.SYSTEM)
    draft = Draft("offer.expired", {"version": standing.version})
    stream.append(table.head, [draft], by=None, at=table.now, command=standing.pk)


def _same(standing: Offer, packages: list[dict[str, Any]]) -> bool:
    # A counter that offers nothing but packages the other side offers already is an acceptance in disguise.
    offered = {package["hash"] for package in standing.packages}
    return {package["hash"] for package in packages} <= offered


def _put(table: Table, asked: wire.OfferTerms) -> dict[str, Any]:
    """A new version on the table, and the body of its event."""
    if table.room.versions >= limits.ROUNDS_MAX:
        raise RoundsExhausted
    packages = terms.price(asked, currency=table.room.currency)
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
    )
    table.room.versions = table.room.standing = version
    payload = {"room": str(table.room.pk), "version": version}
    outbox.enqueue("rooms.expire_offer", payload, dedupe=f"offer.expire:{offer_id}", at=expires_at)
    return {"offer": queries.offer_view(made)}


def _agree(table: Table, standing: Offer, package: int) -> Agreement:
    chosen, agreement_id = standing.packages[package], uuid7()
    annexes = hooks.freeze_annexes(table.room.pk, table.now)
    digest = queries.agreement_hash(
        agreement_id, table.room.pk, standing.hash, package, chosen["hash"], annexes
    )
    return Agreement.objects.create(
        id=agreement_id,
        room=table.room,
        offer=standing,
        package=package,
        currency=standing.currency,
        gross=chosen["gross"],
        accepted_by=table.actor,
        annexes=annexes,
        hash=digest,
        made_at=table.now,
    )


def _facts(table: Table, standing: Offer, agreement: Agreement) -> AgreementFacts:
    chosen = standing.packages[agreement.package]
    buyer_person = table.actor.pk if table.side == "buyer" else standing.by_id
    return AgreementFacts(
        agreement_id=agreement.pk,
        room_id=table.room.pk,
        buyer_id=table.room.buyer_id,
        seller_id=table.room.seller_id,
        buyer_person=buyer_person,
        title=table.room.title,
        currency=standing.currency,
        tax_basis=standing.tax_basis,
        tax_rate_bp=standing.tax_rate_bp,
        lines=chosen["lines"],
        issues=chosen["issues"],
        net=chosen["net"],
        tax=chosen["tax"],
        gross=chosen["gross"],
        terms_hash=chosen["hash"],
        offer_version=standing.version,
        package=agreement.package,
        annexes=agreement.annexes,
    )
