"""What the author of a mail has newly written, without what the program repeats below or above it.

A mail's lines become parts: text, quotes (`>`), introductions ("On … Ada wrote:", blocks of fields). Then:

1. Behind an introduction without `>` everything is the other mail: what stands above it is the reply.
2. Quotes at the end go, with the introduction above them, as do signatures and a telephone's "Sent from".
3. Answers between quotes stay, with the quotes that they answer. One quote above one answer goes.

When in doubt a line stays: a quote too many is ugly, an answer that is lost is worse. Nothing here is secret
or safe: what comes out is the author's text and is rendered like any other.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from negotiation_hub.kernel import mail_words as words
from negotiation_hub.kernel.mail_quotes import attribution, field_block

if TYPE_CHECKING:
    from negotiation_hub.kernel.mail_parse import ParsedMail

# Soft and hard introduce a quote: with `>`, without. Code is text that nobody looks into.
Kind = Literal["text", "code", "blank", "quote", "soft", "hard"]

_OWN: Final = frozenset({"text", "code"})
SIGNATURE_LINES_MAX: Final = 40  # below "-- ", which nobody types for anything else: legal notices included
LOOSE_SIGNATURE_LINES_MAX: Final = 15  # below "--" without its space, which somebody may type as a rule
_FOOT_LINES: Final = 5  # that a mailing list adds
_PROGRAM_WORDS: Final = 8  # behind the device: "please excuse typing errors"
_PROGRAM_CHARS: Final = 160

_QUOTE = re.compile(r"\s{0,3}>")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_DASHES = re.compile(r"\s*(?:--|—|–|―)\s*")
_RULE = re.compile(r"\s*[-_=*~─━]{3,}\s*")
_INVISIBLE: Final = " \t\f\v\u00a0\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"  # alone on a line: an empty one
_TRACKED: Final = (
    "\u1427"  # the only sign that some programs leave, alone on a line, for a picture that tells them
)
_LIST_FOOT = re.compile(r"_{30,}\s*")
_LINK = re.compile(r"<?\(?https?://[^\s>)\]]+[>)]?")
_DEVICE: Final = rf"(?<![a-zà-ž])(?:{words.DEVICES})(?![a-zà-ž])"
_SENT = re.compile(
    rf"\W{{0,4}}(?:{words.SENT_FROM})\W+(?:[^\W\d]+\W+){{0,2}}?{_DEVICE}(?P<rest>.*)", re.IGNORECASE
)
_SENT_MODEL = re.compile(r"\W{0,4}sent from my \S*\d\S*\W*", re.IGNORECASE)
_FROM_MY = re.compile(rf"\W{{0,4}}(?:{words.FROM_MY})\s+{_DEVICE}\W*\w*\W*", re.IGNORECASE)
_SENT_LAST = re.compile(
    rf".{{0,40}}{_DEVICE}.{{0,60}}(?:{words.SENT_LAST})\W*|(?:{words.SENT_LAST}).{{0,20}}{_DEVICE}.{{0,20}}|[從从]我的.{{0,20}}[傳传]送",
    re.IGNORECASE,
)
_GET = re.compile(
    rf"\W{{0,4}}(?:{words.GET})\W+(?:\w+\W+){{0,2}}?\w+\W+(?:{words.FOR})\W+(?:ios|android|iphone|mobile|mac|windows)\W*.{{0,30}}|\W{{0,4}}outlook\W+(?:{words.FOR})\W+(?:ios|android).{{0,30}}",
    re.IGNORECASE,
)
_NAMES_DEVICE = re.compile(rf".{{0,40}}(?:from|via|with)\s+(?:\w+\s+)?{_DEVICE}\W*", re.IGNORECASE)


@dataclass(slots=True)
class _Part:
    kind: Kind
    start: int
    end: int


def reply_text(source: "ParsedMail | str") -> str:
    """The author's own new text of a mail, or of the text of one; "" when there is none. Never raises.

    A text that nothing is quoted in comes back as it is, but for its line ends and empty lines around it.
    """
    text = source if isinstance(source, str) else source.text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [line if line.strip(_INVISIBLE) else "" for line in lines]
    parts = _parts(lines)
    _settle(lines, parts)
    _cut(parts)
    _trim(lines, parts)
    _drop_answered(parts)
    kept = [line for part in parts for line in lines[part.start : part.end]]
    while kept and not kept[0].strip():
        del kept[0]
    return "\n".join(kept).rstrip()


# --- lines to parts -----------------------------------------------------------------------------------


def _parts(lines: Sequence[str]) -> list[_Part]:
    code = _code(lines)
    parts: list[_Part] = []
    place = 0
    while place < len(lines):
        kind: Kind = "code"
        count = 1
        if place not in code:
            kind, count = _look(lines, place)
        if parts and parts[-1].kind == kind and kind not in {"soft", "hard"}:
            parts[-1].end += count
        else:
            parts.append(_Part(kind, place, place + count))
        place += count
    return parts


def _look(lines: Sequence[str], place: int) -> tuple[Kind, int]:
    line = lines[place]
    if not line.strip():
        return "blank", 1
    if _QUOTE.match(line):
        return "quote", 1
    if (count := field_block(lines, place)) > 0:
        return "hard", count
    if (found := attribution(lines, place)) is not None:
        return ("hard" if found[1] == "strong" else "soft"), found[0]
    return "text", 1


def _code(lines: Sequence[str]) -> set[int]:
    """The lines of fenced code: what is in it is the author's, whatever it looks like."""
    inside: set[int] = set()
    opened: tuple[int, str] | None = None
    for place, line in enumerate(lines):
        fence = _FENCE.match(line)
        if fence is None:
            continue
        if opened is None:
            opened = (place, fence[1])
        elif fence[1] == opened[1]:
            inside.update(range(opened[0], place + 1))
            opened = None
    return inside


