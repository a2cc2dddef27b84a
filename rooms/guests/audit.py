"""What `negotiation-hub verify` asks of guests: that nobody was put out, or let stay, but as a link says."""

from collections.abc import Iterator

from negotiation_hub.kernel.audit import Problem
from negotiation_hub.kernel.stream import Event
from rooms.guests.models import GuestLink
from rooms.models import Room


def check_event(where: str, room: Room, event: Event) -> Iterator[Problem]:
    """An event about a guest must follow from their link."""
    if event.kind not in {"guest.removed", "guest.registered"}:
        return
    link = GuestLink.objects.filter(room=room, guest=event.body.get("participant")).first()
    if event.kind == "guest.registered":
        follows = link is not None and link.claimed_at is not None and event.by == str(link.guest_id)
    else:
        # Revoked by somebody, or over by itself.
        follows = link is not None and link.claimed_at is None
        follows = follows and (event.by is None or (link is not None and link.revoked_at is not None))
    if not follows:
        yield Problem(where, f"event {event.seq} ({event.kind}) does not follow from any guest's link")
