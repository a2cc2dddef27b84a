"""One way to write a value as bytes, so that a hash over it means something.

After RFC 8785 (JSON canonicalisation), without floats.
"""

import hashlib
from typing import Any

import orjson


def _no_float(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical form here")
    if isinstance(value, dict):
        for item in value.values():
            if type(item) is not str:
                _no_float(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _no_float(item)


def dumps(value: Any) -> str:
    """Canonical JSON: keys sorted, no white space, UTF-8 as it is.

    Raises TypeError on a float and on what JSON does not know.
    """
    _no_float(value)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def digest(value: Any) -> bytes:
    """SHA-256 over the canonical JSON, 32 bytes."""
    return hashlib.sha256(dumps(value).encode()).digest()
