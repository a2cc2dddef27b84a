"""Reading rooms: who may sit where, what a table looks like, what a socket is sent when it opens a stream."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from negotiation_hub.kernel import canonical, clock, stream, wire
from negotiation_hub.kernel.audience import NotSeated, View
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Membership, Organisation, User
from orders.models import Order
from rooms import state
from rooms.models import Agreement, Approval, Bound, Offer, Participant, Preferences, Room

SIDES = ("buyer", "seller")
_READ = frozenset({"read"})  # whoever may not speak reads on
_TALK = _READ | {"message.send", "typing"}


class SameParty(Refusal):
    """One person on both sides, or an organisation that faces itself."""

    code = "room.same_party"
    message = gettext_noop("Nobody can negotiate with themselves.")


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a person sits (buyer, seller, moderator), and whether they may bind their organisation."""

    room: Room
    side: str
    may_bind: bool = False
    may_approve: bool = False  # what goes beyond the mandate of their side
    taken: Participant | None = None  # since they have sat down

    @property
    def steps_in(self) -> bool:
        """Whether this is a moderator who has stepped in."""
        return self.side == "moderator" and self.taken is not None and self.taken.mode == "in"

    @property
    def muted(self) -> bool:
        """Whether a moderator has muted the person."""
        return self.taken is not None and self.taken.muted is not None

    @property
    def locked_out(self) -> bool:
        """Whether the person is on a side of a room that a moderator has locked."""
        return self.side in SIDES and self.room.locked is not None

    @property
    def board_locked(self) -> bool:
        """Whether the person is on a side of a room whose board a moderator has locked."""
        return self.side in SIDES and self.room.board_locked is not None


def seat(actor: User, room: Room) -> Seat | None:
    """The person's seat, or None for a stranger. Raises SameParty for a member of both organisations.

    Whoever was removed from the room is a stranger to it, and nobody moderates where they sat for a side.
    """
    taken = Participant.objects.filter(room=room, user=actor).first()
    if taken is not None and taken.removed is not None:
        return None
    sides = {room.buyer_id: "buyer", room.seller_id: "seller"}
    held = list(Membership.objects.filter(user=actor, organisation__in=sides).select_related("organisation"))
    if len(held) > 1:
        raise SameParty
    if held:
        side = sides[held[0].organisation_id]
        may_bind = (people.may_buy if side == "buyer" else people.may_sell)(held[0])
        return Seat(room, side, may_bind, people.may_approve(held[0]), taken)
    if not people.may_moderate(actor) or (taken is not None and taken.side in SIDES):
        return None
    return Seat(room, "moderator", taken=taken)


def reader(actor: User, row: Stream) -> Seat:
    """The seat from which the person may read this stream.

    Raises StreamUnknown, alike for what is not and what is not theirs.
    """
    room = Room.objects.filter(pk=row.scope).select_related("buyer", "seller").first()
    found = seat(actor, room) if room is not None else None
    if found is None or row.side not in {"", found.side}:
        raise wire.StreamUnknown
    return found


def stream_for(actor: User, stream_id: UUID) -> tuple[Stream, Seat]:
    """A stream that the person may read. Raises StreamUnknown."""
    row = Stream.objects.filter(id=stream_id, kind__in=("table", "caucus")).first()
    if row is None:
        raise wire.StreamUnknown
    return row, reader(actor, row)


def room_for(actor: User, room_id: UUID) -> Seat:
    """A room that the person may see. Raises StreamUnknown."""
    room = Room.objects.filter(pk=room_id).first()
    found = seat(actor, room) if room is not None else None
    if found is None:
        raise wire.StreamUnknown
    return found


def open_to(actor: User, organisation_ids: Sequence[UUID]) -> "QuerySet[Room]":
    """Rooms in which one of the organisations takes part, but for those that the person was removed from."""
    ours = Q(buyer__in=organisation_ids) | Q(seller__in=organisation_ids)
    gone = Participant.objects.filter(user=actor, removed__isnull=False)
    return Room.objects.filter(ours).exclude(pk__in=gone.values("room"))


def rooms_of(
    actor: User, organisation_ids: Sequence[UUID], *, before: UUID | None = None, limit: int = 50
) -> list[Room]:
    """The same, newest first, from behind the key `before`."""
    ours = open_to(actor, organisation_ids)
    if before is not None:
        ours = ours.filter(pk__lt=before)
    return list(ours.select_related("buyer", "seller").order_by("-pk")[:limit])


