"""Frames of boards. No Django in here: these models are the contract.

An element is what Excalidraw calls one. The server is strict about the properties that it needs and keeps all
others as they are, so that what a newer editor says of an element survives here.
"""

import math
from typing import Annotated, Any, Final, Literal, Self

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from negotiation_hub.kernel.wire import Command, ElementId, Frame, Id, Seq, Sign, Text
from rooms.moderation_wire import Why
from whiteboard import limits

# Kinds that would bring foreign pages onto the board.
KINDS_NOT_TAKEN: Final = frozenset({"iframe", "embeddable", "magicframe"})
IMAGE: Final = "image"
# To another site, or beside this page: what names another scheme may run something.
_LINKS: Final = ("https://", "http://", "mailto:", "./", "../", "#")


def _link(text: str) -> str:
    if text and not text.lower().startswith(_LINKS):
        raise ValueError("a link begins with https:, http:, mailto:, ./, ../ or #")
    return text


def _sane(value: Any, depth: int = 0) -> None:
    """Refuses what JSON has no word for, and names that mean something to a browser."""
    if depth > limits.NESTING_MAX:
        raise ValueError("an element may not be nested so deeply")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number must be finite")
    if isinstance(value, dict):
        if "__proto__" in value:
            raise ValueError("this name is not allowed")
        for item in value.values():
            _sane(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _sane(item, depth + 1)


Number = Annotated[int | float, Field(ge=-limits.COORDINATE_MAX, le=limits.COORDINATE_MAX)]
Extent = Annotated[int | float, Field(gt=0, le=limits.COORDINATE_MAX)]
Point = Annotated[list[Number], Field(min_length=2, max_length=2)]
Version = Annotated[int, Field(ge=0, le=limits.VERSION_MAX)]
ImageName = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\w.-]+$")]
Written = Annotated[Text, Field(max_length=limits.TEXT_CHARS_MAX)]


class BoardElement(BaseModel):
    """An element of the board; of two with one id the higher version wins, then the lower nonce."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    id: ElementId
    type: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-zA-Z][\w-]*$")]
    version: Version
    version_nonce: Version = Field(alias="versionNonce")
    is_deleted: bool = Field(alias="isDeleted")
    x: Number
    y: Number
    index: Annotated[str, Field(max_length=100, pattern=r"^[!-~]+$")] | None = None
    width: Number = 0
    height: Number = 0
    angle: Number = 0
    points: Annotated[list[Point], Field(max_length=limits.POINTS_MAX)] | None = None
    pressures: Annotated[list[Number], Field(max_length=limits.POINTS_MAX)] | None = None
    text: Written | None = None
    file_id: ImageName | None = Field(None, alias="fileId")
    link: Annotated[Written, AfterValidator(_link)] | None = None
    _content: str = PrivateAttr("")

    @model_validator(mode="after")
    def _keep(self) -> Self:
        whole = self.model_dump(by_alias=True, exclude_unset=True)
        _sane(whole)
        try:
            content = orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)
        except TypeError:
            raise ValueError("a number is too large") from None
        if len(content) > limits.ELEMENT_BYTES_MAX:
            raise ValueError(f"an element may have at most {limits.ELEMENT_BYTES_MAX} bytes")
        self._content = content.decode()
        return self

    @property
    def content(self) -> str:
        """All of it as JSON: keys sorted, no white space, numbers as they came."""
        return self._content


class BoardDraw(Command):
    """Puts finished elements on a board: new ones, changed ones, deleted ones."""

    t: Literal["board.draw"]
    elements: Annotated[list[BoardElement], Field(min_length=1, max_length=limits.ELEMENTS_PER_COMMAND_MAX)]


class BoardSaveVersion(Command):
    """Keeps what a board shows now, under a name."""

    t: Literal["board.save_version"]
    name: Annotated[Text, Field(min_length=1, max_length=limits.VERSION_NAME_CHARS_MAX)]


class BoardRestore(Command):
    """Puts one's own side's layer back to what it showed after its event `seq`."""

    t: Literal["board.restore"]
    seq: Seq


class ModerationClearBoard(Command):
    """Takes everything off the board. At the table."""

    t: Literal["moderation.clear_board"]
    reason: Why


class ModerationRestoreBoard(Command):
    """Puts the board back to what it showed after its own event `seq`. At the table."""

    t: Literal["moderation.restore_board"]
    seq: Seq
    reason: Why


class Cursor(Sign):
    """Where a person's pointer is on a board, in the board's own coordinates."""

    t: Literal["cursor"]
    x: Number
    y: Number
    tool: Literal["pointer", "laser"] = "pointer"
    pressed: bool = False


class Stroke(Frame):
    """New points of a stroke that is being drawn, behind the first `start` that were sent before."""

    id: ElementId
    start: Annotated[int, Field(ge=0, le=limits.POINTS_MAX)]
    points: Annotated[list[Point], Field(max_length=limits.SKETCH_POINTS_MAX)]
    pressures: Annotated[list[Number], Field(max_length=limits.SKETCH_POINTS_MAX)] = []


class BoardSketch(Sign):
    """What is in motion on a board: elements that are dragged, a stroke that grows. Empty when it is over."""

    t: Literal["board.sketch"]
    elements: Annotated[list[BoardElement], Field(max_length=limits.SKETCH_ELEMENTS_MAX)] = []
    stroke: Stroke | None = None

    @model_validator(mode="after")
    def _small(self) -> Self:
        if sum(len(element.content) for element in self.elements) > limits.SKETCH_BYTES_MAX:
            raise ValueError(f"a sketch may have at most {limits.SKETCH_BYTES_MAX} bytes")
        return self

    def data(self) -> dict[str, Any]:
        """Without what could not be put on the board either, and without what is empty."""
        shown = [element for element in self.elements if element.type not in KINDS_NOT_TAKEN]
        data: dict[str, Any] = {"elements": [orjson.Fragment(element.content) for element in shown]}
        if self.stroke is not None:
            data["stroke"] = self.stroke.model_dump(exclude_defaults=True)
        return {name: value for name, value in data.items() if value}


class BoardFollow(Sign):
    """Whose view of a board the person follows; null for nobody's."""

    t: Literal["board.follow"]
    person: Id | None


class BoardView(Sign):
    """The part of a board that a person sees, in the board's own coordinates."""

    t: Literal["board.view"]
    x: Number
    y: Number
    width: Extent
    height: Extent


FRAMES: Final = (
    BoardDraw,
    BoardSaveVersion,
    BoardRestore,
    ModerationClearBoard,
    ModerationRestoreBoard,
    Cursor,
    BoardSketch,
    BoardFollow,
    BoardView,
)
