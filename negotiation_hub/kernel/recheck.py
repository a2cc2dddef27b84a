"""A socket whose person's authority has changed: all that it has open is looked at again.

A person who was removed, or may no longer sign in, must not go on listening to what they opened.
"""

import logging
from typing import TYPE_CHECKING
from uuid import UUID

from negotiation_hub.kernel import limits, stream, turns, wire
from negotiation_hub.kernel.hub import hub
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.kernel.threads import in_service
from negotiation_hub.kernel.topics import Place, Subscription
from negotiation_hub.kernel.writer import Entry, Grant

if TYPE_CHECKING:
    from negotiation_hub.kernel.sockets import HubConsumer

log = logging.getLogger(__name__)


async def look_again(socket: "HubConsumer") -> None:
    """Looks up what the person may do in each open stream, and judges anew what the writer gave back."""
    again, socket.again = socket.again, []
    try:
        version = await in_service(socket.still_there)
        refused = [name for name, place in list(socket.open.items()) if not await _may(socket, name, place)]
        await _leave(socket, refused)
        for place in socket.open.values():
            place.grant = Grant(place.grant.number, place.grant.stream, socket.person, version)
        socket.version = version
    except Refusal as refusal:
        _refuse_all(socket, again, refusal)
        socket.line.close(wire.Close.NOT_HERE)
    except Exception:  # the hub asks again, as the number that we know is still the old one
        log.exception("authority could not be looked up")
        _refuse_all(socket, again, wire.Internal(retry_after_ms=limits.BUSY_RETRY_MS))
    else:
        _judge(socket, again)


async def _may(socket: "HubConsumer", name: str, place: Place) -> bool:
    """Whether the person may still read a stream, and notes what they may do there."""
    try:
        place.may = await in_service(socket.may_here, name)
    except wire.StreamUnknown:
        place.may = frozenset()
        return False
    return True


async def _leave(socket: "HubConsumer", refused: list[str]) -> None:
    """Whoever was removed is told so, and all before it, and no more: that ends every stream of that room.

    Raises StreamUnknown where the log knows of no removal.
    """
    told = set()
    for name in refused:
        if (place := socket.open.get(name)) is not None and await _farewell(place.subscription):
            told.add(place.subscription.room)
    for name in refused:
        if (place := socket.open.get(name)) is None:
            continue
        if place.subscription.room not in told:
            raise wire.StreamUnknown
        if not place.subscription.catching_up:  # else it comes to its end by itself
            socket.leave(name)


async def _farewell(subscription: Subscription) -> bool:
    """Gives a socket all that leads up to its person's removal; nothing where the log knows of none."""
    name, since = UUID(subscription.stream), hub.seq_of(subscription)
    ends = await in_service(stream.of_kinds, name, *turns.ending(), since=since)
    if not any(turns.whom(end.kind, end.body) == str(subscription.member.person) for end in ends):
        return False
    more = hub.pause(subscription)
    while more and subscription.is_open():
        events = await in_service(stream.after, name, subscription.seq, limit=limits.HISTORY_EVENTS_MAX)
        more = hub.give_one(subscription, [wire.event_json(event) for event in events])
    return True


def _judge(socket: "HubConsumer", again: list[Entry]) -> None:
    """What may still be written goes to the writer once more; the rest to the service, which says why not."""
    waiting = []
    for entry in again:
        if (still := socket.open.get(entry.grant.name)) is None:
            socket.refuse(entry.id, wire.StreamUnknown())
        elif entry.frame.t in still.may:
            entry.grant, socket.under_way = still.grant, socket.under_way + 1
            hub.submit(entry)
        else:
            waiting.append(entry.frame)
    socket.later.extendleft(reversed(waiting))


def _refuse_all(socket: "HubConsumer", entries: list[Entry], refusal: Refusal) -> None:
    for entry in entries:
        socket.refuse(entry.id, refusal)
