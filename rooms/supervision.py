"""Moderators: everyone at a table sees that one observes it, and when and why one steps in."""

from datetime import datetime
from typing import Final
from uuid import UUID

from negotiation_hub.kernel import commit, stream
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.wire import Command, StreamUnknown
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms import queries, wire
from rooms.models import Participant, Room
from rooms.refusals import MessageBlank

OBSERVING: Final = "observing"
IN: Final = "in"


def step_in(*, actor: User, frame: wire.ModerationStepIn, now: datetime) -> Answer:
    """From here on the moderator may speak at the table. Again it changes nothing. Raises MessageBlank."""
    if not frame.reason.strip():
        raise MessageBlank
    return _change(actor, frame, IN, Draft("moderator.stepped_in", {"reason": frame.reason}), now)


def step_back(*, actor: User, frame: wire.ModerationStepBack, now: datetime) -> Answer:
    """From here on the moderator only observes. Again it changes nothing."""
    return _change(actor, frame, OBSERVING, Draft("moderator.stepped_back", {}), now)


def _change(actor: User, frame: Command, mode: str, draft: Draft, now: datetime) -> Answer:
    with commit.transact():
        head = stream.lock(UUID(frame.stream))
        if head is None or head.kind != "table":
            raise StreamUnknown
        found = queries.seat(actor, Room.objects.get(pk=head.scope))
        if found is None:
            raise StreamUnknown
        if found.side != "moderator":
            raise NotPermitted("Only a moderator does this.")
        if (first := stream.answered(head.id, by=actor.pk, command=frame.id)) is not None:
            return Answer(first.seq, first.hash)
        seat = Participant.objects.get(room=head.scope, user=actor)
        if seat.mode == mode:
            return Answer(head.seq, head.hash)
        seat.mode = mode
        seat.save(update_fields=["mode"])
        body = {**draft.body, "participant": str(actor.pk)}
        written = Draft(draft.kind, body, milestone=True)
        event = stream.append(head, [written], by=actor.pk, at=now, command=frame.id)[0]
        return Answer(event.seq, event.hash)
