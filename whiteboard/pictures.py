"""Pictures of boards as pages give them: drawn once, and kept for who asks again."""

import threading
from collections import OrderedDict
from uuid import UUID

import orjson

from negotiation_hub.kernel import files
from negotiation_hub.kernel.models import File
from whiteboard import images, limits, picture

_kept: "OrderedDict[tuple[UUID | None, str, int | None], bytes]" = (
    OrderedDict()
)  # by board: a name is its own there
# Drawing a large board takes a second and some 60 MB: one at a time.
_one_at_a_time = threading.Lock()


def png(
    elements: str,
    content: str,
    *,
    board: UUID | None,
    stored: File | None = None,
    longest: int | None = None,
) -> bytes:
    """The picture of a board's elements (JSON), whose hash is `content`; from the file if one is stored."""
    if stored is not None:
        return files.read(stored)
    with _one_at_a_time:
        key = board, content, longest
        if key not in _kept:
            shown = orjson.loads(elements)
            _kept[key] = picture.draw(
                shown, {} if board is None else images.shown_in(board, shown), longest=longest
            )
        _kept.move_to_end(key)
        while len(_kept) > limits.PICTURES_KEPT:
            _kept.popitem(last=False)
        return _kept[key]
