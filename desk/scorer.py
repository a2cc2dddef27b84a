"""How risky is what was said? Pure functions of text: what they find, where, and why.

No model and no guess: each finding names its rule of `desk/rules.py`, and the words that it fits.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from desk.rules import RULES, Rule

SCANNED_CHARS_MAX: Final = 20_000  # of one message or offer; the longest offers hold little prose


class Fit(NamedTuple):
    """A rule, and the words of the plain text that it fits."""

    rule: Rule
    words: str


def fits(text: str, *, guest: bool = False) -> list[Fit]:
    """The rules that fit the text of somebody, a `guest` or not, heaviest first; each once."""
    flat = plain(text[:SCANNED_CHARS_MAX])
    digits = sum(map(flat.count, "0123456789"))
    found = []
    for rule in RULES:
        if digits < _DIGITS_MIN.get(rule.name, 0) or (rule.of_guests and not guest):
            continue
        words = _DETECTORS[rule.name](flat) if rule.pattern is None else _first(rule.pattern, flat)
        if words:
            found.append(Fit(rule, words[:80]))
    return sorted(found, key=lambda fit: -fit.rule.points)


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group().strip() if found else ""


# --- what was typed, without its tricks -------------------------------------------------------------------

# Letters of other alphabets that look like Latin ones. Written as escapes: they must not be confused here.
_LOOKS: Final = {
    ord(one): latin
    for one, latin in zip(
        "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u043a\u043c\u0442\u0432\u043d"
        "\u03b1\u03bf\u03c1\u03bd\u03b9\u03ba\u03c4\u03c5\u03c7\u03b5\u03b7\u03b2\u0131\u0142\u00f8\u0111",
        "aeopcyxijshdqwkmtbhaopvikt" + "uxenbilod",
        strict=True,
    )
}
_UNSEEN: Final = frozenset({"Cf", "Mn", "Me", "Cc"})
_MARKS: Final = re.compile(r"[*_~`|]+")
_QUOTES: Final = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00b4": "'"})
# Three letters or more, one at a time: I B A N, p.a.y.p.a.l, w-h-a-t-s.
_SPACED: Final = re.compile(r"(?<![a-z0-9])(?:[a-z][ .\-/\u00b7]{1,2}){2,}[a-z](?![a-z0-9])")
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")
_ONCE, _TWICE = r"\1", r"\1\1"
_LEET: Final = str.maketrans("013457@$", "oieastas")
_LEET_WORD: Final = re.compile(
    r"(?<![\w.@$/-])(?=[a-z0-9@$]*[a-z])(?=[a-z0-9@$]*[0134@$57])[a-z0-9@$]{5,16}(?![\w.@$/-])"
)


def plain(text: str) -> str:
    """The text in small ASCII letters and digits where it can be: no tricks of width, alphabet or spacing."""
    if text.isascii():
        flat = text.lower()
    else:
        wide = unicodedata.normalize("NFKD", text).casefold().translate(_QUOTES)
        flat = "".join(_shown(char) for char in wide).translate(_LOOKS)
    flat = _MARKS.sub("", flat)
    flat = _SPACED.sub(_joined, flat)
    flat = _LEET_WORD.sub(_unleet, flat)
    # A letter that is held was meant once or twice: both are looked at.
    return (
        f"{_STRETCHED.sub(_TWICE, flat)}\n{_STRETCHED.sub(_ONCE, flat)}" if _STRETCHED.search(flat) else flat
    )


def _shown(char: str) -> str:
    if char.isascii():
        return char
    kind = unicodedata.category(char)
    if kind in _UNSEEN:
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    return " " if kind == "Zs" else "-" if kind == "Pd" else char


def _joined(found: re.Match[str]) -> str:
    return re.sub(r"[^a-z]", "", found.group())


def _unleet(found: re.Match[str]) -> str:
    # Only a word with few digits: `pay0utside`, `wh4tsapp`; part numbers have more, and stay.
    word = found.group()
    tricks = sum(not char.isalpha() for char in word)
    return word.translate(_LEET) if tricks * 4 <= len(word) and not word[-1].isdigit() else word


# --- numbers with check digits ----------------------------------------------------------------------------

_IBAN_LENGTHS: Final[Mapping[str, int]] = {
    "ad": 24,
    "at": 20,
    "be": 16,
    "bg": 22,
    "ch": 21,
    "cy": 28,
    "cz": 24,
    "de": 22,
    "dk": 18,
    "ee": 20,
    "es": 24,
    "fi": 18,
    "fr": 27,
    "gb": 22,
    "gi": 23,
    "gr": 27,
    "hr": 21,
    "hu": 28,
    "ie": 22,
    "is": 26,
    "it": 27,
    "li": 21,
    "lt": 20,
    "lu": 20,
    "lv": 21,
    "mc": 27,
    "mt": 31,
    "nl": 18,
    "no": 15,
    "pl": 28,
    "pt": 25,
    "ro": 24,
    "se": 24,
    "si": 19,
    "sk": 24,
    "sm": 27,
    "tr": 26,
    "ua": 29,
    "ae": 23,
    "sa": 24,
    "br": 29,
    "cr": 22,
    "do": 28,
    "gt": 28,
    "sv": 28,
    "ma": 28,
    "il": 23,
    "kz": 20,
    "rs": 22,
    "al": 28,
}
_BETWEEN: Final = r"[ .\-/]{0,2}"
_IBAN: Final = re.compile(rf"(?<![a-z0-9])([a-z]){_BETWEEN}([a-z]){_BETWEEN}\d{_BETWEEN}\d")
_DIGITS: Final = re.compile(r"(?<![a-z0-9.,])\d(?:[ .\-/]{0,2}\d){11,22}(?![a-z0-9])")
_NAMED_NUMBER: Final = re.compile(
    r"(?:order|part|serial|ref\w*|sku|ean|gtin|upc|isbn|tracking|invoice|article|batch|lot|model|imei|s/n|p/n"
    r"|pedido|pieza|serie|articulo|lote|seguimiento|factura|modelo|codigo)\b[\s.:#-]*(?:(?:no|n|number|num|numero|code)[.\u00ba]?)?[\s:#]*$"
)
_CHUNKS: Final = 8  # groups that a card's number is written in at most, but for one digit at a time
_AMEX, _CARD, _LUHN_MAX = 15, 16, 9


_IBAN_DIGITS: Final = (
    8  # at least, in every country; letters of a sentence can come to the right check digits
)


def _iban(text: str) -> str:
    for start in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(start.group(1) + start.group(2))
        if length is None:
            continue
        taken = _take(text[start.start() :], length)
        if len(taken) < length or sum(map(str.isdigit, taken)) < _IBAN_DIGITS:
            continue
        if int("".join(str(int(c, 36)) for c in taken[4:] + taken[:4])) % 97 == 1:
            return taken
    return ""


def _take(text: str, length: int) -> str:
    """The first so many letters and digits, as long as nothing but separators is between them."""
    taken = ""
    for char in text:
        if char.isascii() and char.isalnum():
            taken += char
        elif char not in " .-/":
            break
        if len(taken) == length:
            break
    return taken


def _card(text: str) -> str:
    for found in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", found.group())
        if not _issued(digits) or not _luhn(digits) or _NAMED_NUMBER.search(text[: found.start()][-30:]):
            continue
        groups = re.split(r"\D+", found.group())
        if len(groups) <= _CHUNKS or all(len(group) == 1 for group in groups):
            return digits
    return ""


# Of cards with 16 digits; with 15 there is one issuer.
_ISSUED: Final = re.compile(
    r"(?:3[47]\d{13}|(?:4|5[1-5]|6011|65|35|62|5018|5020|6304|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)\d+)"
)


def _issued(digits: str) -> bool:
    """Whether an issuer has numbers of this beginning and length."""
    found = _ISSUED.fullmatch(digits)
    return found is not None and len(digits) == (_AMEX if digits.startswith(("34", "37")) else _CARD)


def _luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > _LUHN_MAX else value
    return total % 10 == 0 and len(set(digits)) > 1


_CRYPTO: Final = re.compile(
    r"\b0x[0-9a-f]{40}\b|\bbc1[02-9ac-hj-np-z]{25,60}\b|\b(?:bitcoin|ethereum|monero|litecoin):\w{20,}"
    r"|(?<![a-z0-9])(?:t[a-z1-9]{33}|[13][a-z1-9]{25,34})(?![a-z0-9])"
)
_MIXED: Final = 5  # letters and digits each that an address in base 58 has at least; a part number has fewer


def _crypto(text: str) -> str:
    for found in _CRYPTO.finditer(text):
        word = found.group()
        digits = sum(char.isdigit() for char in word)
        if word.startswith(("0x", "bc1")) or ":" in word or min(digits, len(word) - digits) >= _MIXED:
            return word
    return ""


# --- how to reach somebody elsewhere ----------------------------------------------------------------------

_PLUS: Final = re.compile(
    r"(?<![\w.,+])(?:\+|00(?=[ (\-]?[1-9]\d{0,2}[ )\-.]))[ (]?[1-9]\d{0,2}[ )\-./(]{0,2}"
    r"(?:\d[ )\-./(]{0,2}){6,12}\d(?!\w)"
)
_NUMBER: Final = re.compile(
    r"(?<![\w.,+$\u20ac\u00a3-])\(?\d(?:[ )\-.]{0,2}\d){6,12}(?![\w%]|[.,]\d| ?(?:eur|usd|\u20ac|\$))"
)
_CALL: Final = re.compile(
    r"\b(?:call|text|phone|ring|reach|dial|sms|cell|mobile|telephone|tel|contact|my number|number is"
    r"|llam\w+|telefono|movil|mi numero|numero es|escrib\w+me|contacta\w*|whats? ?app)\b"
)
_DIGIT_WORDS: Final = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|double"
    "|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
)
_SPELLED: Final = re.compile(rf"\b(?:(?:{_DIGIT_WORDS})\b[\s,.\-]*){{7,}}")
_NEAR: Final = 40  # characters between such a word and the number
# Each part is as long as RFC 5321 allows and no longer: each place of the text may be the beginning of one.
_LOCAL_PART: Final = r"[a-z0-9][\w.+\-]{0,63}"
_LABEL: Final = r"[a-z0-9\-]{1,63}"
_DOT: Final = r"\s?(?:\.|[\[(]\s?(?:dot|punto)\s?[\])]|\b(?:dot|punto)\b)\s?"
_EMAIL: Final = re.compile(
    rf"{_LOCAL_PART}\s?(?:@|[\[(]\s?(?:at|arroba)\s?[\])]|\barroba\b)\s?"
    rf"[a-z0-9][a-z0-9\-]{{0,62}}(?:{_DOT}{_LABEL}){{0,8}}{_DOT}[a-z]{{2,10}}\b"
    rf"|\b{_LOCAL_PART} at {_LABEL} dot [a-z]{{2,10}}\b"
)


def _phone(text: str) -> str:
    if found := _first(_PLUS, text) or _first(_SPELLED, text):
        return found
    for number in _NUMBER.finditer(text):
        if _CALL.search(text[max(0, number.start() - _NEAR) : number.start()]):
            return number.group()
    return ""


def _email(text: str) -> str:
    return _first(_EMAIL, text)


_DETECTORS: Final[Mapping[str, Callable[[str], str]]] = {
    "iban": _iban,
    "card": _card,
    "crypto": _crypto,
    "phone": _phone,
    "email": _email,
}


_DIGITS_MIN: Final[Mapping[str, int]] = {"iban": _IBAN_DIGITS, "card": _AMEX}  # most messages have none


# --- what is looked at ------------------------------------------------------------------------------------


def said_in(kind: str, body: Mapping[str, Any]) -> str:
    """All the words that an event of a table puts before people; empty where a person wrote none."""
    if kind in {"message.sent", "message.edited"}:
        return str(body.get("text", ""))
    if kind in {"offer.proposed", "offer.countered", "offer.superseded"}:
        return "\n".join(_written(body["offer"]))
    return str(body.get("reason", "")) if kind in {"offer.declined", "offer.withdrawn"} else ""


def _written(offer: Mapping[str, Any]) -> Iterator[str]:
    for package in offer["packages"]:
        yield from (line["title"] for line in package["lines"])
        for issue in package["issues"]:
            yield issue["name"]
            if isinstance(issue["value"], str):
                yield issue["value"]


@lru_cache(maxsize=512)
def explained(text: str, *, guest: bool = False) -> tuple[Fit, ...]:
    """The same as `fits`, kept: a queue that is looked at again and again explains the same words."""
    return tuple(fits(text, guest=guest))
