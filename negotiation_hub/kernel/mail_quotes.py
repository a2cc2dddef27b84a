"""Where a mail quotes another one: the lines by which programs introduce what they repeat. Pure functions.

Each function looks at the lines from a place on and says how many of them are such an introduction. They ask
for more than one sign (a date and a time, an address, a verb that programs use), since people begin
sentences with "On Monday" as well.
"""

import re
from collections.abc import Sequence
from typing import Final, Literal

from negotiation_hub.kernel import mail_words as words

Strength = Literal["strong", "weak"]  # whether it needs a quoted line behind it to be believed

WINDOW_LINES: Final = 6  # over which a program breaks one introduction
_WINDOW_CHARS: Final = 400
_BLOCK_LINES: Final = 20  # fields with long lists of recipients
_SIGNS: Final = 2  # of a date, a time and an address: a person writes one of them
_WORDS_BEHIND: Final = 2  # an address and before the colon, in languages whose verb is not in the table
_MARKER_CHARS: Final = 120
_FIELD_CHARS: Final = 2_000
_STRANGE_LINES: Final = 2  # between two fields: an empty one, or what a long subject was broken into
_KINDS: Final = 3  # of fields that make a block
_MARGIN: Final = " \t\u00a0*_-–—=#~"

_ADDRESS = re.compile(r"[<(\[]\s*(?:mailto:)?[^<>()\[\]\s@]{1,80}@[^<>()\[\]\s@]{1,200}\s*[>)\]]")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2}(?:\d\d)?\b|\d{4}\s?[年년]")
_TIME = re.compile(r"\b\d{1,2}\s?[:.hH]\s?\d{2}(?!\d)|\d{1,2}\s?[时時点點시]")
_WROTE = re.compile(
    rf"(?<![^\W\d_])(?:{words.WROTE})(?![^\W\d_])|写道|寫道|写了|のメール|書きました|작성", re.IGNORECASE
)
_WROTE_LAST = re.compile(rf"(?:{words.WROTE})\W{{0,3}}$", re.IGNORECASE)
_PRONOUN = re.compile(
    rf"(?<!\w)(?:{words.PRONOUNS})\s+(?:{words.WROTE})(?!\w)|(?<!\w)(?:{words.WROTE})\s+(?:{words.PRONOUNS})(?!\w)",
    re.IGNORECASE,
)
_LED = re.compile(rf"(?:{words.ON})[\s,:]*(?=\S).{{0,60}}?\d", re.IGNORECASE)
_DATED = re.compile(r"(?:[^\W\d]+[.,]*\s+){0,2}\d")
_NAMED = re.compile(r"[\"'“„«]?[^<>()\[\]]{1,80}?[\"'”“»]?\s*<[^<>\s@]{1,80}@[^<>\s]{1,200}>")
_ISO = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)")
_ZONED = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)[+-]\d{1,2}:?\d\d [^<>:.!?]{1,60}")
_CAPITALISED = re.compile(rf"[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){{0,3}},? (?:{words.WROTE}):")
_SENTENCE_END = re.compile(r"(?:[^\W\d_]{6,}[.]|[!?])$")
_DATE_ALONE_END = re.compile(r"(?:[,\d]|[ap]\.?m\.?|uhr)$", re.IGNORECASE)
_ALONE_WORDS: Final = 6  # "On Thursday, 4 February 2016 at 10:05 AM" without its numbers

_MARKER = re.compile(rf"[-_=*~\s>]*(?:{words.ORIGINAL})\s*[:：]?[-_=*~\s]*", re.IGNORECASE)
_RULE = re.compile(r"\s*[-_=]{2,}|\s*[*~]{2,}")
_RULE_ALONE = re.compile(r"\s*[_\-=─━]{5,}\s*")
_FIELDS: Final = {
    kind: re.compile(
        rf"\s*[*_•]{{0,3}}(?:{names})[*_]{{0,3}}\s?[:：][*_]{{0,3}}(?:\s+|$|(?=\S))(?P<value>.*)",
        re.IGNORECASE,
    )
    for kind, names in words.HEADERS.items()
}
_INLINE: Final = {
    kind: re.compile(rf"\s[*_]{{0,3}}(?:{words.HEADERS[kind]})[*_]{{0,3}}\s?[:：]\s", re.IGNORECASE)
    for kind in ("date", "subject")
}


def attribution(lines: Sequence[str], place: int) -> tuple[int, Strength] | None:
    """How many lines from `place` on are one "On … Ada wrote:", and how sure that is; None when none is."""
    if not _begins(_bare(lines[place])):
        return None
    for count, window in _windows(lines, place):
        found = _judge(window, lines[place])
        if found is not None and not _swallows(lines, place, count):
            return count, found
    return None


def field_block(lines: Sequence[str], place: int) -> int:
    """How many lines from `place` on are a marker ("-----Original Message-----", a rule) and the fields
    (From, Sent, To, Subject) that a program repeats; 0 when there is no such block.
    """
    if _is_one_line_block(lines[place]):
        return 1
    marked = _marker(lines, place)
    start = _past_blanks(lines, place + marked)
    fields = _fields(lines, start, marked=bool(marked) and not _RULE_ALONE.fullmatch(lines[place]))
    if fields:
        return start + fields - place
    return marked if marked and _RULE.match(lines[place]) and not _RULE_ALONE.fullmatch(lines[place]) else 0


def _bare(line: str) -> str:
    return line.strip(_MARGIN)


def _begins(line: str) -> bool:
    pattern = (_LED, _DATED, _NAMED, _CAPITALISED)
    return line[:1] != ">" and any(one.match(line) for one in pattern)


