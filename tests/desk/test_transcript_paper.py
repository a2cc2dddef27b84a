"""The paper of a transcript says what happened, in the reader's language, whatever people wrote."""

import io

import pytest
from pypdf import PdfReader

from desk import changes, transcript_paper
from desk.glyphs import on_paper
from desk.transcript_pdf import record_in
from negotiation_hub.kernel import limits
from tests.orders.test_documents import HOSTILE, text_of
from tests.rooms.table import Table, terms
from tests.rooms.transcripts import record, story


@pytest.fixture
def table(db: None) -> Table:
    return story(Table())


def drawn(table: Table, language: str = "en", who: str = "buyer") -> bytes:
    return transcript_paper.made(table.actor(who), table.room.pk, "table", language=language, now=table.now)


@pytest.mark.covers("room:after.transcript")
def test_it_says_who_said_what_and_when_what_changed_and_how_to_check_it(table: Table) -> None:
    words = text_of(drawn(table))
    head = table.events[-1].hash.hex()
    for expected in (
        "Pump NB-40",
        "Acme",
        "Norte",
        "2026-03-02 09:01:00",
        "We need **5,000** pumps.",
        "What stood here was removed.",
        "12 March 1 March",
        "120.00 EUR 100.00 EUR",
        "Version 2 was agreed on: 100.00 EUR",
        head,
        " ".join(head[at : at + 4] for at in range(0, 16, 4)),
        "/verify/",
        "1 / ",
    ):
        assert expected in words, expected
    assert "4242" not in words


def test_the_signed_record_is_inside_byte_for_byte(table: Table) -> None:
    pdf = drawn(table)
    reader = PdfReader(io.BytesIO(pdf))
    assert list(reader.attachments) == ["transcript.json"]
    assert record_in(pdf) == reader.attachments["transcript.json"][0]
    assert record_in(pdf)[:2000] == record(table)[:2000]  # type: ignore[index]
    assert b"pdfaid:part>3" in pdf


def test_it_can_be_had_in_spanish(table: Table) -> None:
    assert PdfReader(io.BytesIO(drawn(table, "es"))).trailer["/Root"]["/Lang"] == "es"  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "👍🏽 👩‍👩‍👧 🇪🇸 ☎️",
        "中文 日本語 한국어",
        "العربية עברית हिन्दी ไทย",
        "a\u0301\u0301\u0301 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!",
        "\u202eabc\u200b\u2066x",
        "\ue000\U000f0000\ufffd",
        "x" * 8_000,
        "\n" * 500 + "end",
        "\t\ttabs",
    ],
)
def test_no_text_breaks_the_paper(table: Table, text: str) -> None:
    table.send("buyer", "message.send", text=text)
    pdf = drawn(table)
    assert len(PdfReader(io.BytesIO(pdf)).pages) >= 1
    assert b"pdfaid:part>3" in pdf


def test_what_acts_as_markup_elsewhere_stays_text(db: None) -> None:
    table = Table()
    lines = [{"title": HOSTILE[:150], "quantity": "1", "unit": "C62", "unit_price": 5}]
    table.send("buyer", "message.send", text=HOSTILE)
    table.send(
        "seller",
        "offer.propose",
        offer=terms(lines=lines, issues=[{"name": HOSTILE[:100], "value": HOSTILE}]),
    )
    words = text_of(drawn(table))
    assert words.count('#panic("boom") *bold* $x^2$ @ref <label>') >= 3


def test_signs_without_a_typeface_are_named() -> None:
    assert on_paper("ok 👍🏽, 中") == "ok [thumbs up sign], [U+4E2D]"
    assert on_paper("señora Привет") == "señora Привет"
    assert on_paper("Привет", plain=True).startswith("[U+041F]")
    assert "\u202e" not in on_paper("\u202ex")


def test_a_long_one_says_what_it_leaves_out(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAPER_EVENTS_MAX", 5)
    words = text_of(drawn(table))
    assert f"{len(table.events) - 5} earlier events are not on this paper" in words
    assert "What stood here was removed." not in words


def test_a_record_that_is_too_long_is_not_inside_and_it_says_so(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAPER_ATTACHED_BYTES_MAX", 100)
    pdf = drawn(table)
    assert record_in(pdf) is None
    assert "too long to be inside this PDF" in text_of(pdf)


def test_changes_are_those_that_the_room_shows() -> None:
    before = {"currency": "EUR", "tax_basis": "none", "tax_rate_bp": 0}
    package = {"net": 1000, "tax": 0, "gross": 1000}
    line = {"title": "Pump", "quantity": "1", "unit": "C62", "unit_price": 1000}
    issue = {"name": "Delivery", "value": "March"}
    one = {**before, "packages": [{**package, "lines": [line], "issues": [issue]}]}
    other = {
        **before,
        "packages": [
            {**package, "gross": 900, "lines": [{**line, "title": " pump", "unit_price": 900}], "issues": []}
        ],
    }
    told = {row.label.strip(): (row.change, row.was, row.now) for row in changes.rows(one, other, 0)}
    assert told["Delivery"] == ("removed", "March", "")
    assert told["pump"][0] == "changed"
    assert told["Total to pay"][0] == "changed"
    assert {row.change for row in changes.rows(None, one, 0)} == {"same"}


def test_another_day_of_a_line_is_a_change_that_is_shown() -> None:
    line = {"title": "Pump", "quantity": "1", "unit": "C62", "unit_price": 1000}
    first, second = (
        {
            "currency": "EUR",
            "tax_basis": "none",
            "tax_rate_bp": 0,
            "packages": [{"net": 1000, "tax": 0, "gross": 1000, "lines": [{**line, **day}], "issues": []}],
        }
        for day in ({}, {"due": "2026-12-03"})
    )
    row = changes.rows(first, second, 0)[0]
    assert (row.change, row.now) == ("changed", f"{row.was}, by Dec. 3, 2026")
