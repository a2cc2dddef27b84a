"""What `negotiation-hub verify` asks of requests: that rooms, notices and agreements follow from them."""

from collections.abc import Iterator

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.audit import Problem
from negotiation_hub.kernel.models import Job
from rooms import award, request
from rooms.models import Agreement, Room
from rooms.negotiation import Status as Negotiation
from rooms.request_models import Request, RequestInvite
from rooms.requests import asked_of


def check() -> Iterator[Problem]:
    """Checks every request, and that no room was asked by none."""
    for asked in Request.objects.order_by("pk").iterator(chunk_size=200):
        yield from _check(asked)
    known = RequestInvite.objects.exclude(room=None).values("room")
    for room in Room.objects.filter(asked__isnull=False).exclude(pk__in=known).order_by("pk"):
        yield Problem(f"room {room.pk}", "it was asked for something, and no request names it")


def _check(asked: Request) -> Iterator[Problem]:
    where = f"request {asked.pk}"
    invites = list(asked.invites.select_related("room").exclude(room=None))
    agreed = set(
        Agreement.objects.filter(room__in=[one.room_id for one in invites]).values_list("room", flat=True)
    )
    if agreed != ({asked.awarded_id} if asked.awarded_id is not None else set()):
        yield Problem(where, "it was awarded elsewhere than where the sides agreed")
    for invite in invites:
        room = invite.room
        if room is None:
            continue
        if (room.buyer_id, room.seller_id, room.asked) != (
            asked.buyer_id,
            invite.seller_id,
            asked_of(asked) if asked.answers_until else None,
        ):
            yield Problem(f"{where} room {room.pk}", "it is not what this seller was asked")
        yield from _check_end(f"{where} room {room.pk}", asked, room, invite)


def _check_end(where: str, asked: Request, room: Room, invite: RequestInvite) -> Iterator[Problem]:
    """A room is closed because its request is over, and for nothing else; its notice tells no more."""
    over = asked.status in request.ENDED and room.pk != asked.awarded_id
    waits = Job.objects.filter(dedupe=f"{award.TOPIC}:{invite.pk}", done_at=None, failed_at=None)
    if over and room.status == Negotiation.OPEN and not waits.exists():
        yield Problem(where, "its request is over, and it is open")
    for event in stream.of_kinds(room.pk, "negotiation.closed", since=0):
        if "request" not in event.body:
            continue  # somebody at the table has walked away
        if not over:
            yield Problem(where, f"event {event.seq} says that its request is over, and it is not")
        if event.by is not None or event.body != award.notice(event.body["ended"]):
            yield Problem(where, f"event {event.seq} says more of its request than that it is over")
