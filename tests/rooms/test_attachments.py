"""Files in messages: put up, sent once, read by who may read the stream, and removed with their message."""

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image
from pytest_django import Settings

from negotiation_hub.kernel import limits, outbox
from negotiation_hub.kernel.clock import now
from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.people import services as people
from negotiation_hub.verify import verify
from rooms import attachments
from rooms.models import Attachment
from tests.factories.catalog import picture_bytes
from tests.kernel.office import PDF
from tests.rooms.files import browser, moderator, problems, put, send, stored, url
from tests.rooms.table import Table, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(limits, "EXAMINE_WITHIN_S", 60)  # a busy machine may take its time


# -- sending -----------------------------------------------------------------------------------------------


def test_a_message_names_its_files_with_the_hash_of_their_bytes(table: Table) -> None:
    photo = put(table, "buyer", picture_bytes(60, 40), "pump.png")
    terms = put(table, "buyer")
    seq = send(table, "buyer", photo, terms)
    told = table.events[-1]
    assert (told.seq, told.kind, told.body["text"]) == (seq, "message.sent", "See here.")
    first, second = told.body["attachments"]
    served = browser(table.ada).get(url(photo)).content
    assert first == {
        "id": str(photo.pk),
        "name": "pump.webp",
        "type": "image/webp",
        "bytes": len(served),
        "width": 60,
        "height": 40,
        "sha256": hashlib.sha256(served).hexdigest(),
    }
    assert second == {
        "id": str(terms.pk),
        "name": "terms.pdf",
        "type": "application/pdf",
        "bytes": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
    }
    assert not problems(table)


def test_a_message_with_files_needs_no_words_and_may_answer(table: Table) -> None:
    asked = table.send("seller", "message.send", text="Any drawing?").seq
    seq = send(table, "buyer", put(table, "buyer"), text=" \n", answers=asked)
    assert table.events[-1].body["text"] == ""
    assert table.events[-1].body["answers"] == asked
    with refused("message.unknown"):
        send(table, "buyer", put(table, "buyer"), answers=99)
    table.send("buyer", "message.edit", message=seq, text="A drawing.")


@pytest.mark.covers("room:messages.upload")
def test_a_double_click_uploads_and_sends_once(table: Table) -> None:
    upload, command = uuid4(), uuid4()
    first = put(table, "buyer", id=upload)
    assert put(table, "buyer", id=upload) == first
    assert Attachment.objects.count() == 1
    seq = send(table, "buyer", first, id=command)
    assert send(table, "buyer", first, id=command) == seq
    assert [event.kind for event in table.events].count("message.sent") == 1
    assert put(table, "buyer", id=upload).seq == seq  # the same again is the one that was sent


def test_an_id_belongs_to_one_file_of_one_person_and_stream(table: Table) -> None:
    row = put(table, "buyer")
    for fields in ({"data": PDF + b"\n"}, {"who": "seller"}, {"stream_id": table.caucus("buyer")}):
        with refused("file.id_taken"):
            put(table, **{"who": "buyer", "id": row.pk, **fields})  # type: ignore[arg-type]


def test_a_file_is_sent_once_by_who_uploaded_it_where_it_was_meant_for(table: Table) -> None:
    row, other = put(table, "buyer"), put(table, "buyer", stream_id=table.caucus("buyer"))
    for who, rows in (("seller", [row]), ("buyer", [row, other])):
        with refused("file.unknown"):
            send(table, who, *rows)
    with refused("file.unknown"):
        table.send("buyer", "message.attach", text="", attachments=[str(uuid4())])
    assert Attachment.objects.filter(seq=None).count() == 2  # nothing of what was refused has an effect
    send(table, "buyer", row)
    with refused("file.unknown"):
        send(table, "buyer", row)


def test_a_message_has_so_many_files_each_once(table: Table) -> None:
    row = str(put(table, "buyer").pk)
    for many in ([], [row, row], [str(uuid4()) for _ in range(limits.FILES_PER_MESSAGE_MAX + 1)]):
        with pytest.raises(ValueError, match="attachments"):
            table.send("buyer", "message.attach", text="", attachments=many)


# -- who may -----------------------------------------------------------------------------------------------