def _settle(lines: Sequence[str], parts: list[_Part]) -> None:
    """What stands behind an introduction says whether it is one, and of which kind."""
    for number, part in enumerate(parts):
        if part.kind not in {"soft", "hard"}:
            continue
        following = _following(parts, number)
        if following is not None and following.kind == "text" and _is_barred(lines, following):
            following.kind = "quote"
        quoted = following is not None and following.kind == "quote"
        if part.kind == "hard" and quoted:
            part.kind = "soft"
        elif part.kind == "soft" and not quoted:
            part.kind = "text"


def _is_barred(lines: Sequence[str], part: _Part) -> bool:
    # A few programs quote with a bar, which is a table anywhere else.
    return all(line.lstrip().startswith("|") for line in lines[part.start : part.end])


def _following(parts: Sequence[_Part], number: int) -> _Part | None:
    for later in range(number + 1, min(len(parts), number + 3)):  # two empty parts never follow each other
        if parts[later].kind != "blank":
            return parts[later]
    return None


# --- what goes ----------------------------------------------------------------------------------------


def _cut(parts: list[_Part]) -> None:
    """Everything from a hard introduction on goes when there is text above; else only the introduction."""
    kept: list[_Part] = []
    written = False
    for part in parts:
        if part.kind == "hard" and written:
            break
        written |= part.kind in _OWN
        if part.kind != "hard":
            kept.append(part)
    parts[:] = kept


def _has_text(parts: Sequence[_Part]) -> bool:
    return any(part.kind in _OWN for part in parts)


def _trim(lines: Sequence[str], parts: list[_Part]) -> None:
    """Takes quotes, signatures and what programs add from the end, as long as there is any."""
    first = next((number for number, part in enumerate(parts) if part.kind in _OWN), None)
    while parts:
        last = parts[-1]
        if last.kind == "blank" or (
            last.kind in {"quote", "soft"} and first is not None and len(parts) > first
        ):
            parts.pop()
        elif last.kind != "text" or not _trim_text(lines, parts):
            return


