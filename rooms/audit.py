"""What `negotiation-hub verify` asks of rooms: that the rows say what the log says."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from negotiation_hub.kernel import clock, stream
from negotiation_hub.kernel.audit import Problem
from negotiation_hub.kernel.models import Job, Stream
from negotiation_hub.kernel.refusals import Refusal
from orders.amended import terms_at
from orders.frames import frame_of_agreement
from orders.models import Amendment, CallOff, Milestone, Order
from rooms import file_audit, framing, queries, request_audit, state, supervision, terms
from rooms.guests import audit as guests
from rooms.mailed import audit as mailed
from rooms.models import Agreement, Offer, Preferences, Room
from rooms.wire import OfferTerms

# What only a moderator who has stepped in may do.
_IMPOSED: Final = frozenset(
    {
        "participant.muted",
        "participant.unmuted",
        "participant.removed",
        "participant.readmitted",
        "room.locked",
        "room.unlocked",
        "board.locked",
        "board.unlocked",
        "offer.frozen",
        "offer.unfrozen",
        "offer.voided",
        "offer.extended",
    }
)


def check() -> Iterator[Problem]:
    """Checks every room."""
    rooms = Room.objects.select_related("buyer", "seller").order_by("pk")
    for room in rooms.iterator(chunk_size=200):
        try:
            yield from check_room(room)
        except (LookupError, TypeError, ValueError) as error:
            yield Problem(f"room {room.pk}", f"cannot be read: {error!r}")
    yield from request_audit.check()
    yield from mailed.check()


def check_room(room: Room) -> Iterator[Problem]:
    """The fold of the events must be what the rows say; terms must come to their hashes."""
    where = f"room {room.pk}"
    told: set[str] = set()
    folded = state.empty()
    for event in stream.everything(room.pk):
        body = event.body
        yield from guests.check_event(where, room, event)
        if "cause" in body:
            told.add(body["cause"])
        if event.kind in _IMPOSED and event.by not in _in_chair(folded):
            yield Problem(where, f"event {event.seq} ({event.kind}) is of nobody who had stepped in")
        try:
            state.apply(folded, event.kind, clock.text(event.at), body)
        except (KeyError, StopIteration, TypeError):
            yield Problem(where, f"event {event.seq} ({event.kind}) does not follow from those before it")
            return
    rows = queries.table_state(room)
    for part in folded:
        yield from _differ(where, part, folded[part], rows[part])
    for row in Stream.objects.filter(scope=room.pk, kind__in=("table", "caucus")).order_by("id"):
        place = f"{where} {row.kind} {row.side}".rstrip()
        yield from _check_removals(place, row.id)
        yield from file_audit.check(place, row.id)
        if row.kind == "caucus":
            yield from _check_preferences(place, row)
    for offer in room.offers.order_by("version"):
        yield from _check_offer(where, offer)
    for agreement in room.agreements.select_related("offer"):
        yield from _check_agreement(where, agreement)
    for milestone in Milestone.objects.filter(order__room_id=room.pk):
        # One that still waits in the outbox will be told: that is no loss.
        if str(milestone.cause) not in told and not Job.objects.filter(
            dedupe=f"milestone:{milestone.cause}", done_at=None, failed_at=None
        ):
            yield Problem(where, f"the milestone {milestone.kind} {milestone.cause} is missing at the table")


def _in_chair(folded: state.State) -> set[str]:
    return {one["id"] for one in folded["participants"] if one.get("mode") == supervision.IN}


def _check_removals(where: str, stream_id: UUID) -> Iterator[Problem]:
    """Nothing is gone from a log but messages that somebody removed, with their corrections."""
    removals = stream.of_kinds(stream_id, "message.redacted", since=0)
    named = {event.body.get("message"): event.seq for event in removals}
    for event in stream.emptied(stream_id):
        removed = event.kind == "message.sent" and event.seq in named
        corrected = event.kind == "message.edited" and any(event.seq < seq for seq in named.values())
        if not (removed or corrected):
            what = f"event {event.seq} ({event.kind})"
            yield Problem(where, f"{what}: its content is gone, and nobody removed it")
    for seq, by in named.items():
        said = stream.at(stream_id, seq) if isinstance(seq, int) else None
        if said is not None and said.content is not None:
            yield Problem(where, f"event {seq} ({said.kind}) is still readable, though event {by} removed it")


def _check_preferences(where: str, caucus: Stream) -> Iterator[Problem]:
    """What a side wants is what it said last."""
    said = stream.of_kinds(caucus.id, "preferences.set", since=0)
    row = Preferences.objects.filter(room=caucus.scope, side=caucus.side).first()
    told = said[-1].body["preferences"] if said else None
    if told != (row and queries.preferences_view(row)):
        yield Problem(where, "preferences: the row is not what the log says")


def _differ(where: str, part: str, told: Any, found: Any) -> Iterator[Problem]:
    if isinstance(told, list) and isinstance(found, list) and len(told) == len(found):
        for one, other in zip(told, found, strict=True):
            if one != other:
                name = other.get("version") or other.get("name")
                yield Problem(where, f"{part.removesuffix('s')} {name}: the row is not what the log says")
    elif told != found:
        yield Problem(where, f"{part}: the rows are not what the log says")


def _check_offer(where: str, offer: Offer) -> Iterator[Problem]:
    where = f"{where} offer {offer.version}"
    try:
        follows = terms.price(_asked(offer), currency=offer.currency) == offer.packages
    except (Refusal, ValidationError, KeyError, TypeError):
        follows = False
    if not follows:
        yield Problem(where, "its totals or hashes do not follow from its terms")
        return
    expected = terms.offer_hash(
        room=offer.room_id,
        id=offer.pk,
        version=offer.version,
        side=offer.side,
        made_at=clock.text(offer.made_at),
        expires_at=clock.text(offer.first_expires_at or offer.expires_at),
        packages=offer.packages,
    )
    if expected != offer.hash:
        yield Problem(where, "its hash is not that of its terms")


def _asked(offer: Offer) -> OfferTerms:
    return OfferTerms.model_validate(
        {
            "currency": offer.currency,
            "tax_basis": offer.tax_basis,
            "tax_rate_bp": offer.tax_rate_bp,
            "expires_in_s": 1,
            "packages": [
                {
                    "lines": [{k: v for k, v in line.items() if k != "total"} for line in package["lines"]],
                    "issues": package["issues"],
                }
                for package in offer.packages
            ],
        }
    )


def _check_agreement(where: str, agreement: Agreement) -> Iterator[Problem]:
    where = f"{where} agreement {agreement.pk}"
    chosen = agreement.offer.packages[agreement.package]
    expected = queries.agreement_hash(
        agreement.pk,
        agreement.room_id,
        agreement.offer.hash,
        agreement.package,
        chosen["hash"],
        agreement.annexes,
        agreement.amends_id,
    )
    if expected != agreement.hash or agreement.gross != chosen["gross"]:
        yield Problem(where, "it is not what was accepted")
    made_frame = frame_of_agreement(agreement.pk)
    if made_frame is not None:
        if (made_frame.currency, made_frame.terms_hash, made_frame.annexes, made_frame.room_id) != (
            agreement.currency,
            chosen["hash"],
            agreement.annexes,
            agreement.room_id,
        ):
            yield Problem(where, f"its frame agreement {made_frame.number} has other terms")
        return
    amendment = Amendment.objects.filter(agreement_id=agreement.pk).select_related("order").first()
    order = amendment.order if amendment else Order.objects.filter(agreement_id=agreement.pk).first()
    if amendment is not None and (amendment.amends, agreement.offer.amends) != (agreement.amends_id,) * 2:
        yield Problem(where, "it does not amend what its order says")
    called_of = framing.frame_of(agreement.room)
    counted = CallOff.objects.filter(order=order).values_list("frame", flat=True).first()
    if order is not None and counted != called_of:
        yield Problem(where, f"its order {order.number} is not counted by the frame agreement of its room")
    made = None if order is None else terms_at(order, agreement.pk)
    if order is None or made is None:
        yield Problem(where, "it has no order")
    elif (made["gross"], order.currency, made["terms_hash"], made["annexes"]) != (
        agreement.gross,
        agreement.currency,
        chosen["hash"],
        agreement.annexes,
    ):
        yield Problem(where, f"its order {order.number} is for another amount or other terms")
