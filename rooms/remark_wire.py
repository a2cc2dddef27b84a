"""A message about a line or an issue of an offer. No Django here: these models are the contract."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.wire import Command, Frame, Text
from rooms.wire import Label, Mentions, Version


class OfferPart(Frame):
    """One line, by its index from 0, or one issue, by its name, of a package of a version."""

    version: Version
    package: Annotated[int, Field(ge=0, lt=limits.PACKAGES_MAX)]
    line: Annotated[int, Field(ge=0, lt=limits.LINES_MAX)] | None = None
    issue: Label | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.line is None) == (self.issue is None):
            raise ValueError("either a line or an issue")
        return self


class MessageRemark(Command):
    """Says something about a line or an issue of an offer. At the table."""

    t: Literal["message.remark"]
    about: OfferPart
    text: Annotated[Text, Field(min_length=1, max_length=limits.MESSAGE_CHARS_MAX)]
    mentions: Mentions = ()


FRAMES: Final = (MessageRemark,)