def _windows(lines: Sequence[str], place: int) -> list[tuple[int, str]]:
    """The first line, the first two, and so on, each joined to one."""
    found, joined = [], ""
    for count, line in enumerate(lines[place : place + WINDOW_LINES], 1):
        bare = _bare(line)
        if not bare and not _goes_on(lines, place + count):
            break
        joined = f"{joined} {bare}".strip() if count > 1 else bare
        if len(joined) > _WINDOW_CHARS:
            break
        found.append((count, joined))
        if _SENTENCE_END.search(bare):
            break
    return found


def _goes_on(lines: Sequence[str], place: int) -> bool:
    # Some programs put an empty line before the address.
    return place < len(lines) and lines[place].lstrip().startswith("<")


def _judge(window: str, first: str) -> Strength | None:
    """What a window is: the rules, from the surest sign on."""
    ends = window[-1:] in {":", "："}
    address = _ADDRESS.search(window)
    if _ISO.match(window) and (_ZONED.fullmatch(window) or (address and address.end() >= len(window) - 2)):
        return "strong"
    enclosed = first.strip().startswith("--") and _WROTE_LAST.search(window) is not None
    if not ends and not enclosed:
        return None
    wrote = _WROTE.search(window) is not None
    if address is not None and not wrote and len(window[address.end() :].split()) > _WORDS_BEHIND:
        return None  # a sentence that goes on behind the address
    date, time = _DATE.search(window) is not None, _TIME.search(window) is not None
    signs = date + time + (address is not None)
    sure = signs >= _SIGNS and (wrote or (date and address is not None))
    if sure or (wrote and _NAMED.match(window)):
        return "weak" if _PRONOUN.search(window) else "strong"
    if wrote and (date or time or address is not None or _CAPITALISED.fullmatch(window)):
        return "weak"
    return None


def _swallows(lines: Sequence[str], place: int, count: int) -> bool:
    """Whether the introduction begins further down, and what stands before it is the author's."""
    for later in range(place + 1, place + count):
        bare = _bare(lines[later])
        if not bare or bare[:1] in "<>" or bare.startswith("mailto:") or not _begins(bare):
            continue
        window = dict(_windows(lines, later)).get(place + count - later)
        if window is not None and _judge(window, lines[later]) is not None:
            return _DATE.search(window) is not None or not _is_date_alone(lines[place:later])
    return False


def _is_date_alone(lines: Sequence[str]) -> bool:
    text = " ".join(_bare(line) for line in lines)
    plain = [word for word in text.split() if not any(char.isdigit() for char in word)]
    return bool(_DATE.search(text) and _DATE_ALONE_END.search(text)) and len(plain) <= _ALONE_WORDS


def _marker(lines: Sequence[str], place: int) -> int:
    line = lines[place]
    if _RULE_ALONE.fullmatch(line):
        following = _past_blanks(lines, place + 1)
        return following - place if following < len(lines) else 0
    return 1 if len(line) <= _MARKER_CHARS and _MARKER.fullmatch(line) else 0


def _past_blanks(lines: Sequence[str], place: int) -> int:
    while place < len(lines) and not lines[place].strip():
        place += 1
    return place


def _kind(line: str) -> tuple[str, str] | None:
    if len(line) > _FIELD_CHARS:
        return None
    for kind, pattern in _FIELDS.items():
        found = pattern.fullmatch(line)
        if found:
            return kind, found["value"]
    return None


def _fields(lines: Sequence[str], start: int, *, marked: bool) -> int:
    """How many lines a block of fields has: at least three kinds, one of them From, and an address or a date.

    Under a marker two are enough. People write "From: Hamburg, To: Rotterdam" too.
    """
    if start >= len(lines) or _kind(lines[start]) is None:
        return 0
    found: dict[str, str] = {}
    end = place = start
    while place < min(len(lines), start + _BLOCK_LINES):
        kind = _kind(lines[place])
        if kind is not None:
            if kind[0] in found and kind[0] != "other":
                break
            place = end = place + 1
            found[kind[0]], end = (kind[1], end) if kind[1] else _value_below(lines, place)
        elif place == end and lines[place].strip() and _continues(lines, place):
            end = place + 1
        elif place - end >= _STRANGE_LINES:
            break
        place = max(place + 1, end) if kind is None else end
    kinds = set(found) - {"other"}
    addressed = any("@" in found.get(kind, "") for kind in ("from", "to"))
    told = {"date", "subject"} <= kinds and _DATE.search(found.get("date", "")) is not None
    enough = len(kinds) >= (_KINDS - 1 if marked else _KINDS) and (marked or addressed or told)
    return end - start if "from" in kinds and enough else 0


def _is_one_line_block(line: str) -> bool:
    """A block of fields of which a program has made one line."""
    if len(line) > _FIELD_CHARS or (_kind(line) or ("", ""))[0] != "from":
        return False
    told = {kind for kind, pattern in _INLINE.items() if pattern.search(line)}
    return {"date", "subject"} <= told and _DATE.search(line) is not None


def _value_below(lines: Sequence[str], place: int) -> tuple[str, int]:
    """A value that stands in a paragraph of its own below its name, and the line behind it."""
    below = _past_blanks(lines, place)
    if below == len(lines) or below - place > 1 or _kind(lines[below]) is not None:
        return "", place
    return lines[below], below + 1


def _continues(lines: Sequence[str], place: int) -> bool:
    return lines[place][:1] in {" ", "\t"} or lines[place - 1].rstrip()[-1:] in {",", ";"}
