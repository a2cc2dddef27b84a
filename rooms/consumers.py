"""The socket of rooms: frames in, one service each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import TypeAdapter

from negotiation_hub.kernel import authority, clock, wire
from negotiation_hub.kernel.sockets import HubConsumer, Service, Simple
from negotiation_hub.kernel.topics import Opened
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms import opening, queries, services
from rooms.wire import client_frames


class RoomConsumer(HubConsumer):
    """One connection of one person to any number of rooms."""

    frames: ClassVar[TypeAdapter[Any]] = client_frames
    simple: ClassVar[Mapping[str, Simple]] = {"message.send": services.message}
    services: ClassVar[Mapping[str, Service]] = {
        "offer.propose": services.propose_offer,
        "offer.counter": services.counter_offer,
        "offer.supersede": services.supersede_offer,
        "offer.accept": services.accept_offer,
        "offer.decline": services.decline_offer,
        "offer.withdraw": services.withdraw_offer,
        "offer.seen": services.see_offer,
        "negotiation.close": services.close_negotiation,
    }

    def still_there(self) -> int:
        """A person who was deactivated is gone."""
        version = authority.versions([self.person])[0]
        if not User.objects.filter(pk=self.person, is_active=True).exists():
            raise wire.StreamUnknown
        return version

    def may_listen(self, stream_id: str) -> None:
        """Checks authority."""
        queries.stream_for(self._actor(), UUID(stream_id))

    def open_stream(self, stream_id: str, resume: wire.Resume) -> Opened:
        """The snapshot, or what is missing; whoever opens a table for the first time sits down at it."""
        actor = self._actor()
        try:
            return queries.open_stream(actor, UUID(stream_id), resume)
        except queries.NotSeated as error:
            opening.enter_room(actor=actor, room_id=error.args[0], now=clock.now())
        return queries.open_stream(actor, UUID(stream_id), resume)

    def serve(self, frame: Any, now: datetime) -> Answer:
        """One service for each command."""
        return self.services[frame.t](actor=self._actor(), frame=frame, now=now)

    def _actor(self) -> User:
        # Looked up each time: a connection lives for days, and keeps what it needs.
        return User.objects.get(pk=self.person)