def _trim_text(lines: Sequence[str], parts: list[_Part]) -> bool:
    """Takes one thing from the end of the text; whether there was one."""
    end = _signature(lines, parts)
    for rule in (_list_foot, _program_lines, _rule_below):
        if end is None:
            end = rule(lines, parts[-1])
    if end is None:
        return False
    while parts and parts[-1].start >= end:
        parts.pop()
    if parts:
        parts[-1].end = min(parts[-1].end, end)
    return True


def _signature(lines: Sequence[str], parts: Sequence[_Part]) -> int | None:
    """Where the last signature begins, if only text of a signature's length is below it."""
    filled = 0
    for number in range(len(parts) - 1, -1, -1):
        part = parts[number]
        if part.kind not in {"text", "blank"}:
            return None
        for place in range(part.end - 1, part.start - 1, -1):
            if _DASHES.fullmatch(lines[place]):
                exact = lines[place].rstrip("\r") == "-- "
                above = any(part.start < place for part in parts if part.kind != "blank")
                most = SIGNATURE_LINES_MAX if exact else LOOSE_SIGNATURE_LINES_MAX
                return place if above and filled <= most else None
            filled += bool(lines[place].strip())
        if filled > SIGNATURE_LINES_MAX:
            return None
    return None


def _list_foot(lines: Sequence[str], last: _Part) -> int | None:
    """Where a mailing list's own lines begin."""
    for place in range(max(last.start, last.end - _FOOT_LINES), last.end - 1):
        if _LIST_FOOT.fullmatch(lines[place]):
            following = lines[place + 1].lower()
            return place if "mailing list" in following or "listinfo" in following else None
    return None


def _program_lines(lines: Sequence[str], last: _Part) -> int | None:
    """Where the lines begin that a telephone or a program has added at the end of a paragraph."""
    place = last.end
    while place > last.start and is_programs(lines[place - 1]):
        place -= 1
    if place == last.end:
        return None
    # Within that paragraph a line that names a device and little else belongs to them.
    while place > last.start and _NAMES_DEVICE.fullmatch(lines[place - 1]) and last.end - place >= 1:
        place -= 1
    return place


def is_programs(line: str) -> bool:
    """Whether a telephone or a program has added this line: "Sent from my …"."""
    if line.strip() == _TRACKED:
        return True
    plain = _LINK.sub("", line).strip()
    if not plain or len(plain) > _PROGRAM_CHARS:
        return False
    if (sent := _SENT.fullmatch(plain)) is not None:
        return len(sent["rest"].split()) <= _PROGRAM_WORDS
    return any(one.fullmatch(plain) for one in (_SENT_MODEL, _FROM_MY, _SENT_LAST, _GET))


def _rule_below(lines: Sequence[str], last: _Part) -> int | None:
    # A rule that a program drew above what has gone, in a paragraph of its own.
    if last.end - last.start > 1 or not _RULE.fullmatch(lines[last.start]):
        return None
    return last.start if any(line.strip() for line in lines[last.end :]) else None


def _drop_answered(parts: list[_Part]) -> None:
    """Takes the introductions that are left, and one quote that stands above one answer.

    With several quotes the answers are between them, and would mean nothing without.
    """
    kinds = [part.kind for part in parts if part.kind != "blank"]
    one = kinds[:2] == ["soft", "quote"] and "quote" not in _after_first_quotes(kinds)
    if one and _has_text(parts):
        first = next(number for number, part in enumerate(parts) if part.kind in _OWN)
        del parts[:first]
    if _has_text(parts):
        parts[:] = [part for part in parts if part.kind != "soft"]


def _after_first_quotes(kinds: Sequence[Kind]) -> Sequence[Kind]:
    place = 1
    while place < len(kinds) and kinds[place] == "quote":
        place += 1
    return kinds[place:]
