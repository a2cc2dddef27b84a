"""What happens to offers in rooms.

Each service is one transaction under the lock of its stream's row; edges only translate.

A command that was committed before is answered again from the log, before anything else is looked at; a
refused one is judged anew.
"""

from datetime import datetime
from uuid import UUID

from negotiation_hub.kernel import commit, stream
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.guests import require_account
from negotiation_hub.people.models import User
from orders import services as orders
from orders.facts import AgreementFacts
from orders.queries import order_view
from rooms import award, framing, goods, hooks, mandate, negotiation, offer, proposals, queries, step_up, wire
from rooms.models import Agreement, Offer, Room
from rooms.refusals import BeyondMandate, NotOpen, PackageUnknown, Stale
from rooms.table import Table, at_open_table, expire, move, not_frozen, once, over, take


def propose_offer(*, actor: User, frame: wire.OfferPropose, now: datetime) -> Answer:
    """Puts an offer on an empty table. Raises Standing, RoundsExhausted and what `terms.price` raises."""
    return at_open_table(actor, frame, now, lambda table: proposals.make(table, "propose", None, frame.offer))


def counter_offer(*, actor: User, frame: wire.OfferCounter, now: datetime) -> Answer:
    """Answers the other side's offer with another one.

    Raises Stale, Expired, Own, Identical, RoundsExhausted.
    """

    def do(table: Table) -> Answer:
        return proposals.make(table, "counter", frame.answers, frame.offer)

    return at_open_table(actor, frame, now, do)


def supersede_offer(*, actor: User, frame: wire.OfferSupersede, now: datetime) -> Answer:
    """Replaces one's own offer. Raises Stale, Expired, NotOwn, Unchanged, RoundsExhausted."""

    def do(table: Table) -> Answer:
        return proposals.make(table, "supersede", frame.replaces, frame.offer)

    return at_open_table(actor, frame, now, do)


def decline_offer(*, actor: User, frame: wire.OfferDecline, now: datetime) -> Answer:
    """Says no to the other side's offer. Raises Stale, Expired, Own, NoneStanding."""

    def do(table: Table) -> Answer:
        take(table, "decline", offer.Who.OTHER, version=frame.version, digest=frame.hash)
        return table.write(Draft("offer.declined", {"version": frame.version, "reason": frame.reason}))

    return at_open_table(actor, frame, now, do)


def withdraw_offer(*, actor: User, frame: wire.OfferWithdraw, now: datetime) -> Answer:
    """Takes one's own offer back. Raises Stale, Expired, NotOwn, NoneStanding."""

    def do(table: Table) -> Answer:
        take(table, "withdraw", offer.Who.OWN, version=frame.version, digest=frame.hash)
        return table.write(Draft("offer.withdrawn", {"version": frame.version, "reason": frame.reason}))

    return at_open_table(actor, frame, now, do)


def accept_offer(*, actor: User, frame: wire.OfferAccept, now: datetime) -> Answer:
    """Accepts one package of one version: agreement, order and payment request, or nothing.

    Raises Stale, Expired, Own, NoneStanding, PackageUnknown, BeyondMandate, StepUpNeeded, ProofInvalid,
    RequestOver, SoldOut, AccountNeeded.
    """

    def do(table: Table) -> Answer:
        require_account(table.actor)
        standing = take(table, "accept", offer.Who.OTHER, version=frame.version, digest=frame.hash)
        if frame.package >= len(standing.packages):
            raise PackageUnknown
        return conclude(table, standing, frame.package, frame.proof)

    return at_open_table(actor, frame, now, do)