def streams_of(found: Seat) -> dict[str, str]:
    """The streams of a room that this seat may open, by kind."""
    rows = Stream.objects.filter(scope=found.room.pk).order_by("number")  # else as they happen to be stored
    return {row.kind: str(row.id) for row in rows if row.side in {"", found.side}}


def view(actor: User, row: Stream) -> View:
    """A room's table or caucus as the person sees it.

    Raises StreamUnknown, and NotSeated for a table at which the person has yet to sit down.
    """
    found = reader(actor, row)
    if row.kind == "caucus":
        return View(
            room=row.scope,
            you={"side": found.side, "may_approve": found.may_approve},
            state=lambda: caucus_state(found.room, row.side),
            may=_limited(actor, _READ if found.muted else _TALK),
            reads=True,
        )
    if found.taken is None:
        raise NotSeated
    return View(
        room=row.scope,
        you={"side": found.side},
        state=lambda: table_state(found.room),
        may=_limited(actor, _may_say(found)),
        reads=True,
    )


def table_state(room: Room) -> state.State:
    """The state of a table from its rows; equal to the fold of its events."""
    seats = Participant.objects.filter(room=room).select_related("user").order_by("pk")
    offers = [offer_view(offer) for offer in room.offers.order_by("version")]
    standing = next((offer for offer in offers if offer["version"] == room.standing), None)
    agreement = room.agreements.select_related("offer").order_by("-made_at", "-pk").first()
    return {
        "room": room_view(room),
        "sides": sides_view(room),
        "request": room.asked,
        "participants": [participant_view(taken) for taken in seats],
        "negotiation": {
            "status": room.status,
            "standing": room.standing,
            "turn": other(standing["side"]) if standing else None,
        },
        "locked": room.locked,
        "board_locked": room.board_locked,
        "offers": offers,
        "agreement": agreement and agreement_view(agreement),
        "order": room.order,
    }


def _may_say(found: Seat) -> frozenset[str]:
    # A moderator who observes is silent until they have stepped in.
    if found.side == "moderator" and not found.steps_in:
        return frozenset()
    return _READ if found.muted or found.locked_out else _TALK


def _limited(actor: User, may: frozenset[str]) -> frozenset[str]:
    # How much a guest says is looked at by the service: nothing of it is simple.
    return may - {"message.send"} if actor.is_guest else may


def whispers_of(actor: User, room: Room) -> list[dict[str, Any]]:
    """What a moderator has whispered in a room, oldest first: for its author alone, who reads no caucus.

    `id` is that of the command.
    """
    said = [
        {"id": event.command, "to": row.side, "at": clock.text(event.at), "text": event.body.get("text", "")}
        for row in Stream.objects.filter(kind="caucus", scope=room.pk)
        for event in stream.of_kinds(row.id, "moderator.whispered", since=0)
        if event.by == str(actor.pk)
    ]
    return sorted(said, key=lambda one: (one["at"], one["id"]))


def caucus_state(room: Room, side: str) -> state.State:
    """The state of a side's caucus from its rows; equal to the fold of its events."""
    bound = Bound.objects.filter(room=room, side=side).first()
    asked = Approval.objects.filter(room=room, side=side).order_by("number")
    wanted = Preferences.objects.filter(room=room, side=side).first()
    return {
        "room": str(room.pk),
        "side": side,
        "bound": bound and bound.minor,
        "approvals": [approval_view(row) for row in asked],
        "preferences": wanted and preferences_view(wanted),
    }


def preferences_view(row: Preferences) -> dict[str, Any]:
    """What a side wants, as its caucus shows it."""
    return {
        "revision": row.revision,
        "issues": row.issues,
        "alternative": row.alternative,
        "notes": row.notes,
    }


def approval_view(row: Approval) -> dict[str, Any]:
    """What waits, or has waited, for a manager, as its caucus shows it."""
    return {
        "id": str(row.pk),
        "way": row.way,
        "answers": row.answers,
        "by": str(row.by_id),
        "currency": row.terms["currency"],
        "tax_basis": row.terms["tax_basis"],
        "tax_rate_bp": row.terms["tax_rate_bp"],
        "packages": row.packages,
        "beyond": row.beyond,
        "made_at": clock.text(row.made_at),
        "status": str(row.status),
        "reason": row.reason,
    }


def other(side: str) -> str:
    """The side across the table."""
    return "seller" if side == "buyer" else "buyer"