@pytest.mark.covers("room:messages.upload")
def test_a_stranger_puts_up_and_reads_nothing(table: Table) -> None:
    table.others["cleo"] = person("Cleo", "Other")
    row = put(table, "buyer")
    send(table, "buyer", row)
    elsewhere = {"room_id": uuid4()}, {"stream_id": uuid4()}, {"stream_id": table.caucus("seller")}
    for who, fields in (("cleo", {}), *(("buyer", one) for one in elsewhere)):
        with pytest.raises(NotFound):
            put(table, who, **fields)  # type: ignore[arg-type]
    with pytest.raises(StreamUnknown):
        send(table, "cleo", row)
    stranger = browser(table.others["cleo"])
    missing = stranger.get(url(row).replace(str(row.pk), str(uuid4())))
    for address in (url(row), url(row, "/thumbnail")):
        answer = stranger.get(address)
        assert (answer.status_code, answer.content) == (404, missing.content)
    assert browser(table.ada).get(url(row)).status_code == 200
    assert browser(table.ada).get(url(row).replace(str(table.room.pk), str(uuid4()))).status_code == 404
    assert Client().get(url(row)).status_code == 401


@pytest.mark.covers("room:caucus.silent")
def test_a_file_of_a_caucus_never_reaches_the_other_side(table: Table) -> None:
    caucus = table.caucus("seller")
    moderator(table)
    data = b"our floor is 9,000\n"
    row = put(table, "seller", data, "floor.txt", stream_id=caucus)
    send(table, "seller", row, stream_id=caucus)
    for who in ("buyer", "dov"):
        theirs = browser(table.actor(who))
        assert theirs.get(url(row)).status_code == 404
        assert theirs.delete(url(row)).status_code == 404
        assert b"floor" not in theirs.get(f"/api/v1/rooms/{table.room.pk}/evidence").content
        with pytest.raises(Refusal):
            put(table, who, stream_id=caucus)
    with refused("file.unknown"):
        send(table, "seller", row)
    colleague = browser(table.ada).get(url(row))
    assert colleague.content == data
    assert not any(b"floor" in path.read_bytes() for path in stored())  # nor on the disk


def test_an_upload_that_was_not_sent_is_its_authors_alone(table: Table) -> None:
    row = put(table, "buyer")
    assert browser(table.ben).get(url(row)).status_code == 200
    assert browser(table.ada).get(url(row)).status_code == 404
    assert browser(table.ada).delete(url(row)).status_code == 404
    assert browser(table.ben).delete(url(row)).status_code == 204
    assert browser(table.ben).delete(url(row)).status_code == 404
    outbox.drain(now())
    assert not stored()


def test_what_was_sent_cannot_be_taken_back_but_by_removing_the_message(table: Table) -> None:
    row = put(table, "buyer")
    send(table, "buyer", row)
    answer = browser(table.ben).delete(url(row))
    assert (answer.status_code, answer.json()["code"]) == (409, "file.sent")


def test_a_moderator_who_observes_puts_up_nothing_and_reads_what_was_sent(table: Table) -> None:
    moderator(table)
    with refused("moderation.observing"):
        put(table, "dov")
    row = put(table, "buyer")
    send(table, "buyer", row)
    assert browser(table.others["dov"]).get(url(row)).content == PDF


def test_who_has_left_the_company_reads_no_file_any_more(table: Table) -> None:
    row = put(table, "buyer")
    send(table, "buyer", row)
    theirs = browser(table.ada)
    assert theirs.get(url(row)).status_code == 200
    table.ada.memberships.all().delete()
    assert theirs.get(url(row)).status_code == 404


# -- over HTTP ---------------------------------------------------------------------------------------------


def post(client: Client, table: Table, data: bytes, name: str, **more: Any) -> Any:
    fields = {"id": str(uuid4()), "stream": str(table.room.pk), "file": SimpleUploadedFile(name, data)}
    return client.post(f"/api/v1/rooms/{table.room.pk}/files", {**fields, **more.pop("fields", {})}, **more)


