"""Taking a thread to a private room about its listing."""

from datetime import datetime
from uuid import UUID

from negotiation_hub.kernel import commit, outbox, stream
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.people.models import User
from rooms import opening
from rooms.models import Room
from threads import services
from threads.refusals import NoListing

MOVED_TOPIC = "threads.moved"  # of the job that tells the asker by mail


def take_to_room(*, actor: User, thread_id: UUID, now: datetime) -> Room:
    """The private room in which asker and seller go on; the second click finds that of the first.

    For the asker, and the seller's sales staff and managers. Raises StreamUnknown, NotPermitted, NoListing,
    and what `open_room` raises: NotFound for a listing that is not public any more, SameParty.
    """
    with commit.transact():
        locked = services.lock(actor, thread_id, now)
        thread = locked.thread
        if thread.listing is None:
            raise NoListing
        if not locked.seat.may_move or thread.started_by is None:
            raise NotPermitted
        if thread.room is not None:
            return Room.objects.get(pk=thread.room)
        head = locked.head
        room = opening.open_room(
            actor=actor,
            listing_id=thread.listing,
            now=now,
            buyer_person=thread.started_by,
            origin={
                "kind": head.kind,
                "id": head.name,
                "seq": head.seq,
                "hash": head.hash.hex(),
                "title": thread.subject,
            },
        )
        thread.room = room.pk
        thread.save(update_fields=["room"])
        moved = Draft("thread.moved", {"room": str(room.pk)}, milestone=True)
        stream.append(head, [moved], by=actor.pk, at=now)
        if actor.pk != thread.started_by_id:
            payload = {"thread": head.name, "by": actor.name}
            outbox.enqueue(MOVED_TOPIC, payload, dedupe=f"{MOVED_TOPIC}:{thread.pk}")
        return room
