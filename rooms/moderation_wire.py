"""Frames by which moderators act at a table. No Django in here: these models are the contract."""

from typing import Annotated, Final, Literal

from pydantic import Field

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.wire import Command, Id, Text
from rooms.wire import Side, Version

Why = Annotated[Text, Field(min_length=1, max_length=limits.REASON_CHARS_MAX)]  # a moderator owes a reason


class ModerationStepIn(Command):
    """A moderator takes part in what is said at the table, and says why."""

    t: Literal["moderation.step_in"]
    reason: Why


class ModerationStepBack(Command):
    """A moderator only observes again."""

    t: Literal["moderation.step_back"]


class ModerationWhisper(Command):
    """A moderator says something to one side, in its caucus; the other side cannot tell."""

    t: Literal["moderation.whisper"]
    to: Side
    text: Annotated[Text, Field(min_length=1, max_length=limits.MESSAGE_CHARS_MAX)]


class ModerationMute(Command):
    """A person of a side may read and no more."""

    t: Literal["moderation.mute"]
    participant: Id
    reason: Why


class ModerationUnmute(Command):
    """They may speak again."""

    t: Literal["moderation.unmute"]
    participant: Id
    reason: Why


class ModerationRemove(Command):
    """A person of a side must leave the room: it is closed to them from here on."""

    t: Literal["moderation.remove"]
    participant: Id
    reason: Why


class ModerationReadmit(Command):
    """They may come back."""

    t: Literal["moderation.readmit"]
    participant: Id
    reason: Why


class ModerationLock(Command):
    """The sides read and no more."""

    t: Literal["moderation.lock"]
    reason: Why


class ModerationUnlock(Command):
    """The sides may go on."""

    t: Literal["moderation.unlock"]
    reason: Why


class ModerationLockBoard(Command):
    """The sides look at the board and draw no more."""

    t: Literal["moderation.lock_board"]
    reason: Why


class ModerationUnlockBoard(Command):
    """The sides may draw on."""

    t: Literal["moderation.unlock_board"]
    reason: Why


class ModerationFreeze(Command):
    """Nobody answers, replaces or withdraws the standing offer."""

    t: Literal["moderation.freeze"]
    version: Version
    reason: Why


class ModerationUnfreeze(Command):
    """The standing offer may be answered again."""

    t: Literal["moderation.unfreeze"]
    version: Version
    reason: Why


class ModerationVoid(Command):
    """The standing offer is off the table."""

    t: Literal["moderation.void"]
    version: Version
    reason: Why


class ModerationExtend(Command):
    """The standing offer is good for so many seconds longer."""

    t: Literal["moderation.extend"]
    version: Version
    seconds: Annotated[int, Field(ge=limits.OFFER_EXTENDED_MIN_S, le=limits.OFFER_EXTENDED_MAX_S)]
    reason: Why


FRAMES: Final = (
    ModerationStepIn,
    ModerationStepBack,
    ModerationWhisper,
    ModerationMute,
    ModerationUnmute,
    ModerationRemove,
    ModerationReadmit,
    ModerationLock,
    ModerationUnlock,
    ModerationLockBoard,
    ModerationUnlockBoard,
    ModerationFreeze,
    ModerationUnfreeze,
    ModerationVoid,
    ModerationExtend,
)
