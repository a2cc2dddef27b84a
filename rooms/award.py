"""What accepting means for the request that a room was opened for: it is awarded, and the others are closed.

The request's row is locked after the table and its offer. Whoever gets it first has it: of two who accept in
two rooms one is refused. The other rooms are closed from the outbox, each in a transaction of its own, so
that no acceptance holds several tables; until then nothing can be accepted there.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from negotiation_hub.kernel import commit, outbox, stream
from negotiation_hub.kernel.stream import Draft
from rooms import negotiation, offer, request
from rooms.models import Room
from rooms.request_models import Request, RequestInvite
from rooms.request_refusals import RequestOver
from rooms.table import Table, expire, move, over

TOPIC = "rooms.close_asked"


def award(table: Table) -> None:
    """Gives the room's request to it, in the transaction of the acceptance. Nothing for other rooms.

    A deal that fell through may be made again in the same room. Raises RequestOver.
    """
    if table.room.asked is None:
        return
    invite = RequestInvite.objects.get(room=table.room)
    asked = Request.objects.select_for_update(no_key=True).get(pk=invite.request_id)
    if asked.awarded_id == table.room.pk:
        return
    following = request.after("award", request.Status(asked.status))
    if following is None:
        raise RequestOver
    asked.status, asked.awarded, asked.ended_at = following, table.room, table.now
    asked.save(update_fields=["status", "awarded", "ended_at"])
    close_rooms(asked)


def close_rooms(asked: Request) -> None:
    """Has every room of a locked request closed, but the one that it went to."""
    invites = asked.invites.exclude(room=None)
    if asked.awarded_id is not None:
        invites = invites.exclude(room=asked.awarded_id)
    # In no order that means anything: who is told first is not who was asked first.
    for invite in invites.order_by("id"):
        outbox.enqueue(TOPIC, {"invite": str(invite.pk)}, dedupe=f"{TOPIC}:{invite.pk}")


@outbox.handler(TOPIC)
def close_asked(payload: dict[str, Any], now: datetime) -> None:
    """Closes one room, and ends what stands in it. A repeated job finds it closed.

    The notice is the same whether the buyer agreed with somebody else or gave the request up: it names no
    winner and no number, nor tells that anybody else was asked.
    """
    invite = RequestInvite.objects.select_related("request__by").get(pk=UUID(payload["invite"]))
    room_id = invite.room_id
    assert room_id is not None  # noqa: S101 - only such rooms are queued
    with commit.transact():
        head = stream.lock(room_id)
        room = Room.objects.get(pk=room_id)
        if head is None or room.status != negotiation.Status.OPEN:
            return  # closed before, by this job or by somebody at the table
        table = Table(head, room, "buyer", invite.request.by, invite.pk, now)
        standing = table.standing()
        if standing is not None and over(standing, now):
            expire(table, standing)
            standing = None
        if standing is not None:
            # Frozen or not: the request is over, and nothing can be accepted here.
            own = standing.side == "buyer"
            move(table, standing, "withdraw" if own else "decline", offer.Who.OWN if own else offer.Who.OTHER)
        room.status = negotiation.after("negotiation.closed", negotiation.Status.OPEN)
        ended = standing.version if standing is not None else None
        table.write(Draft("negotiation.closed", notice(ended), milestone=True), nobodys=True)


def notice(ended: int | None) -> dict[str, Any]:
    """What is told in a room whose request is over. `ended` is the version that ended with it."""
    return {"side": "buyer", "reason": "", "ended": ended, "request": True}
