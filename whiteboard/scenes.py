"""A board as a file that Excalidraw opens, both ways.

What is imported lies on top of what is there. On an empty board it is as it was in the file; otherwise its
places in the pile, and versions that an element of the board has passed, are made anew.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from pydantic import ValidationError

from negotiation_hub.kernel import commit, stream
from negotiation_hub.kernel.rate import Rate
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.wire import TooFast
from negotiation_hub.people.models import User
from whiteboard import access, images, limits, piling, queries, storing, wire
from whiteboard.models import Board
from whiteboard.refusals import KindNotTaken, SceneInvalid

MEDIA_TYPE: Final = "application/vnd.excalidraw+json"
# In an element whose file said nothing of its place: what is exported says nothing of it either.
_PLACED: Final = "placedHere"
_DATA_URL: Final = re.compile(r"data:[\w./+-]+;base64,")
_imports: Final = Rate(limits.IMPORTS_PER_MIN, limits.IMPORTS_PER_MIN, period_s=60)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a file has: elements as they are written there, and the pictures that they show, by name."""

    elements: Sequence[dict[str, Any]]
    images: dict[str, bytes]


def read(data: bytes) -> Scene:
    """A file of Excalidraw. Raises SceneInvalid, which says what is wrong and where."""
    if len(data) > limits.SCENE_BYTES_MAX:
        raise SceneInvalid(f"A drawing may have at most {limits.SCENE_BYTES_MAX // 2**20} MiB.")
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise SceneInvalid from None
    elements = found.get("elements") if isinstance(found, dict) else None
    if not isinstance(elements, list) or not all(isinstance(one, dict) for one in elements):
        raise SceneInvalid
    if len(elements) > limits.ELEMENTS_MAX:
        raise SceneInvalid(f"A drawing may have at most {limits.ELEMENTS_MAX:,} elements.")
    shown = {one.get("fileId") for one in elements if one.get("type") == wire.IMAGE} - {None}
    if len(shown) > limits.IMAGES_MAX:
        raise SceneInvalid(f"A drawing may have at most {limits.IMAGES_MAX} pictures.")
    given = found.get("files")
    return Scene(elements, {name: _bytes_of(given, name) for name in sorted(map(str, shown))})


def import_scene(*, actor: User, room_id: UUID, data: bytes, now: datetime, layer: bool = False) -> int:
    """Puts what a file has on top of a room's board, all of it or nothing; the number of its elements.

    Raises StreamUnknown, what `access.may_draw` and `images.read_apart` raise, TooFast, SceneInvalid,
    KindNotTaken, ImageNameTaken, ImagesFull, BoardFull.
    """
    board = access.drawn_by(actor, room_id, layer=layer)
    if wait_ms := _imports.take(actor.pk):
        raise TooFast(retry_after_ms=wait_ms)
    scene = read(data)
    _elements(scene.elements)  # before the costly part
    with images.read_apart(actor, scene.images) as drawn, commit.transact():
        head = access.locked(actor, board)
        images.keep(head, board, actor, drawn, now)
        board = Board.objects.get(pk=board.pk)
        for part in storing.in_events(_elements(_placed(board, scene.elements))):
            won = storing.take_over(board.pk, part, seq=head.seq + 1, by=actor.pk)
            draft = Draft("board.drawn", {"elements": [element.content for element in won]})
            stream.append(head, [draft], by=actor.pk, at=now)
    return len(scene.elements)


def export(board: Board | None, *, source: str) -> bytes:
    """What is on a board now, as a file of Excalidraw with its pictures in it."""
    elements = [] if board is None else [_as_it_came(text) for text in queries.contents(board.elements.all())]
    shown = {} if board is None else images.shown_in(board.pk, elements)
    kinds = {} if board is None else dict(board.images.values_list("name", "media_type"))
    return orjson.dumps(
        {
            "type": "excalidraw",
            "version": 2,
            "source": source,
            "elements": elements,
            "appState": {"viewBackgroundColor": "#ffffff", "gridSize": None},
            "files": {
                name: {
                    "mimeType": kinds[name],
                    "id": name,
                    "dataURL": f"data:{kinds[name]};base64,{base64.b64encode(content).decode()}",
                }
                for name, content in shown.items()
            },
        },
        option=orjson.OPT_INDENT_2,
    )


def _as_it_came(text: str) -> dict[str, Any]:
    element: dict[str, Any] = orjson.loads(text)
    if element.pop(_PLACED, False):
        element.pop("index", None)
    return element


def _bytes_of(files: object, name: str) -> bytes:
    given = files.get(name) if isinstance(files, dict) else None
    url = given.get("dataURL") if isinstance(given, dict) else None
    head = _DATA_URL.match(url) if isinstance(url, str) else None
    if head is None or not isinstance(url, str):
        raise SceneInvalid(f"The picture {name[:80]} is not in the file.")
    try:
        return base64.b64decode(url[head.end() :], validate=True)
    except binascii.Error:
        raise SceneInvalid(f"The picture {name[:80]} cannot be read.") from None


def _elements(given: Sequence[dict[str, Any]]) -> list[wire.BoardElement]:
    made = []
    for number, one in enumerate(given, 1):
        try:
            # Files of other programs leave out what only editors that work together need.
            whole = {"version": 1, "versionNonce": 0, "isDeleted": False, **one}
            made.append(wire.BoardElement.model_validate_json(orjson.dumps(whole)))
        except (ValidationError, TypeError) as error:
            raise SceneInvalid(f"Element {number} cannot be taken: {_why(error)}"[:300]) from None
        if made[-1].type in wire.KINDS_NOT_TAKEN:
            raise KindNotTaken
    if len({one.id for one in made}) != len(made):
        raise SceneInvalid("Two elements have the same id.")
    return made


def _why(error: ValidationError | TypeError) -> str:
    if isinstance(error, TypeError):
        return str(error)
    first = error.errors()[0]
    return " ".join([*map(str, first["loc"]), first["msg"]])


def _placed(board: Board, given: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The elements with places above all that is there, and versions above those that were passed."""
    held = {row.element: row for row in board.elements.all()}
    keys = [one.get("index") if isinstance(one.get("index"), str) else None for one in given]
    if held or not piling.rises(keys):
        shown = [row for row in held.values() if not row.deleted]
        highest = max((row.index for row in shown if piling.is_key(row.index)), default=None)
        fresh: list[str | None] = [*piling.above(highest, len(given))]
    else:
        fresh = keys
    made = []
    for one, old, new in zip(given, keys, fresh, strict=True):
        placed = {**one, "index": new} if old is not None else {**one, "index": new, _PLACED: True}
        row = held.get(str(one.get("id")))
        if row is not None:
            # Whatever the file says, it is the newest now: else an import would change nothing.
            version = max(int(one.get("version", 1)), row.version) + 1
            placed |= {"version": version, "versionNonce": secrets.randbelow(2**31)}
        made.append(placed)
    return made