def room_view(room: Room) -> dict[str, Any]:
    """A room as the wire shows it."""
    return {
        "id": str(room.pk),
        "title": room.title,
        "listing": None if room.listing is None else str(room.listing),
        "currency": room.currency,
        "list_price": room.list_price,
        "origin": room.origin,
    }


def sides_view(room: Room) -> dict[str, Any]:
    """Both organisations as the wire shows them."""
    return {"buyer": _organisation(room.buyer), "seller": _organisation(room.seller)}


def participant_view(seat: Participant) -> dict[str, Any]:
    """A person at the table as the wire shows them. `mode` says whether a moderator observes or is in;
    `muted` and `removed`, where they are, since when and why; `guest` that they have no account.
    """
    shown = {"id": str(seat.user_id), "name": seat.user.name, "side": seat.side}
    may_be = {
        "mode": seat.mode,
        "guest": seat.user.is_guest,
        "muted": seat.muted,
        "removed": seat.removed,
    }
    return {**shown, **{key: value for key, value in may_be.items() if value}}


def offer_view(offer: Offer) -> dict[str, Any]:
    """An offer as the wire shows it, in events and in the state."""
    first = offer.first_expires_at and clock.text(offer.first_expires_at)
    amends = offer.amends and str(offer.amends)
    may_be = {"first_expires_at": first, "frozen": offer.frozen, "amends": amends}
    return {
        "id": str(offer.pk),
        "version": offer.version,
        "side": offer.side,
        "by": str(offer.by_id),
        "status": str(offer.status),
        "currency": offer.currency,
        "tax_basis": offer.tax_basis,
        "tax_rate_bp": offer.tax_rate_bp,
        "made_at": clock.text(offer.made_at),
        "expires_at": clock.text(offer.expires_at),
        "seen_at": offer.seen_at and clock.text(offer.seen_at),
        "hash": offer.hash,
        "packages": offer.packages,
        **{key: value for key, value in may_be.items() if value},
    }


def agreement_view(agreement: Agreement) -> dict[str, Any]:
    """An agreement as the state shows it."""
    return {
        "id": str(agreement.pk),
        "hash": agreement.hash,
        "gross": agreement.gross,
        "currency": agreement.currency,
        "annexes": agreement.annexes,
        "version": agreement.offer.version,
        "package": agreement.package,
        **({"amends": str(agreement.amends_id)} if agreement.amends_id else {}),
    }


def evidence(row: Stream) -> dict[str, Any]:
    """All that an outsider needs to check a stream: events, salts, signed heads."""
    return {
        "stream": str(row.id),
        "events": [
            {
                "seq": event.seq,
                "kind": event.kind,
                "by": event.by,
                "at": clock.text(event.at),
                "salt": event.salt and event.salt.hex(),
                "content": event.content,
                "commitment": event.commitment.hex(),
                "hash": event.hash.hex(),
            }
            for event in stream.everything(row.id)
        ],
        "heads": [
            {
                "seq": head.seq,
                "hash": bytes(head.hash).hex(),
                "at": clock.text(clock.from_us(head.at_us)),
                "key": head.key_id,
                "signature": bytes(head.signature).hex(),
            }
            for head in row.signed_heads.order_by("seq")
        ],
    }


def agreement_hash(
    agreement_id: UUID,
    room: UUID,
    offer_hash: str,
    package: int,
    package_hash: str,
    annexes: list[dict[str, Any]],
    amends: UUID | None = None,
) -> str:
    """What an agreement is known by, in hexadecimal. One that amends another names it."""
    terms = [str(agreement_id), str(room), offer_hash, package, package_hash, annexes]
    terms += [str(amends)] if amends else []
    return canonical.digest(["negotiation-hub/agreement/1", *terms]).hex()


def _organisation(organisation: Organisation) -> dict[str, str]:
    return {"id": str(organisation.pk), "slug": organisation.slug, "name": organisation.name}


def source_of(order: Order, version: int | None = None) -> str | None:
    """The address of an offer in the log of an order's room: the one that it was made of, or last amended
    by, where no version is named. None where there is no such offer.
    """
    wanted = order.offer_version if version is None else version
    for event in stream.of_kinds(
        order.room_id, "offer.proposed", "offer.countered", "offer.superseded", since=0
    ):
        if event.body["offer"]["version"] == wanted:
            return f"{reverse('rooms:room', args=[order.room_id])}#m{event.seq}"
    return None
