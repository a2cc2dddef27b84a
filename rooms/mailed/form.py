"""The form of an order by mail: lines of a label and a value, in English or Spanish.

`render` writes it, `read` finds it again in whatever a mail program has made of it: labels in any order and
in either language, quoted with `>`, wrapped, with empty lines, above a signature. Of several values of a
field the least quoted one counts, and of those the first: what somebody writes stands above, or outside of,
what they answer. Nothing is judged here. Pure functions; `read` never raises.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from negotiation_hub.kernel.mail_quotes import attribution, field_block
from negotiation_hub.kernel.mail_reply import is_programs
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.text import shown_only

VALUE_CHARS_MAX: Final = 4_000  # of one field: twice what the longest may have, so that it is said to be long
LISTING, QUANTITY, PRICE, NOTES = "listing", "quantity", "price", "notes"
_OF_MANY_LINES: Final = frozenset({NOTES, "delivery_instructions"})  # the second one on the page alone
# The names are those of the pages' forms, in the order in which the form has them.
LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        LISTING: "Listing",
        QUANTITY: "Quantity",
        PRICE: "Price",
        "company": "Company",
        "contact_name": "Contact",
        "street": "Street",
        "postal_code": "Postal code",
        "city": "City",
        "country": "Country",
        "tax_id": "VAT number",
        "reference": "Reference",
        NOTES: "Wishes",
    },
    "es": {
        LISTING: "Anuncio",
        QUANTITY: "Cantidad",
        PRICE: "Precio",
        "company": "Empresa",
        "contact_name": "Contacto",
        "street": "Calle",
        "postal_code": "Código postal",
        "city": "Localidad",
        "country": "País",
        "tax_id": "Número de IVA",
        "reference": "Referencia",
        NOTES: "Deseos",
    },
}
# What people make of the labels when they type the form by hand.
_ALIASES: Final = {
    "postcode": "postal_code",
    "zip code": "postal_code",
    "zip": "postal_code",
    "cp": "postal_code",
    "town": "city",
    "ciudad": "city",
    "poblacion": "city",
    "vat": "tax_id",
    "vat id": "tax_id",
    "nif": "tax_id",
    "cif": "tax_id",
    "street and number": "street",
    "direccion": "street",
    "name": "contact_name",
    "nombre": "contact_name",
    "notes": NOTES,
    "notas": NOTES,
}
_LABEL: Final = re.compile(
    r"[ \t\u00a0]*[*_•-]{0,2}[ \t]*([^\W\d_][^:：>\n]{0,28}?)[ \t]*[*_]{0,2}[:：][*_]{0,2}(.*)"
)
_QUOTE: Final = re.compile(r"[ ]?>")
_SIGNATURE: Final = frozenset({"-- ", "--"})
_INDENT: Final = "  "  # before the second line of a value, and all that follow
_WRAPS_FROM: Final = 55  # characters of a line that a mail program may have broken: they do at 65 to 80


@dataclass(slots=True)
class Read:
    """What a mail says: values by field, in which language most labels are, and what else was written."""

    values: dict[str, str]
    language: str  # "" without a label
    rest: str


@dataclass(slots=True)
class _Value:
    name: str
    depth: int
    lines: list[str] = field(default_factory=list)
    raw: str = ""  # the last line as it stands, with its label: whether it was broken there


def plain(text: str) -> str:
    """A text for comparing: small letters without accents, one space between words."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(char for char in parts if not unicodedata.combining(char)).split())


_NAMES: Final = {
    **{name: (field, "") for name, field in _ALIASES.items()},
    **{
        plain(label): (field, language)
        for language, labels in LABELS.items()
        for field, label in labels.items()
    },
}


def render(values: Mapping[str, str], language: str) -> str:
    """The form with these values, every label on a line of its own. Lines end in LF."""
    labels = LABELS.get(language, LABELS["en"])
    lines = []
    for name, label in labels.items():
        first, *more = tidy(name, values.get(name, "")).split("\n")
        lines.append(f"{label}: {first}".rstrip())
        lines += [f"{_INDENT}{line}".rstrip() for line in more]
    return "\n".join(lines) + "\n"


def tidy(name: str, value: str) -> str:
    """A value as it is kept: on one line, but for the wishes, without what cannot be shown."""
    if name not in _OF_MANY_LINES:
        return shown_only(value)
    return "\n".join(shown_only(line) for line in _lines(value)).strip("\n")


def price(money: Money) -> str:
    """A price as the form says it, alike in every language: `1234.50 EUR`."""
    return f"{money.major():f} {money.currency}"


