"""Frames of the desk. No Django in here: these models are the contract."""

from typing import Annotated, Final, Literal

from pydantic import Field

from desk.limits import REPORT_CHARS_MAX
from negotiation_hub.kernel.wire import Command, Frame, Id, Seq, Text
from rooms.wire import Version


class AboutMessage(Frame):
    """What was said under this number."""

    what: Literal["message"]
    message: Seq


class AboutOffer(Frame):
    """A version on the table."""

    what: Literal["offer"]
    version: Version


class AboutPerson(Frame):
    """Somebody at the table."""

    what: Literal["person"]
    person: Id


class AboutRoom(Frame):
    """The room itself."""

    what: Literal["room"]


class ReportFile(Command):
    """Tells the moderators, and nobody else, that something is wrong at this table."""

    t: Literal["report.file"]
    about: Annotated[AboutMessage | AboutOffer | AboutPerson | AboutRoom, Field(discriminator="what")]
    kind: Literal["payment", "insult", "fraud", "spam", "other"]
    words: Annotated[Text, Field(max_length=REPORT_CHARS_MAX)] = ""


FRAMES: Final = (ReportFile,)
