"""Frames of the socket protocol that every kind of stream shares.

`docs/protocol.md` is checked against these models.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import orjson
from django.utils.translation import gettext_noop
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.kernel.stream import Event

PROTOCOL: Final = 1


class Close:
    """Close codes. 44xx is about the client, 45xx about us; docs/protocol.md says when to reconnect."""

    MALFORMED: Final = 4400
    SIGN_IN: Final = 4401
    NOT_HERE: Final = 4403
    SILENT: Final = 4408
    SLOW: Final = 4409
    TOO_LARGE: Final = 4413
    TOO_FAST: Final = 4429
    ERROR: Final = 4500
    RESTARTING: Final = 4503


class FrameMalformed(Refusal):
    """The frame is not JSON, lacks a field, has one too many, or one of another type."""

    code = "frame.malformed"
    message = gettext_noop("This frame is not in the form that the protocol describes.")
    status = 422


class FrameUnknown(Refusal):
    """There is no frame with this tag."""

    code = "frame.unknown"
    message = gettext_noop("There is no such frame in this protocol.")
    status = 422


class TooFast(Refusal):
    """More commands a second than a person and room may send."""

    code = "rate.too_fast"
    message = gettext_noop("Too many commands at once. Please wait a moment.")
    temporary = True
    status = 429


class StreamUnknown(Refusal):
    """There is no such stream, or not for this person."""

    code = "stream.unknown"
    message = gettext_noop("There is no such stream here.")
    status = 404


class StreamNotOpen(Refusal):
    """A command names a stream that this socket has not opened."""

    code = "stream.not_open"
    message = gettext_noop("Open the stream before you send to it.")


class StreamTooMany(Refusal):
    """More open streams than one socket may have."""

    code = "stream.too_many"
    message = gettext_noop("Too many streams are open on this connection.")


class FlowBehind(Refusal):
    """A client asks for more while it has not reported what it was given."""

    code = "flow.behind"
    message = gettext_noop("Report what you have taken before you ask for more.")
    temporary = True
    status = 429


class Internal(Refusal):
    """Something failed that should not: it is in our log, and nothing was changed."""

    code = "internal"
    message = gettext_noop("Something went wrong on our side. Nothing was changed; please try again.")
    temporary = True
    status = 500


def _storable(text: str) -> str:
    # PostgreSQL cannot store U+0000, and no person means it.
    if "\x00" in text:
        raise ValueError("the character U+0000 is not allowed")
    return text


Text = Annotated[str, AfterValidator(_storable)]
# The text of a UUID, in lower case with hyphens, and not an object of Python's: those take longer to make, to
# compare and to write out again than all the rest of a frame.
Id = Annotated[
    str,
    StringConstraints(
        to_lower=True,
        pattern=r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    ),
]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Seq = Annotated[int, Field(ge=0, le=2**53 - 1)]
Reason = Annotated[Text, Field(max_length=limits.REASON_CHARS_MAX)]
# What a board calls one of its elements; offers name them, too.
ElementId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[!-~]+$")]


class Frame(BaseModel):
    """Base of all frames: no field too many, no type coerced, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Resume(Frame):
    """What a client already has of a stream."""

    after: Seq
    hash: Hash | None


class Hello(Frame):
    """The first frame of a connection."""

    t: Literal["hello"]
    protocol: int
    streams: Annotated[dict[Id, Resume], Field(max_length=limits.STREAMS_PER_SOCKET_MAX)]


class Ping(Frame):
    """Keeps the connection and measures the clock."""

    t: Literal["ping"]


class Command(Frame):
    """A frame that is answered once, by `ack` or `refused`; `id` is made and kept by the client."""

    id: Id
    stream: Id

    def is_simple(self) -> bool:
        """Whether it may be done without looking at anything, where its tag is that of a simple command."""
        return True


class StreamOpen(Command):
    """Opens a stream, or asks for what was missed."""

    t: Literal["stream.open"]
    after: Seq
    hash: Hash | None


class StreamClose(Command):
    """Nothing of this stream is sent any more."""

    t: Literal["stream.close"]


class History(Command):
    """Asks for a page of older events."""

    t: Literal["history"]
    before: Seq
    limit: Annotated[int, Field(ge=1, le=limits.HISTORY_EVENTS_MAX)]


class Taken(Frame):
    """The client has taken this stream's events up to `seq`: how the server knows what is still under way."""

    t: Literal["taken"]
    stream: Id
    seq: Seq


class Sign(Frame):
    """Base of what is passed on to the others and never stored, such as a cursor; it has no answer."""

    t: Any
    stream: Id

    def data(self) -> dict[str, Any] | None:
        """What goes along with it."""
        return self.model_dump(exclude={"t", "stream"}) or None


class Typing(Sign):
    """A person is writing: passed on, never stored."""

    t: Literal["typing"]


class Read(Sign):
    """A person has read up to `seq`: passed on, and kept for those who open the stream later."""

    t: Literal["read"]
    seq: Seq


