"""What a moderator who has stepped in imposes on people, on the room and on the standing offer.

Each is one event at the table, with its reason, and can be taken back, but for an offer's end.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Literal, NamedTuple, Protocol
from uuid import UUID

from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.audience import Service
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.wire import Command
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms import moderation_wire, offer, queries
from rooms.guests.models import GuestLink
from rooms.guests.refusals import GuestGone
from rooms.models import Act, Participant
from rooms.refusals import ExtendedTooFar, ParticipantUnknown
from rooms.supervision import moderate, said
from rooms.table import Table, expire_at, move, stands


class _Reasoned(Protocol):
    @property
    def reason(self) -> str: ...


class _Person(_Reasoned, Protocol):
    @property
    def participant(self) -> str: ...


class _Way(NamedTuple):
    """What is imposed on a person, or taken back."""

    field: Literal["muted", "removed"]
    on: bool
    kind: str


_MUTE: Final = _Way("muted", on=True, kind="participant.muted")
_UNMUTE: Final = _Way("muted", on=False, kind="participant.unmuted")
_REMOVE: Final = _Way("removed", on=True, kind="participant.removed")
_READMIT: Final = _Way("removed", on=False, kind="participant.readmitted")


def mute(*, actor: User, frame: moderation_wire.ModerationMute, now: datetime) -> Answer:
    """A person of a side reads, and no more, at once. Raises ParticipantUnknown."""
    return _impose(actor, frame, now, partial(_on_person, frame, _MUTE))


def unmute(*, actor: User, frame: moderation_wire.ModerationUnmute, now: datetime) -> Answer:
    """They may speak again. Raises ParticipantUnknown."""
    return _impose(actor, frame, now, partial(_on_person, frame, _UNMUTE))


def remove(*, actor: User, frame: moderation_wire.ModerationRemove, now: datetime) -> Answer:
    """A person of a side is a stranger to this room from this event on. Raises ParticipantUnknown."""
    return _impose(actor, frame, now, partial(_on_person, frame, _REMOVE))


def readmit(*, actor: User, frame: moderation_wire.ModerationReadmit, now: datetime) -> Answer:
    """They may come back. Raises ParticipantUnknown, and GuestGone for a guest whose link is over."""
    return _impose(actor, frame, now, partial(_on_person, frame, _READMIT))


def lock_room(*, actor: User, frame: moderation_wire.ModerationLock, now: datetime) -> Answer:
    """Both sides read, and no more; the time of what stands runs on."""
    return _impose(actor, frame, now, partial(_lock, frame, "locked", on=True))


def unlock_room(*, actor: User, frame: moderation_wire.ModerationUnlock, now: datetime) -> Answer:
    """Both sides go on."""
    return _impose(actor, frame, now, partial(_lock, frame, "locked", on=False))


def lock_board(*, actor: User, frame: moderation_wire.ModerationLockBoard, now: datetime) -> Answer:
    """Both sides look at the board, and draw no more; the table goes on."""
    return _impose(actor, frame, now, partial(_lock, frame, "board_locked", on=True))


def unlock_board(*, actor: User, frame: moderation_wire.ModerationUnlockBoard, now: datetime) -> Answer:
    """Both sides draw on."""
    return _impose(actor, frame, now, partial(_lock, frame, "board_locked", on=False))


def freeze_offer(*, actor: User, frame: moderation_wire.ModerationFreeze, now: datetime) -> Answer:
    """Neither side moves the standing offer; its time runs on. Raises NoneStanding, Expired, Stale."""
    return _impose(actor, frame, now, partial(_freeze, frame, on=True))


def unfreeze_offer(*, actor: User, frame: moderation_wire.ModerationUnfreeze, now: datetime) -> Answer:
    """It can be answered again. Raises NoneStanding, Expired, Stale."""
    return _impose(actor, frame, now, partial(_freeze, frame, on=False))


def void_offer(*, actor: User, frame: moderation_wire.ModerationVoid, now: datetime) -> Answer:
    """Takes the standing offer off the table, frozen or not. Raises NoneStanding, Expired, Stale."""

    def do(table: Table) -> Answer:
        standing = stands(table, version=frame.version)
        move(table, standing, "void", offer.Who.MODERATOR)
        return _tell(table, "offer.voided", {"version": frame.version}, frame)

    return _impose(actor, frame, now, do)


def extend_offer(*, actor: User, frame: moderation_wire.ModerationExtend, now: datetime) -> Answer:
    """The standing offer is good for longer. Raises NoneStanding, Expired, Stale, ExtendedTooFar."""

    def do(table: Table) -> Answer:
        standing = stands(table, version=frame.version)
        until = standing.expires_at + timedelta(seconds=frame.seconds)
        if until > standing.made_at + timedelta(seconds=limits.OFFER_EXPIRES_MAX_S):
            raise ExtendedTooFar
        # Its hash is over the time that was offered: that is kept.
        standing.first_expires_at = standing.first_expires_at or standing.expires_at
        standing.expires_at = until
        standing.save(update_fields=["expires_at", "first_expires_at"])
        expire_at(standing, dedupe=f"offer.expire:{standing.pk}:{clock.text(until)}")
        body = {"version": frame.version, "expires_at": clock.text(until)}
        return _tell(table, "offer.extended", body, frame)

    return _impose(actor, frame, now, do)


SERVICES: Final[Mapping[str, Service]] = {
    "moderation.mute": mute,
    "moderation.unmute": unmute,
    "moderation.remove": remove,
    "moderation.readmit": readmit,
    "moderation.lock": lock_room,
    "moderation.unlock": unlock_room,
    "moderation.lock_board": lock_board,
    "moderation.unlock_board": unlock_board,
    "moderation.freeze": freeze_offer,
    "moderation.unfreeze": unfreeze_offer,
    "moderation.void": void_offer,
    "moderation.extend": extend_offer,
}


def _impose(actor: User, frame: Command, now: datetime, do: Callable[[Table], Answer]) -> Answer:
    return moderate(actor, frame, now, do, stepped_in=True)


def _on_person(frame: _Person, way: _Way, table: Table) -> Answer:
    seat = (
        Participant.objects.filter(room=table.room, user=UUID(frame.participant))
        .select_related("user")
        .first()
    )
    # Of one another moderators are not masters.
    if seat is None or seat.side not in queries.SIDES:
        raise ParticipantUnknown
    if (getattr(seat, way.field) is not None) == way.on:
        return table.unchanged()
    if way is _READMIT and seat.user.is_guest:
        _link_lets_in(seat, table.now)
    setattr(seat, way.field, _act(table, frame) if way.on else None)
    seat.save(update_fields=[way.field])
    return _tell(table, way.kind, {"participant": frame.participant}, frame)


def _link_lets_in(seat: Participant, now: datetime) -> None:
    """Nothing, while a guest's link is good: a stay that the seller ended is no moderator's to go on with.

    Raises GuestGone. A link comes before a stream, so it is read without its lock. Whoever ends it at this
    moment waits for the table, finds the guest back in, and puts them out.
    """
    if not GuestLink.objects.get(guest=seat.user).lets_in(now):
        raise GuestGone


def _lock(frame: _Reasoned, what: Literal["locked", "board_locked"], table: Table, *, on: bool) -> Answer:
    if (getattr(table.room, what) is not None) == on:
        return table.unchanged()
    setattr(table.room, what, _act(table, frame) if on else None)
    table.room.save(update_fields=[what])
    place = "room" if what == "locked" else "board"
    return _tell(table, f"{place}.{'locked' if on else 'unlocked'}", {}, frame)


def _freeze(
    frame: moderation_wire.ModerationFreeze | moderation_wire.ModerationUnfreeze, table: Table, *, on: bool
) -> Answer:
    standing = stands(table, version=frame.version)
    if (standing.frozen is not None) == on:
        return table.unchanged()
    standing.frozen = _act(table, frame) if on else None
    standing.save(update_fields=["frozen"])
    return _tell(table, "offer.frozen" if on else "offer.unfrozen", {"version": frame.version}, frame)


def _act(table: Table, frame: _Reasoned) -> Act:
    return {"at": clock.text(table.now), "reason": frame.reason}


def _tell(table: Table, kind: str, body: dict[str, Any], frame: _Reasoned) -> Answer:
    return table.write(Draft(kind, {**body, "reason": said(frame.reason)}, milestone=True))
