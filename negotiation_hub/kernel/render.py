"""Message source to HTML: Markdown, then bleach.

The one function through which a person's text becomes markup.
"""

import re
from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from html import escape, unescape

import bleach
from bleach.sanitizer import Cleaner
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from negotiation_hub.kernel.text import one_line

_TAGS = frozenset(
    {"a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p"}
    | {"pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
_ATTRIBUTES = {"a": ["href", "rel", "title"], "ol": ["start"]}
_PROTOCOLS = frozenset({"http", "https", "mailto"})
# `bleach` lets an href pass whose scheme is followed by digits only, such as `javascript:123`, as if it were
# host and port.
_HREF = re.compile(r"(?:https?://|mailto:)[^\x00-\x20]+", re.IGNORECASE)

_LETTERS = re.compile(r"#?[A-Za-z0-9\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f ,;!?'’“”–—…()%€$£/+.:=@#-]*(?<! )")
_PLAIN = bytes(code for code in range(128) if _LETTERS.fullmatch(f"a{chr(code)}a"))
_MENTION = "\ue000"
_REMEMBERED_CHARS_MAX = 1_000  # of a text: 4,096 of them and what becomes of them are some 10 MB
_BLOCK = re.compile(r"</?(?:p|br|li|ul|ol|h[1-6]|hr|pre|td|th|tr|table|blockquote)\b[^>]*>")
_INLINE = re.compile(r"</?[a-z][^>]*>")
_LIST = re.compile(r"[0-9]+[.)]")

_Attributes = MutableMapping[tuple[str | None, str], str]
_markdown = (
    MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})
    .enable(["table", "strikethrough"])
    .disable(["image", "html_block", "html_inline"])
)


def _allowed(tag: str, name: str, value: str) -> bool:
    if tag == "a" and name == "href":
        return _HREF.fullmatch(value) is not None
    return name in _ATTRIBUTES.get(tag, ())


def _outside(attributes: _Attributes, _new: bool = False, /) -> _Attributes:
    # A link that a stranger wrote must neither reach back into our window nor be vouched for to search
    # engines.
    attributes[(None, "rel")] = "nofollow noopener noreferrer ugc"
    return attributes


@lru_cache(maxsize=4096)
def _remembered(source: str) -> str:
    return _render(source)


def _render(source: str) -> str:
    html = _markdown.render(source.replace("\x00", "\ufffd"))
    cleaner = Cleaner(tags=_TAGS, attributes=_allowed, protocols=_PROTOCOLS, strip=True, strip_comments=True)
    clean = cleaner.clean(html)
    return str(bleach.linkify(clean, callbacks=[_outside], skip_tags=["pre", "code"], parse_email=False))


def _is_plain(source: str) -> bool:
    """Whether no character of a line means anything to Markdown, HTML or the search for links.

    Most of what people write is so, and needs none of the machinery, which takes a hundred times as long.
    """
    return (
        _means_nothing(source)
        and "  " not in source
        and source.count(".") == source.count(". ") + source.endswith(".")  # no address
        and source.count(":") == source.count(": ") + source.endswith(":")
        and _LIST.match(source) is None
    )


def _means_nothing(source: str) -> bool:
    # The two say the same of ASCII. The first looks at a byte in a nanosecond, the second at a letter in ten.
    if source.isascii():
        first = source[1:2] if source[:1] == "#" else source[:1]
        return first.isalnum() and source[-1] != " " and not source.encode().translate(None, _PLAIN)
    return _LETTERS.fullmatch(source) is not None


def to_html(source: str, mentions: Sequence[str] = ()) -> str:
    """The HTML that browsers get for a message or a description. Never raises on any text.

    `mentions` are names that stand in it behind an @, and are set apart.
    """
    if mentions:
        return _with_mentions(source, mentions)
    if _is_plain(source):
        return f"<p>{source}</p>"  # no character in it means anything to a browser
    return (_remembered if len(source) <= _REMEMBERED_CHARS_MAX else _render)(source).strip()


def _with_mentions(source: str, mentions: Sequence[str]) -> str:
    # A name may hold what Markdown reads as markup: while it is rendered, a sign for private use that nobody
    # else's stands for it.
    source = source.replace(_MENTION, "\ufffd")
    names = sorted({name for name in mentions if name}, key=len, reverse=True)
    for place, name in enumerate(names):
        source = source.replace(f"@{name}", f"{_MENTION}{place}{_MENTION}")
    html = _render(source).strip()
    for place, name in enumerate(names):
        shown = f'<span class="mention">@{escape(name)}</span>'
        html = html.replace(f"{_MENTION}{place}{_MENTION}", shown)
    return html


def to_text(source: str) -> str:
    """The same words on one line without their markup, for search engines and previews. It is not HTML."""
    # The words of two paragraphs or cells are two words; those of a bold beginning are one.
    return one_line(unescape(_INLINE.sub("", _BLOCK.sub(" ", to_html(source)))))


def render_message(source: str) -> SafeString:
    """The same for templates."""
    return mark_safe(to_html(source))  # noqa: S308 - the one place; what comes out was sanitised
