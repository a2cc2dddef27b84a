"""One way to write a value as bytes, so that a hash over it means something.

After RFC 8785 (JSON canonicalisation), without floats.
"""

import hashlib
import json
from typing import Any


def _no_float(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical form here")
    if isinstance(value, dict):
        for item in value.values():
            _no_float(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _no_float(item)


# Made once: json.dumps() with settings of its own makes an encoder for every call, which costs more than
# using it.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def dumps(value: Any) -> str:
    """Canonical JSON: keys sorted, no white space, UTF-8 as it is. Raises TypeError on a float."""
    _no_float(value)
    return _encode(value)


def digest(value: Any) -> bytes:
    """SHA-256 over the canonical JSON, 32 bytes."""
    return hashlib.sha256(dumps(value).encode()).digest()
