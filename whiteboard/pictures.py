"""Pictures of boards as pages give them: drawn once, and kept for who asks again."""

import threading
from collections import OrderedDict
from typing import Any
from uuid import UUID

import orjson

from negotiation_hub.kernel import files
from negotiation_hub.kernel.models import File
from whiteboard import images, limits, picture, queries
from whiteboard.models import BoardVersion

_kept: "OrderedDict[tuple[UUID | None, str, int | None], bytes]" = (
    OrderedDict()
)  # by board: a name is its own there
# Drawing a large board takes a second and some 60 MB: one at a time.
_one_at_a_time = threading.Lock()


def of_annex(annex: dict[str, Any]) -> bytes | None:
    """The hook: the picture of the board that an agreement froze; None for what is no board."""
    if annex["kind"] != queries.BOARD:
        return None
    version = BoardVersion.objects.select_related("picture").filter(
        board=annex["id"], seq=annex["seq"], reason=queries.AGREEMENT
    )
    frozen = version.first()
    if frozen is None:
        return None
    return png(frozen.elements, frozen.content, board=frozen.board_id, stored=frozen.picture)


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
