"""Texts that people type: which characters can be stored and shown."""

import unicodedata
from typing import Final

# Characters that turn the direction of what follows them: a title could show another price than it has.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(text: str) -> str:
    """The text with every run of white space folded to one space."""
    return " ".join(text.split())


def can_be_shown(text: str) -> bool:
    """No control character or half a surrogate pair (databases choke on some), none that turns text."""
    return not any(char in _TURNING or unicodedata.category(char) in {"Cc", "Cs"} for char in text)


def shown_only(text: str) -> str:
    """The text on one line without the characters that cannot be shown."""
    return one_line("".join(char if can_be_shown(char) else " " for char in text))