def read(text: str) -> Read:
    """The form in the text of a mail."""
    reader = _Reader(_lines(text))
    place = 0
    while place < len(reader.lines):
        place += reader.take(place)
    values = {name: _said(one) for name, one in reader.found.items()}
    return Read(values, _most(reader.votes), _cut("\n".join(reader.rest)))


class _Reader:
    """Goes through the lines, and knows whose value the next one may belong to."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.found: dict[str, _Value] = {}
        self.votes: list[str] = []
        self.rest: list[str] = []
        self._value: _Value | None = None
        self._signed: int | None = None  # how deeply quoted the lines of a signature are
        self._below = 0  # introductions without `>`: what stands below them is an older mail

    def take(self, place: int) -> int:
        """Reads from a line on; how many lines it took."""
        depth, line = _unquoted(self.lines[place])
        depth += self._below
        if self._value is not None and self._value.depth != depth:
            self._value = None
        if self._signed is not None and self._signed != depth:
            self._signed = None
        if not self._is_inside(line):
            introduced, quoted = _introduction(self.lines, place)
            if introduced:
                self._value = None
                self._below += not quoted
                return introduced
        if self._signed is None:
            self._read(depth, line)
        return 1

    def _read(self, depth: int, line: str) -> None:
        label = None if self._is_inside(line) else _label(line)
        if label is not None and self._begin(depth, line, *label):
            return
        if line in _SIGNATURE:
            self._value, self._signed = None, depth
        elif not _goes_on(self._value, line):
            self._value = None
            if depth == 0 and line.strip() and not is_programs(line):
                self.rest.append(line.strip())

    def _begin(self, depth: int, line: str, name: str, language: str, said: str) -> bool:
        """Begins a value, unless a better one of its field is known."""
        known = self.found.get(name)
        if known is not None and known.depth <= depth:
            if self._value is None or self._value.name != NOTES:
                self._value = None
            return False
        self.votes.append(language)
        self._value = self.found[name] = _Value(name, depth, [said.strip()], line)
        return True

    def _is_inside(self, line: str) -> bool:
        """Whether a line is the form's own second line of the wishes, whatever it looks like."""
        return self._value is not None and self._value.name == NOTES and line.startswith(_INDENT)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _unquoted(line: str) -> tuple[int, str]:
    """How often a line is quoted, and what it says."""
    depth = 0
    while (mark := _QUOTE.match(line)) is not None:
        depth, line = depth + 1, line[mark.end() :]
    return depth, line.removeprefix(" ") if depth else line


def _introduction(lines: Sequence[str], place: int) -> tuple[int, bool]:
    """How many lines from here on are a program's "On … Ada wrote:" or a block of From, Sent, To, Subject,
    and whether what they introduce is marked by `>`.
    """
    line = lines[place]
    if not line.strip() or _QUOTE.match(line) or _label(line) is not None:
        return 0, False
    count, sure = field_block(lines, place), True
    if not count and (found := attribution(lines, place)) is not None:
        count, sure = found[0], found[1] == "strong"
    behind = next((one for one in lines[place + count :] if one.strip()), "")
    quoted = _QUOTE.match(behind) is not None
    return (count, quoted) if sure or quoted else (0, False)


def _label(line: str) -> tuple[str, str, str] | None:
    """Field, language of its label, and what stands behind it; None for a line without one of our labels."""
    found = _LABEL.match(line)
    known = None if found is None else _NAMES.get(plain(found[1]))
    return None if found is None or known is None else (*known, found[2])


def _goes_on(value: _Value | None, line: str) -> bool:
    """Takes a line without a label to the value above it, where it belongs there."""
    if value is None:
        return False
    if value.name == NOTES:
        if not line.startswith(_INDENT) and is_programs(line):
            return False
        value.lines.append(line.strip())
        return True
    if not line.strip():
        return False
    empty = not any(value.lines)
    # RFC 3676, 4.1: a space at its end says that a line was broken there.
    broken = value.raw.endswith(" ") or len(value.raw) + 1 + len(line.split(maxsplit=1)[0]) >= _WRAPS_FROM
    if not (empty or broken):
        return False
    value.lines.append(line.strip())
    value.raw = line
    return True


def _said(value: _Value) -> str:
    return _cut(tidy(value.name, ("\n" if value.name == NOTES else " ").join(value.lines)))


def _cut(text: str) -> str:
    return text[:VALUE_CHARS_MAX].rstrip()


def _most(votes: Sequence[str]) -> str:
    counted = [one for one in votes if one]
    return max(sorted(set(counted)), key=counted.count) if counted else ""