FRAMES: Final = (
    Hello,
    Ping,
    Typing,
    Read,
    Taken,
    StreamOpen,
    StreamClose,
    History,
)  # of every kind of stream


def encode(frame: dict[str, Any]) -> str:
    """A frame as text."""
    return orjson.dumps(frame).decode()


def encode_raw(frame: dict[str, Any]) -> str:
    """A frame whose `events` are encoded already."""
    events = ",".join(frame["events"])
    return f'{encode({k: v for k, v in frame.items() if k != "events"})[:-1]},"events":[{events}]}}'


Presenter = Callable[[dict[str, Any]], dict[str, Any]]
# By kind of event: adds to the body what is derived from it, such as HTML.
presenters: dict[str, Presenter] = {}


def event_json(event: Event, data: dict[str, Any] | None = None) -> str:
    """An event as it is put into frames. Encoded once, whoever it goes to.

    `data` is its content, where the caller has it at hand.
    """
    if event.content is None:
        body = '{"redacted":true}'
    elif (present := presenters.get(event.kind)) is not None:
        body = orjson.dumps(present(event.body if data is None else data)).decode()
    else:
        body = event.content
    by = "null" if event.by is None else f'"{event.by}"'
    return (
        f'{{"seq":{event.seq},"kind":"{event.kind}","by":{by},"at":"{clock.text(event.at)}",'
        f'"hash":"{event.hash.hex()}","body":{body}}}'
    )


def events_frame(stream: UUID | str, encoded: Sequence[str]) -> str:
    """An `events` frame around events that are encoded already."""
    return f'{{"t":"events","stream":"{stream}","events":[{",".join(encoded)}]}}'


def pages(encoded: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cuts events, encoded already, into as many frames as they need, in their order."""
    if sum(map(len, encoded)) <= limits.EVENTS_CHARS_MAX:
        yield encoded  # nearly always
        return
    start = size = 0
    for place, text in enumerate(encoded):
        if size and size + len(text) > limits.EVENTS_CHARS_MAX:
            yield encoded[start:place]
            start, size = place, 0
        size += len(text)
    yield encoded[start:]


def newest(encoded: list[str]) -> list[str]:
    """Those of the events that fit into one frame, the newest first of all. At least one, if there is any."""
    size = 0
    for place in range(len(encoded) - 1, -1, -1):
        size += len(encoded[place])
        if size > limits.EVENTS_CHARS_MAX:
            return encoded[min(place + 1, len(encoded) - 1) :]
    return encoded


def welcome(person: UUID, name: str, at: datetime) -> str:
    """The answer to `hello`."""
    return encode(
        {
            "t": "welcome",
            "protocol": PROTOCOL,
            "you": {"id": str(person), "name": name},
            "at": clock.text(at),
            "heartbeat_s": limits.HEARTBEAT_S,
            "limits": {
                "frame_bytes_max": limits.FRAME_BYTES_MAX,
                "message_chars_max": limits.MESSAGE_CHARS_MAX,
                "commands_per_s": limits.COMMANDS_PER_S,
                "commands_burst": limits.COMMANDS_BURST,
                "rounds_max": limits.ROUNDS_MAX,
                "file_bytes_max": limits.FILE_BYTES_MAX,
                "files_per_message_max": limits.FILES_PER_MESSAGE_MAX,
                "taken_every_bytes": limits.FLOW_REPORT_BYTES,
            },
        }
    )


def pong(at: datetime) -> str:
    """The answer to `ping`."""
    return f'{{"t":"pong","at":"{clock.text(at)}"}}'


def resync(stream: str) -> str:
    """The stream has stopped for this socket, which has reported too little: it opens it again to go on."""
    return f'{{"t":"resync","stream":"{stream}"}}'


def ephemeral(stream: str, kind: str, by: UUID, data: dict[str, Any] | None = None) -> str:
    """A sign that is not stored."""
    more = "" if data is None else f',"data":{encode(data)}'
    return f'{{"t":"ephemeral","stream":"{stream}","kind":"{kind}","by":"{by}"{more}}}'


def presence(stream: str, people: Sequence[str], count: int) -> str:
    """Everybody who has the stream open now, or the first of them; `count` are all."""
    return encode({"t": "presence", "stream": stream, "people": people, "count": count})


def reads(stream: UUID, marks: Mapping[str, int]) -> str:
    """How far each person had read when the stream was opened."""
    return encode({"t": "reads", "stream": str(stream), "marks": marks})


def ack(command: str, stream: str, seq: int, digest: bytes) -> str:
    """The answer to a command that was committed."""
    return f'{{"t":"ack","id":"{command}","stream":"{stream}","seq":{seq},"hash":"{digest.hex()}"}}'


def refused(command: str | None, refusal: Refusal, *, stream: str | None = None) -> str:
    """The answer to a command, or to what should have been one, that changed nothing.

    `stream` is named where `hello` asked for it.
    """
    asked = {} if stream is None else {"stream": stream}
    return encode({"t": "refused", "id": command, **asked, **refusal.as_dict()})