@pytest.mark.covers("room:messages.documents", "room:messages.pictures")
def test_files_are_served_so_that_no_browser_runs_them(table: Table) -> None:
    ben = browser(table.ben)
    for data, name, kind, disposition in (
        (PDF, 'señal "1".pdf', "application/pdf", "attachment; filename*=utf-8''se%C3%B1al%20_1_.pdf"),
        (b"<5 mg/l\n", "a.html", "text/plain; charset=utf-8", 'attachment; filename="a.html.txt"'),
        (picture_bytes(), "pump.png", "image/webp", 'inline; filename="pump.webp"'),
    ):
        made = post(ben, table, data, name)
        assert made.status_code == 200, made.content
        answer = ben.get(f"/api/v1/rooms/{table.room.pk}/files/{made.json()['id']}")
        assert answer["Content-Type"] == kind
        assert answer["Content-Disposition"] == disposition
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_thumbnail_is_small_and_a_document_has_none(table: Table) -> None:
    row = put(table, "buyer", picture_bytes(3000, 1500, "JPEG"), "a.jpg")
    ben = browser(table.ben)
    with Image.open(BytesIO(ben.get(url(row, "/thumbnail")).content)) as small:
        assert small.size == (640, 320)
    assert ben.get(url(put(table, "buyer"), "/thumbnail")).status_code == 404


@pytest.mark.covers("room:messages.upload", "room:hostile.files")
def test_a_refused_upload_says_why(table: Table) -> None:
    ben = browser(table.ben)
    for data, name, status, code in (
        (b"<!doctype html>", "a.png", 422, "file.markup"),
        (b"MZ\0\0", "terms.pdf", 422, "file.program"),
        (b"\x89PNG\r\n\x1a\n", "a.png", 422, "picture.unreadable"),
        (bytes(limits.FILE_BYTES_MAX + 1), "a.pdf", 413, "file.too_large"),
    ):
        answer = post(ben, table, data, name)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert len(answer.json()["message"]) > 20
    assert post(ben, table, PDF, "a.pdf", fields={"id": "x"}).status_code == 422
    assert not Attachment.objects.exists()
    assert not stored()


def test_a_page_of_another_site_cannot_upload(table: Table) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(table.ben, backend="negotiation_hub.people.backends.PeopleBackend")
    assert post(strict, table, PDF, "a.pdf").status_code == 403
    token = people.issue_token(user=table.ben, now=now())
    program = Client(enforce_csrf_checks=True)
    assert post(program, table, PDF, "a.pdf", headers={"authorization": f"Bearer {token}"}).status_code == 200


# -- limits ------------------------------------------------------------------------------------------------


def test_one_person_stages_so_many_bytes(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STAGED_BYTES_MAX", 2 * len(PDF))
    first, _ = put(table, "buyer"), put(table, "buyer")
    with refused("file.staged"):
        put(table, "buyer")
    put(table, "seller")  # the others are not held up
    send(table, "buyer", first)
    put(table, "buyer")


def test_one_person_uploads_so_fast(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(limits.UPLOADS_BURST):
        attachments._uploads.take(table.ben.pk)
    with refused("rate.too_fast"):
        put(table, "buyer")
    put(table, "seller")


# -- removal -----------------------------------------------------------------------------------------------


@pytest.mark.covers("room:messages.redaction")
def test_a_removed_message_takes_the_bytes_of_its_files_along(table: Table) -> None:
    photo, kept = put(table, "buyer", picture_bytes(), "card.png"), put(table, "buyer")
    seq = send(table, "buyer", photo, text="")
    send(table, "buyer", kept)
    assert len(stored()) == 3  # with the thumbnail
    table.send("buyer", "message.redact", message=seq)
    assert browser(table.ben).get(url(photo)).status_code == 404
    outbox.drain(now())
    assert len(stored()) == File.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM kernel_event WHERE content LIKE '%card%'")
        assert cursor.fetchone()[0] == 0
    assert browser(table.ada).get(url(kept)).content == PDF
    assert not problems(table)
    said: list[str] = []
    verify(said.append)
    assert not said


def test_what_was_not_sent_is_removed_after_a_day(table: Table) -> None:
    old, sent = put(table, "buyer"), put(table, "buyer")
    send(table, "buyer", sent)
    later = table.now + timedelta(seconds=limits.UPLOADS_KEPT_S)
    fresh = put(table, "buyer", now=later)
    attachments.forget_unsent(later + timedelta(seconds=1))
    outbox.drain(now())
    assert set(Attachment.objects.values_list("pk", flat=True)) == {sent.pk, fresh.pk}
    assert len(stored()) == 2
    with refused("file.unknown"):
        send(table, "buyer", old)


def test_the_same_bytes_in_two_messages_are_removed_from_one(table: Table) -> None:
    mine, theirs = put(table, "buyer"), put(table, "seller")
    seq = send(table, "buyer", mine)
    send(table, "seller", theirs)
    table.send("buyer", "message.redact", message=seq)
    outbox.drain(now())
    assert browser(table.ben).get(url(theirs)).content == PDF
