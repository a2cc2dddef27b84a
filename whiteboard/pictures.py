"""Pictures of boards as pages give them: drawn once, and kept for who asks again."""

import threading
from collections import OrderedDict

import orjson

from negotiation_hub.kernel import files
from negotiation_hub.kernel.models import File
from whiteboard import limits, picture

_kept: "OrderedDict[str, bytes]" = OrderedDict()
# Drawing a large board takes a second and some 60 MB: one at a time.
_one_at_a_time = threading.Lock()


def png(elements: str, content: str, stored: File | None = None) -> bytes:
    """The picture of elements (JSON), whose hash is `content`; read from the file where one is stored."""
    if stored is not None:
        return files.read(stored)
    with _one_at_a_time:
        if content not in _kept:
            _kept[content] = picture.draw(orjson.loads(elements))
        _kept.move_to_end(content)
        while len(_kept) > limits.PICTURES_KEPT:
            _kept.popitem(last=False)
        return _kept[content]
