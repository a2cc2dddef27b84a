"""The hub of this process in figures, for the page of the people who run it."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.hub import hub
from negotiation_hub.kernel.topics import Subscription, Topic


class OpenStream(NamedTuple):
    """One socket's view of one stream. `lag` in events, `queue` and `outstanding` in bytes."""

    stream: str
    person: UUID
    head: int
    lag: int
    queue: int
    outstanding: int
    stopped: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """What one process has open."""

    process: str
    sockets: int
    streams: int
    writer_queue: int
    views: list[OpenStream]
    refusals: list[tuple[str, int]]


def overview(*, most: int) -> Overview:
    """The hub of this process as it is now; of the views the `most` that are furthest behind."""
    topics = list(hub.topics())
    heads = stream.head_of([name for name, _ in topics])
    views = [view for name, topic in topics for view in _views(name, topic, heads.get(name, 0))]
    views.sort(key=lambda view: (view.queue, view.outstanding, view.lag), reverse=True)
    return Overview(
        process=hub.id[:8],
        sockets=len(hub.members),
        streams=len(topics),
        writer_queue=hub.writer.waiting,
        views=views[:most],
        refusals=sorted(hub.refusals.items(), key=lambda item: -item[1]),
    )


def _views(name: str, topic: Topic, head: int) -> list[OpenStream]:
    # The event loop goes on while we look: lists are taken at once, and a figure may be a moment old.
    return [
        *(_view(name, one, head, topic.seq, stopped=False) for one in list(topic.live)),
        *(_view(name, one, head, one.seq, stopped=True) for one in list(topic.others)),
    ]


def _view(name: str, one: Subscription, head: int, seq: int, *, stopped: bool) -> OpenStream:
    member = one.member
    lag = max(0, head - max(0, seq))
    return OpenStream(name, member.person, head, lag, member.line.waiting, member.flow.outstanding, stopped)
