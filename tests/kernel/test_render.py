"""What browsers get of a person's text: Markdown, and nothing dangerous."""

import html.parser
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel import render
from negotiation_hub.kernel.render import render_message, to_text

TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
}
TAGS |= {"pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}


class Looker(html.parser.HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.dangers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.dangers.append(f"<{tag}>")
        for name, value in attrs:
            if (tag, name) not in {("a", "href"), ("a", "rel"), ("a", "title"), ("ol", "start")}:
                self.dangers.append(f"{tag} {name}")
            if name == "href" and urlsplit((value or "").strip()).scheme.lower() not in {
                "http",
                "https",
                "mailto",
            }:
                self.dangers.append(f"href {value}")

    def handle_comment(self, data: str) -> None:
        self.dangers.append("comment")


def dangers(source: str) -> list[str]:
    """What is dangerous in the rendering of a text."""
    looker = Looker()
    looker.feed(render_message(source))
    return looker.dangers


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**bold**", "<p><strong>bold</strong></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("~~old~~ new", "<p><s>old</s> new</p>"),
        ("<b onclick=x>c</b>", "<p>&lt;b onclick=x&gt;c&lt;/b&gt;</p>"),
        ("5 < 6 & 7", "<p>5 &lt; 6 &amp; 7</p>"),
    ],
)
def test_markdown_becomes_html(source: str, expected: str) -> None:
    assert render_message(source) == expected


def test_links_are_followed_at_ones_own_risk() -> None:
    assert 'rel="nofollow noopener noreferrer ugc"' in render_message("[x](https://example.com)")


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))",
        "[x](javascript:123)",
        "[x](JaVaScRiPt:1)",
        "[x](data:text/html;base64,PHN2Zz4=)",
        "[x](//evil.example)",
        "<javascript:1>",
        "![x](https://evil.example/track.png)",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x]: javascript:alert(1)\n[x]",
        "`<img onerror=1>`",
        "<a href='vbscript:1'>x</a>",
    ],
)
def test_known_attacks_are_harmless(source: str) -> None:
    assert dangers(source) == []


@given(st.text())
def test_no_text_is_dangerous_or_breaks_it(source: str) -> None:
    assert dangers(source) == []


@pytest.mark.realdata
def test_no_string_of_the_hostile_collection_is_dangerous(realdata: Path) -> None:
    strings = [entry["s"] for entry in json.loads((realdata / "hostile" / "strings.json").read_text())]
    found = {source: dangers(source) for source in strings if dangers(source)}
    assert len(strings) > 4000
    assert found == {}


@given(st.text(alphabet="aZ1é .,:;#-)@/$'_*\n", max_size=24))
def test_the_short_cut_for_plain_text_gives_what_all_the_machinery_gives(source: str) -> None:
    assert render.to_html(source) == render._render(source).strip()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("A **good** pump.\n\n- one\n- two", "A good pump. one two"),
        ("**B**old", "Bold"),
        ('5 < 6 & "so"', '5 < 6 & "so"'),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
        ("[here](https://example.com)", "here"),
    ],
)
def test_the_words_alone_are_on_one_line(source: str, text: str) -> None:
    assert to_text(source) == text
