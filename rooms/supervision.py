"""Moderators: everyone at a table sees that one observes it, and when and why one steps in.

What they impose once they have stepped in is in `rooms/moderation.py`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from negotiation_hub.kernel import commit, stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.wire import Command, StreamUnknown
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms import moderation_wire, queries
from rooms.models import Participant, Room
from rooms.refusals import MessageBlank, Observing
from rooms.table import Table

OBSERVING: Final = "observing"
IN: Final = "in"


def step_in(*, actor: User, frame: moderation_wire.ModerationStepIn, now: datetime) -> Answer:
    """From here on the moderator may speak at the table. Again it changes nothing. Raises MessageBlank."""
    body = {"reason": said(frame.reason)}
    return moderate(actor, frame, now, lambda table: _change(table, IN, Draft("moderator.stepped_in", body)))


def step_back(*, actor: User, frame: moderation_wire.ModerationStepBack, now: datetime) -> Answer:
    """From here on the moderator only observes. Again it changes nothing."""
    return moderate(
        actor, frame, now, lambda table: _change(table, OBSERVING, Draft("moderator.stepped_back", {}))
    )


def whisper(*, actor: User, frame: moderation_wire.ModerationWhisper, now: datetime) -> Answer:
    """Says something in the caucus of one side, whether or not the moderator has stepped in.

    Nothing is written at the table, and the answer is the table's head: the moderator does not learn how far
    the caucus is. Raises MessageBlank.
    """
    body = {"text": said(frame.text)}

    def do(table: Table) -> Answer:
        caucuses = Stream.objects.filter(kind="caucus", scope=table.room.pk)
        ids = {row.side: row.id for row in caucuses}
        # The command was given at the table, so its id is known again in either caucus.
        if any(stream.answered(one, by=actor.pk, command=frame.id) for one in ids.values()):
            return table.unchanged()
        head = stream.lock(ids[frame.to])
        if head is None:
            raise StreamUnknown
        draft = Draft("moderator.whispered", body, milestone=True)
        stream.append(head, [draft], by=actor.pk, at=now, command=frame.id)
        return table.unchanged()

    return moderate(actor, frame, now, do)


def moderate(
    actor: User,
    frame: Command,
    now: datetime,
    do: Callable[[Table], Answer],
    *,
    stepped_in: bool = False,
) -> Answer:
    """Locks, checks that this is a moderator of the table, answers a repetition from the log, and else does.

    Raises StreamUnknown, NotPermitted for the sides, and Observing where one must have `stepped_in`.
    """
    with commit.transact():
        head = stream.lock(UUID(frame.stream))
        if head is None or head.kind != "table":
            raise StreamUnknown
        found = queries.seat(actor, Room.objects.select_related("buyer", "seller").get(pk=head.scope))
        if found is None:
            raise StreamUnknown
        if found.side != "moderator":
            raise NotPermitted("Only a moderator does this.")
        if (first := stream.answered(head.id, by=actor.pk, command=frame.id)) is not None:
            return Answer(first.seq, first.hash)
        # Who has not sat down yet is not known at the table: nobody acts there unseen.
        if found.taken is None or (stepped_in and not found.steps_in):
            raise Observing
        return do(Table(head, found.room, found.side, actor, frame.id, now))


def said(text: str) -> str:
    """What was said, if it is anything. Raises MessageBlank."""
    if not text.strip():
        raise MessageBlank
    return text


def _change(table: Table, mode: str, draft: Draft) -> Answer:
    seat = Participant.objects.get(room=table.room, user=table.actor)
    if seat.mode == mode:
        return table.unchanged()
    seat.mode = mode
    seat.save(update_fields=["mode"])
    body = {**draft.body, "participant": str(table.actor.pk)}
    return table.write(Draft(draft.kind, body, milestone=True))