def conclude(table: Table, standing: Offer, package: int, proof: str | None) -> Answer:
    """Agreement, order and payment request of an offer that was just accepted at a locked table.

    An amendment makes an agreement that names the one it amends, and changes that one's order. A frame
    agreement makes no order; in the room of a call-off the order is one by its frame agreement.

    Raises BeyondMandate, StepUpNeeded, ProofInvalid, RequestOver, SoldOut, NotAmendable,
    AmendmentSuperseded, AmendmentTooLittle, and what `framing.frame` and `framing.order` raise.
    """
    if standing.amends is None and table.room.status != negotiation.Status.OPEN:
        raise NotOpen
    if not table.may_approve and mandate.beyond(table, [standing.packages[package]]) is not None:
        raise BeyondMandate
    step_up.demand(table, standing, package, proof)
    award.award(table)
    agreement = _agree(table, standing, package)
    facts = _facts(table, standing, agreement)
    table.room.status = negotiation.after("offer.accepted", negotiation.Status(table.room.status))
    pinned = {"version": standing.version, "hash": standing.hash, "package": package}
    body = {**pinned, "agreement": queries.agreement_view(agreement)}
    if standing.amends is None and (agreed := framing.frame(table, facts)) is not None:
        table.room.status = negotiation.after(agreed.kind, negotiation.Status(table.room.status))
        return table.write(Draft("offer.accepted", body, milestone=True), agreed)
    if standing.amends is None:
        order = framing.order(table, facts)
    else:
        order = orders.amend_order(facts=facts, amends=standing.amends, by=table.actor.pk, now=table.now)
    table.room.order = order_view(order)
    return table.write(Draft("offer.accepted", {**body, "order": table.room.order}, milestone=True))


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

    return once(actor, frame, now, do, needs_side=True, reads=True)


def close_negotiation(*, actor: User, frame: wire.NegotiationClose, now: datetime) -> Answer:
    """Walks away: what stands is withdrawn or declined, and nothing can be offered any more.

    Raises OfferFrozen.
    """

    def do(table: Table) -> Answer:
        if table.room.status != negotiation.Status.OPEN:
            raise NotOpen  # what is agreed and ordered is amended or canceled, and not walked away from
        standing = table.standing()
        if standing is not None and over(standing, now):
            expire(table, standing)
            standing = None
        if standing is not None:
            not_frozen(standing)
            own = standing.side == table.side
            move(table, standing, "withdraw" if own else "decline", offer.Who.OWN if own else offer.Who.OTHER)
        table.room.status = negotiation.after("negotiation.closed", negotiation.Status.OPEN)
        ended = standing.version if standing is not None else None
        body = {"side": table.side, "reason": frame.reason, "ended": ended}
        return table.write(Draft("negotiation.closed", body, milestone=True))

    return at_open_table(actor, frame, now, do)


def expire_offer(*, room_id: UUID, version: int, now: datetime) -> bool:
    """Marks an offer whose time is over. False when it is over already, or not yet."""
    with commit.transact():
        head = stream.lock(room_id)
        standing = Offer.objects.filter(room=room_id, version=version, status=offer.Status.PENDING).first()
        if head is None or standing is None or not over(standing, now):
            return False
        table = Table(head, Room.objects.get(pk=room_id), "", standing.by, uuid7(), now)
        expire(table, standing)
        table.room.save(update_fields=["standing"])
    return True


def _agree(table: Table, standing: Offer, package: int) -> Agreement:
    chosen, agreement_id = standing.packages[package], uuid7()
    annexes = hooks.freeze_annexes(table.room.pk, table.now)
    digest = queries.agreement_hash(
        agreement_id, table.room.pk, standing.hash, package, chosen["hash"], annexes, standing.amends
    )
    return Agreement.objects.create(
        id=agreement_id,
        room=table.room,
        offer=standing,
        package=package,
        currency=standing.currency,
        gross=chosen["gross"],
        accepted_by=table.actor,
        amends_id=standing.amends,
        annexes=annexes,
        hash=digest,
        made_at=table.now,
    )


def _facts(table: Table, standing: Offer, agreement: Agreement) -> AgreementFacts:
    chosen = standing.packages[agreement.package]
    people = {table.side: table.actor.pk, standing.side: standing.by_id}
    return AgreementFacts(
        agreement_id=agreement.pk,
        room_id=table.room.pk,
        buyer_id=table.room.buyer_id,
        seller_id=table.room.seller_id,
        buyer_person=people["buyer"],
        seller_person=people["seller"],
        title=table.room.title,
        currency=standing.currency,
        tax_basis=standing.tax_basis,
        tax_rate_bp=standing.tax_rate_bp,
        lines=goods.line_facts(table.room, chosen["lines"]),
        issues=chosen["issues"],
        net=chosen["net"],
        tax=chosen["tax"],
        gross=chosen["gross"],
        terms_hash=chosen["hash"],
        offer_version=standing.version,
        package=agreement.package,
        annexes=agreement.annexes,
    )
