"""Anybody can have a transcript checked, without an account, and is told in words what is wrong with it."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk import transcript_paper, transcript_views
from negotiation_hub.kernel import crypto, limits
from negotiation_hub.kernel.models import Event, Stream
from negotiation_hub.kernel.rate import Rate
from negotiation_hub.kernel.stream import redact
from tests.rooms.table import Table
from tests.rooms.transcripts import record, story

VERIFY = "/verify/"


@pytest.fixture
def table(db: None) -> Table:
    return story(Table())


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    rate = Rate(limits.CHECKS_PER_CLIENT_H, limits.CHECKS_PER_CLIENT_H, period_s=3600)
    monkeypatch.setattr(transcript_views, "_checks", rate)


def asked(data: bytes, name: str = "transcript.json", **headers: Any) -> Any:
    return Client(**headers).post(VERIFY, {"file": SimpleUploadedFile(name, data)})


def said(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.covers("room:after.verify")
def test_a_genuine_one_is_called_so_with_who_and_what(table: Table) -> None:
    words = said(asked(record(table)))
    assert "This transcript is genuine" in words
    assert "Every byte is as it was made here" in words
    assert "still has the same last event" in words
    for fact in ("Pump NB-40", "Acme", "Norte", "Ben", "Version 2, 100.00", table.events[-1].hash.hex()):
        assert fact in words, fact
    assert "(1 was removed)" in words


@pytest.mark.covers("room:after.verify")
def test_a_changed_one_is_told_by_its_place_and_nothing_of_it_is_shown(table: Table) -> None:
    words = said(asked(record(table).replace(b"5,000", b"9,000")))
    assert "not as it was made" in words
    assert "Event 5 does not say what it said" in words
    assert "The signature is not for this content" in words
    assert "Pump NB-40" not in words
    assert "site&#x27;s log" not in words


@pytest.mark.covers("room:after.verify")
def test_a_pdf_is_checked_by_what_is_inside_it(table: Table) -> None:
    pdf = transcript_paper.made(table.ben, table.room.pk, "table", language="en", now=table.now)
    words = said(asked(pdf, "transcript.pdf"))
    assert "This transcript is genuine" in words
    assert "The pages of a PDF cannot be signed" in words
    assert "no signed record inside this PDF" in said(asked(b"%PDF-1.7\nnothing", "x.pdf"))


def test_a_byte_of_the_record_inside_a_pdf_cannot_be_changed(table: Table) -> None:
    pdf = transcript_paper.made(table.ben, table.room.pk, "table", language="en", now=table.now)
    start = pdf.index(b"stream\n", pdf.index(b"/EmbeddedFile")) + 7
    for place in range(start, start + 400, 13):
        changed = bytearray(pdf)
        changed[place] ^= 1
        assert "This transcript is genuine" not in said(asked(bytes(changed), "transcript.pdf"))


def test_one_of_an_unknown_key_says_so(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    data = record(table)
    monkeypatch.setattr(crypto, "public_keys", lambda: {"0" * 12: "00" * 32})
    words = said(asked(data))
    assert "not one of this site&#x27;s" in words
    assert "site&#x27;s log" not in words  # nothing about rooms to who may have made it up


def test_what_was_removed_later_does_not_make_an_older_one_wrong(table: Table) -> None:
    data = record(table)
    row = Stream.objects.get(id=table.room.pk)
    from django.db import transaction

    from negotiation_hub.kernel import stream

    with transaction.atomic():
        head = stream.lock(row.id)
        assert head is not None
        redact(head, [5])
    assert "This transcript is genuine" in said(asked(data))


def test_a_log_that_is_another_now_is_told(table: Table) -> None:
    data = record(table)
    last = Event.objects.filter(stream__id=table.room.pk).order_by("-seq").first()
    assert last is not None
    document = json.loads(data)
    document["log"]["id"] = "00000000-0000-0000-0000-000000000000"
    assert transcript_views._log(document) == "gone"
    document["log"]["id"], document["head"]["hash"] = str(table.room.pk), "00" * 32
    assert transcript_views._log(document) == "differs"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "This file is empty"),
        (b"hello", "it is not JSON"),
        (b"{}", "nothing in it says so"),
        (b"\xff\xfe" * 100, "it is not JSON"),
        (b"<script>alert(1)</script>", "it is not JSON"),
    ],
)
def test_other_files_are_called_no_transcript(db: None, data: bytes, words: str) -> None:
    if not data:
        data = b" "
    shown = said(asked(data))
    assert words in shown
    assert "<script>alert" not in shown


def test_hostile_names_of_members_are_words(table: Table) -> None:
    data = record(table).replace(b'"agreements"', b'"<img src=x onerror=alert(1)>"', 1)
    shown = said(asked(data))
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_too_much_is_refused_in_words(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TRANSCRIPT_UPLOAD_BYTES_MAX", 1000)
    assert asked(b"x" * 1001).status_code == 413
    assert Client().post(VERIFY).status_code == 422


def test_a_bomb_in_a_pdf_is_not_unpacked(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    import zlib

    monkeypatch.setattr(limits, "TRANSCRIPT_UPLOAD_BYTES_MAX", 100_000)
    bomb = zlib.compress(b'{"agreements":' + b" " * 10_000_000)
    pdf = b"%PDF-1.7\n1 0 obj<</Type/EmbeddedFile/Filter/FlateDecode>>\nstream\n" + bomb + b"\nendstream"
    assert "no signed record inside" in said(asked(pdf, "x.pdf"))


def test_one_network_can_ask_so_often_and_another_still_may(db: None) -> None:
    for _ in range(limits.CHECKS_PER_CLIENT_H):
        assert asked(b"{}", REMOTE_ADDR="198.51.100.7").status_code == 200
    assert asked(b"{}", REMOTE_ADDR="198.51.100.7").status_code == 429
    assert asked(b"{}", REMOTE_ADDR="198.51.100.8").status_code == 200


def test_it_needs_the_token_of_its_form_keeps_nothing_and_is_linked(table: Table) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(VERIFY, {"file": SimpleUploadedFile("x", b"{}")}).status_code == 403
    page = strict.get(VERIFY)
    assert page.status_code == 200
    assert "no-cache" in page["Cache-Control"]
    assert f'href="{VERIFY}"' in Client().get("/listings/").content.decode()
    from negotiation_hub.kernel.models import File

    before = File.objects.count()
    asked(record(table))
    assert File.objects.count() == before


def test_the_published_keys_are_the_public_halves(db: None) -> None:
    answer = Client().get("/.well-known/negotiation-hub-keys.json")
    assert answer.json() == {
        "format": ["negotiation-hub/transcript/1"],
        "keys": crypto.public_keys(),
    }
