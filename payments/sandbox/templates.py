"""HTML out of small files: everything put in is escaped, unless it was made here."""

import functools
import hashlib
import html
import string
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
STATIC: Final = {"sandbox.css": "text/css; charset=utf-8", "mark.svg": "image/svg+xml"}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def render(name: str, /, **values: str) -> Markup:
    """Fills a template. Raises KeyError when it names a value that is not given."""
    return Markup(_template(name).substitute({key: _escaped(value) for key, value in values.items()}))


def join(parts: Iterable[Markup]) -> Markup:
    """Several pieces of HTML in a row."""
    return Markup("".join(parts))


def _escaped(value: str) -> str:
    return value if isinstance(value, Markup) else html.escape(value)


@functools.cache
def _template(name: str) -> string.Template:
    return string.Template((_HERE / "templates" / f"{name}.html").read_text(encoding="utf-8"))


@functools.cache
def static(name: str) -> bytes:
    """A static file. Raises KeyError for a name that is not one."""
    STATIC[name]
    return (_HERE / "static" / name).read_bytes()


@functools.cache
def version() -> str:
    """Changes with the style sheet, so that browsers may keep it for long."""
    return hashlib.sha256(static("sandbox.css")).hexdigest()[:12]
