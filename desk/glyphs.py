"""Which characters the typefaces of our papers have; the others are written as what they are called.

The typefaces are those that come with typst. A paper with a character that none of them has is no PDF/A.
"""

import unicodedata
from typing import Final

# Scripts and signs in whole blocks, by number. Marks that turn the direction of what follows are left out.
_HELD: Final = (
    (0x20, 0x7E),
    (0xA0, 0x377),
    (0x384, 0x38A),
    (0x38C, 0x38C),
    (0x38E, 0x3A1),
    (0x3A3, 0x4FF),
    (0x531, 0x556),
    (0x559, 0x58A),
    (0x5D0, 0x5EA),
    (0x621, 0x63A),
    (0x640, 0x65F),
    (0x660, 0x66D),
    (0x900, 0x97F),
    (0x10D0, 0x10FF),
    (0x1E00, 0x1EFF),
    (0x2009, 0x200B),
    (0x2010, 0x2027),
    (0x202F, 0x2040),
    (0x2070, 0x2071),
    (0x2074, 0x208E),
    (0x20A0, 0x20C0),
    (0x2190, 0x23FF),
    (0x2460, 0x2606),
    (0x2610, 0x262F),
    (0x2638, 0x268B),
    (0x2701, 0x2704),
    (0x270C, 0x2714),
    (0x2717, 0x2726),
)
_PLAIN: Final = ((0x20, 0x7E), (0xA0, 0xFF))
_SILENT: Final = frozenset("\u200c\u200d\u2060\ufeff")  # they join what stands beside them
_LAYOUT: Final = frozenset("\n\t")


def on_paper(text: str, *, plain: bool = False) -> str:
    """The text with nothing in it that the typefaces lack; `plain`: nothing but Western European letters."""
    held = _PLAIN if plain else _HELD
    return "".join(
        char if char in _LAYOUT or any(low <= ord(char) <= high for low, high in held) else _called(char)
        for char in text
    )


def _called(char: str) -> str:
    if char in _SILENT or "\ufe00" <= char <= "\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return ""  # says how the character before it is drawn
    if unicodedata.category(char) == "So" and (name := unicodedata.name(char, "")):
        return f"[{name.lower()}]"
    return f"[U+{ord(char):04X}]"
