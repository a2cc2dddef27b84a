"""The site's socket: the frames, simple commands and kinds of streams of all apps, put together."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Union

from pydantic import Field, TypeAdapter

from desk import consumers as desk
from negotiation_hub.kernel import audience, authority, clock, commit, wire
from negotiation_hub.kernel.audience import Kind, NotSeated, Simple, View, with_services
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.sockets import HubConsumer
from negotiation_hub.kernel.topics import Opened
from negotiation_hub.people.models import User
from rooms import consumers as rooms
from threads import consumers as threads
from whiteboard import consumers as whiteboard

FRAMES: Final = (*wire.FRAMES, *rooms.FRAMES, *whiteboard.FRAMES, *desk.FRAMES)
_any_frame: Any = Annotated.__class_getitem__((Union[FRAMES], Field(discriminator="t")))  # type: ignore[attr-defined]  # noqa: UP007
client_frames: TypeAdapter[Any] = TypeAdapter(_any_frame)


class SiteConsumer(HubConsumer):
    """One connection of one person to any number of streams."""

    frames: ClassVar[TypeAdapter[Any]] = client_frames
    simple: ClassVar[Mapping[str, Simple]] = {**rooms.SIMPLE}
    kinds: ClassVar[Mapping[str, Kind]] = {
        **rooms.KINDS,
        "table": with_services(rooms.KINDS["table"], {**whiteboard.TABLE_SERVICES, **desk.TABLE_SERVICES}),
        **threads.KINDS,
        **whiteboard.KINDS,
    }

    def actor(self) -> User:
        """Looked up each time: a connection lives for days, and keeps what it needs."""
        return User.objects.get(pk=self.person)

    def still_there(self) -> int:
        """A person who was deactivated is gone."""
        version = authority.versions([self.person])[0]
        if not User.objects.filter(pk=self.person, is_active=True).exists():
            raise wire.StreamUnknown
        return version

    def may_here(self, stream_id: str) -> frozenset[str]:
        """Checks authority."""
        return self._view(self.actor(), _row(stream_id)).may

    def open_stream(self, stream_id: str, resume: wire.Resume) -> Opened:
        """The snapshot, or what is missing; whoever opens a table for the first time sits down at it."""
        actor = self.actor()
        try:
            return self._look(actor, stream_id, resume)
        except NotSeated:
            row = _row(stream_id)
            if (enter := self.kinds[row.kind].enter) is None:
                raise wire.StreamUnknown from None
            enter(actor=actor, scope=row.scope, now=clock.now())
        return self._look(actor, stream_id, resume)

    def _look(self, actor: User, stream_id: str, resume: wire.Resume) -> Opened:
        with commit.snapshot():
            version = authority.versions([actor.pk])[0]
            row = _row(stream_id)
            return audience.opened(row, self._view(actor, row), resume, version=version)

    def _view(self, actor: User, row: Stream) -> View:
        if (kind := self.kinds.get(row.kind)) is None:
            raise wire.StreamUnknown
        return kind.view(actor, row)


def _row(stream_id: str) -> Stream:
    row = Stream.objects.filter(id=stream_id).first()
    if row is None:
        raise wire.StreamUnknown
    return row
