"""A stretch of a file that a client asks for: `Range` and `If-Range` (RFC 9110, sections 13.1.5 and 14)."""

import re
from dataclasses import dataclass
from typing import Final

_SPEC: Final = re.compile(r"(?P<first>[0-9]*)-(?P<last>[0-9]*)")
_DIGITS_MAX: Final = 19  # more than any file has, and what a program still counts with


class Unsatisfiable(Exception):
    """Nothing of the file is in the stretch: 416."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The bytes from `start` to before `stop`; `partial` when they were asked for as a part (206)."""

    start: int
    stop: int
    partial: bool

    def content_range(self, size: int) -> str:
        """The value of `Content-Range`."""
        return f"bytes {self.start}-{self.stop - 1}/{size}"


def stretch_of(asked: str, condition: str, etag: str, size: int) -> Stretch:
    """What to send for the values of `Range` and `If-Range` (empty where there is none).

    Several stretches at once are answered with the whole: a server may ignore `Range` (section 14.2), but
    must not answer such a request with one of them, and resuming needs one only. The same holds for other
    units, for what is no range, and for `If-Range` with a weak tag, another one, or a date: we name none.
    Raises Unsatisfiable.
    """
    whole = Stretch(0, size, partial=False)
    unit, _, specs = asked.partition("=")
    if unit.strip().lower() != "bytes" or (condition and condition.strip() != etag):
        return whole
    spec = _SPEC.fullmatch(specs.strip())
    if spec is None:
        return whole
    first, last = spec["first"], spec["last"]
    if not (first or last) or max(len(first), len(last)) > _DIGITS_MAX:
        return whole
    if not first:  # the last so many
        wanted = min(int(last), size)
        if not wanted:
            raise Unsatisfiable
        return Stretch(size - wanted, size, partial=True)
    start = int(first)
    if last and int(last) < start:
        return whole
    if start >= size:
        raise Unsatisfiable
    return Stretch(start, min(int(last) + 1, size) if last else size, partial=True)
