"""Reading rooms: who may sit where, what a table looks like, what a socket is sent when it opens a stream."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from negotiation_hub.kernel import canonical, clock, stream, wire
from negotiation_hub.kernel.audience import NotSeated, View
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Membership, Organisation, User
from rooms import state
from rooms.models import Agreement, Approval, Bound, Offer, Participant, Room

SIDES = ("buyer", "seller")
_TALK = frozenset({"message.send", "typing", "read"})


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


def seat(actor: User, room: Room) -> Seat | None:
    """The person's seat, or None for a stranger. Raises SameParty for a member of both organisations."""
    sides = {room.buyer_id: "buyer", room.seller_id: "seller"}
    held = list(Membership.objects.filter(user=actor, organisation__in=sides).select_related("organisation"))
    if len(held) > 1:
        raise SameParty
    if held:
        side = sides[held[0].organisation_id]
        may_bind = (people.may_buy if side == "buyer" else people.may_sell)(held[0])
        return Seat(room, side, may_bind, people.may_approve(held[0]))
    return Seat(room, "moderator") if people.may_moderate(actor) else None


def reader(actor: User, row: Stream) -> Seat:
    """The seat from which the person may read this stream.

    Raises StreamUnknown, alike for what is not and what is not theirs.
    """
    room = Room.objects.filter(pk=row.scope).select_related("buyer", "seller").first()
    found = seat(actor, room) if room is not None else None
    if found is None or (row.kind == "caucus" and row.side != found.side):
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


def rooms_of(organisation_ids: Sequence[UUID], *, before: UUID | None = None, limit: int = 50) -> list[Room]:
    """Rooms in which one of the organisations takes part, newest first, from behind the key `before`."""
    ours = Room.objects.filter(buyer__in=organisation_ids) | Room.objects.filter(seller__in=organisation_ids)
    if before is not None:
        ours = ours.filter(pk__lt=before)
    return list(ours.select_related("buyer", "seller").order_by("-pk")[:limit])


def streams_of(found: Seat) -> dict[str, str]:
    """The streams of a room that this seat may open, by kind."""
    rows = Stream.objects.filter(scope=found.room.pk)
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
            may=_TALK,
            reads=True,
        )
    taken = Participant.objects.filter(room=row.scope, user=actor).first()
    if taken is None:
        raise NotSeated
    return View(
        room=row.scope,
        you={"side": found.side},
        state=lambda: table_state(found.room),
        may=_may_say(found, taken),
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
        "participants": [participant_view(taken) for taken in seats],
        "negotiation": {
            "status": room.status,
            "standing": room.standing,
            "turn": other(standing["side"]) if standing else None,
        },
        "offers": offers,
        "agreement": agreement and agreement_view(agreement),
        "order": room.order,
    }


def _may_say(found: Seat, taken: Participant) -> frozenset[str]:
    # A moderator who observes is silent until they have stepped in.
    return frozenset() if found.side == "moderator" and taken.mode != "in" else _TALK


def may_speak(found: Seat, actor: User) -> bool:
    """Whether the person may say something at the table now."""
    if found.side != "moderator":
        return True
    return Participant.objects.filter(room=found.room, user=actor, mode="in").exists()


def caucus_state(room: Room, side: str) -> state.State:
    """The state of a side's caucus from its rows; equal to the fold of its events."""
    bound = Bound.objects.filter(room=room, side=side).first()
    asked = Approval.objects.filter(room=room, side=side).order_by("number")
    return {
        "room": str(room.pk),
        "side": side,
        "bound": bound and bound.minor,
        "approvals": [approval_view(row) for row in asked],
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


def participant_view(seat: Participant) -> dict[str, str]:
    """A person at the table as the wire shows them. `mode` says whether a moderator observes or is in."""
    shown = {"id": str(seat.user_id), "name": seat.user.name, "side": seat.side}
    return {**shown, "mode": seat.mode} if seat.mode else shown


def offer_view(offer: Offer) -> dict[str, Any]:
    """An offer as the wire shows it, in events and in the state."""
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
) -> str:
    """What an agreement is known by, in hexadecimal."""
    terms = [str(agreement_id), str(room), offer_hash, package, package_hash, annexes]
    return canonical.digest(["negotiation-hub/agreement/1", *terms]).hex()


def _organisation(organisation: Organisation) -> dict[str, str]:
    return {"id": str(organisation.pk), "slug": organisation.slug, "name": organisation.name}
