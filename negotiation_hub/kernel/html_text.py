"""The text of an HTML mail: what its reader sees, with quotes marked by `>`.

What comes out is plain text and is treated as such; nothing is loaded, run or believed. One pass over the
source, whatever is in it: parsers of HTML take quadratic time for some of what strangers send.
"""

import html
import re
from typing import Final

_HIDDEN: Final = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "iframe"}
)
_BLOCKS: Final = frozenset(
    {
        "address",
        "article",
        "aside",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "header",
        "hr",
    }
    | {
        "main",
        "nav",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "body",
        "html",
        "figure",
        "figcaption",
    }
)
_APART: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "blockquote"})
_ENDS: Final = {name: re.compile(f"</{name}[^>]*>", re.IGNORECASE) for name in _HIDDEN}
_COMMENT_END: Final = re.compile("-->")
_MARKUP: Final = re.compile(r"<(?=[A-Za-z/!?])")  # any other is a sign in the text
_TAG: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_HREF: Final = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_LINK: Final = re.compile(r"https?://[^\s<>\"]{1,500}", re.IGNORECASE)
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
QUOTE_DEPTH_MAX: Final = 20  # deeper quotes are written at this depth: nobody reads them


class _Writer:
    """Collects lines. A new line is begun when there is something to write on it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0
        self.preformatted = 0
        self._pieces: list[str] = []
        self._link = ("", 0)  # target, and which piece its text begins with

    def write(self, text: str) -> None:
        """Adds text to the line, or lines to what is preformatted."""
        if self.preformatted:
            first, *others = text.split("\n")
            self._pieces.append(first)
            for other in others:
                self.end_line(always=True)
                self._pieces.append(other)
            return
        folded = _SPACE.sub(" ", text)
        if not self._pieces or self._pieces[-1].endswith(" "):
            folded = folded.lstrip(" ")
        if folded:
            self._pieces.append(folded)

    def open_link(self, target: str) -> None:
        """Remembers where a link begins; links are not nested."""
        self._link = (target, len(self._pieces))

    def close_link(self) -> tuple[str, str]:
        """Where the link leads that ends here, and its text as far as it is on this line."""
        target, start = self._link
        self._link = ("", 0)
        return target, "".join(self._pieces[start:]).strip() if target else ""

    def end_line(self, *, always: bool = False) -> None:
        """Ends the line; an empty one only when `always`."""
        line = "".join(self._pieces).rstrip()
        self._pieces.clear()
        if line or always:
            mark = ">" * self.depth + (" " if self.depth else "")
            self.lines.append((mark + line).rstrip() if not line else mark + line)

    def leave_room(self) -> None:
        """Ends the line and leaves an empty one, but not two."""
        self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.end_line(always=True)


def html_to_text(source: str) -> str:
    """The text of HTML, line by line. Never raises; takes time in proportion to the length."""
    writer = _Writer()
    place = 0
    while place < len(source):
        found = _MARKUP.search(source, place)
        if found is None:
            writer.write(html.unescape(source[place:]))
            break
        opened = found.start()
        if opened > place:
            writer.write(html.unescape(source[place:opened]))
        place = _tag(source, opened, writer)
    writer.end_line()
    return "\n".join(writer.lines).strip("\n")


def _tag(source: str, opened: int, writer: _Writer) -> int:
    """Does what the markup at a place says; returns where to go on."""
    if source.startswith("<!--", opened):
        return _past(source, _COMMENT_END, opened)
    found = _TAG.match(source, opened)
    end = source.find(">", opened)
    if end < 0:
        # Not a tag: the rest is shown as it stands, lest a text after a stray sign is lost.
        writer.write(html.unescape(source[opened:]))
        return len(source)
    if found is not None:
        name, closing = found[1].lower(), source[opened + 1] == "/"
        if name in _HIDDEN and not closing:
            return end + 1 if source[end - 1] == "/" else _past(source, _ENDS[name], end)
        _apply(name, closing, source[opened : end + 1], writer)
    return end + 1


def _past(source: str, mark: re.Pattern[str], start: int) -> int:
    # What is never closed goes on to the end, as in a browser; so this searches in vain once at most.
    found = mark.search(source, start)
    return found.end() if found else len(source)


def _apply(name: str, closing: bool, tag: str, writer: _Writer) -> None:
    if name == "br":
        writer.end_line(always=True)
    elif name == "a":
        _link(closing, tag, writer)
    elif name == "li":
        writer.end_line()
        if not closing:
            writer.write("- ")
    elif name in {"td", "th"}:
        writer.write(" ")
    elif name in _BLOCKS:
        writer.end_line()
        if name == "hr":
            writer.write("________________________________")
            writer.end_line()
    elif name in _APART:
        writer.leave_room()
        step = -1 if closing else 1
        if name == "blockquote":
            writer.depth = min(QUOTE_DEPTH_MAX, max(0, writer.depth + step))
        elif name == "pre":
            writer.preformatted = max(0, writer.preformatted + step)


def _link(closing: bool, tag: str, writer: _Writer) -> None:
    """Where a link leads stands behind its text, unless the text says so itself."""
    if not closing:
        found = _HREF.search(tag)
        writer.open_link(html.unescape(next(filter(None, found.groups()), "")) if found else "")
        return
    target, text = writer.close_link()
    if _LINK.fullmatch(target) and text and target.rstrip("/") != text.rstrip("/"):
        writer.write(f" <{target}>")
