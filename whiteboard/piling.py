"""Places in the pile of elements: keys between which there is always room for another one. Pure.

The keys are those of `fractional-indexing`, which Excalidraw writes as `index`: an integer part whose first
letter says how long it is, and a fraction, in digits that sort as text does.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FIRST: Final = "a0"


def is_key(text: str) -> bool:
    """Whether this is such a key."""
    head = _integer_chars(text[:1])
    return (
        0 < head <= len(text)
        and all(char in _DIGITS for char in text[1:])
        and not text[head:].endswith("0")
        and text != "A" + "0" * 26
    )


def rises(keys: Sequence[str | None]) -> bool:
    """Whether each is a key, and higher than the one before."""
    known = [key for key in keys if key is not None and is_key(key)]
    return len(known) == len(keys) and all(one < other for one, other in pairwise(known))


def above(highest: str | None, count: int) -> list[str]:
    """So many keys above `highest`, each above the one before; from the first one on where there is none."""
    keys: list[str] = []
    last = highest
    for _ in range(count):
        last = _FIRST if last is None else _next(last)
        keys.append(last)
    return keys


def _integer_chars(head: str) -> int:
    """How many characters an integer part has that begins so; 0 where none does."""
    if "a" <= head <= "z":
        return ord(head) - ord("a") + 2
    return ord("Z") - ord(head) + 2 if "A" <= head <= "Z" else 0


def _next(key: str) -> str:
    """The next whole number above a key. What is no key, or the last of all, gets a longer fraction."""
    length = _integer_chars(key[:1])
    if not is_key(key):
        return key + "V"
    head, digits = key[0], list(key[1:length])
    for place in reversed(range(len(digits))):
        if digits[place] != "z":
            digits[place] = _DIGITS[_DIGITS.index(digits[place]) + 1]
            return head + "".join(digits)
        digits[place] = "0"
    if head == "z":
        return key + "V"
    if head == "Z":
        return _FIRST
    longer = chr(ord(head) + 1)
    return longer + "0" * (_integer_chars(longer) - 1)
