"""The socket of rooms: frames in, one service each."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from pydantic import TypeAdapter

from negotiation_hub.kernel import clock, wire
from negotiation_hub.kernel.sockets import HubConsumer, Opened, Service
from negotiation_hub.people.models import User
from rooms import opening, queries, services
from rooms.wire import client_frames


class RoomConsumer(HubConsumer):
    """One connection of one person to any number of rooms."""

    frames: ClassVar[TypeAdapter[Any]] = client_frames
    services: ClassVar[Mapping[str, Service]] = {
        "message.send": services.send_message,
        "offer.propose": services.propose_offer,
        "offer.counter": services.counter_offer,
        "offer.supersede": services.supersede_offer,
        "offer.accept": services.accept_offer,
        "offer.decline": services.decline_offer,
        "offer.withdraw": services.withdraw_offer,
        "offer.seen": services.see_offer,
        "negotiation.close": services.close_negotiation,
    }

    def still_there(self) -> None:
        """A person who was deactivated is gone."""
        if not User.objects.filter(pk=self.actor.pk, is_active=True).exists():
            raise wire.StreamUnknown

    def may_open(self, stream_id: UUID) -> None:
        """Checks authority, and sits the person down at a table that they open for the first time."""
        row, _ = queries.stream_for(self.actor, stream_id)
        if row.kind == "table":
            opening.enter_room(actor=self.actor, room_id=row.scope, now=clock.now())

    def open_stream(self, stream_id: UUID, resume: wire.Resume) -> Opened:
        """The snapshot, or what is missing."""
        return queries.open_stream(self.actor, stream_id, resume)
