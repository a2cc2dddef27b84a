"""What verify, the evidence and the timeline say of files in messages."""

import json
from pathlib import Path

import pytest
from pytest_django import Settings

from negotiation_hub.kernel import commit, limits
from negotiation_hub.kernel.models import File
from rooms import attachments
from rooms.models import Attachment
from tests.factories.catalog import picture_bytes
from tests.rooms.files import browser, problems, put, send, stored
from tests.rooms.table import Table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(limits, "EXAMINE_WITHIN_S", 60)  # a busy machine may take its time


# -- verify ------------------------------------------------------------------------------------------------


def path_of(file: File) -> Path:
    return next(path for path in stored() if path.name == file.sha256)


def test_verify_names_a_file_whose_bytes_are_gone_or_changed(table: Table) -> None:
    row, other = put(table, "buyer"), put(table, "buyer")
    seq = send(table, "buyer", row, other)
    path_of(row.file).unlink()
    path_of(other.file).write_bytes(b"x")
    gone, changed = problems(table)
    assert f"event {seq}: the file {row.pk}" in gone
    assert gone.endswith("its bytes are gone")
    assert changed.endswith("its bytes were changed")


def test_verify_names_a_file_that_was_exchanged_for_another(table: Table) -> None:
    row = put(table, "seller", b"price: 100\n", "a.txt", stream_id=table.caucus("seller"))
    send(table, "seller", row, stream_id=table.caucus("seller"))
    other = put(table, "seller", b"price: 200\n", "a.txt")
    with commit.transact():
        forged = attachments.FULL.store(row, b"price: 9\n")
    Attachment.objects.filter(pk=row.pk).update(file=forged)
    assert problems(table)[0].endswith("its bytes are not those that the log names")
    assert "caucus seller" in problems(table)[0]
    held = other.file
    Attachment.objects.filter(pk=other.pk).delete()
    Attachment.objects.filter(pk=row.pk).update(file=held)
    assert problems(table)[0].endswith("its bytes are another file's")


def test_verify_names_a_row_that_is_gone_or_should_be(table: Table) -> None:
    row, other = put(table, "buyer"), put(table, "buyer")
    seq = send(table, "buyer", row)
    Attachment.objects.filter(pk=row.pk).delete()
    Attachment.objects.filter(pk=other.pk).update(seq=seq)
    missing, kept = problems(table)
    assert missing.endswith("is missing, and nobody removed its message")
    assert kept.endswith(f"the file {other.pk} is kept, though no message names it")


# -- named elsewhere ---------------------------------------------------------------------------------------


def test_the_evidence_names_the_files_of_the_table(table: Table) -> None:
    row = put(table, "buyer")
    seq = send(table, "buyer", row)
    evidence = browser(table.ada).get(f"/api/v1/rooms/{table.room.pk}/evidence").json()
    assert evidence["files"] == [{"seq": seq, **attachments.view(row)}]
    (content,) = (event["content"] for event in evidence["events"] if event["seq"] == seq)
    assert json.loads(content)["attachments"] == [attachments.view(row)]


def test_the_timeline_names_the_files(table: Table) -> None:
    table.send("seller", "message.send", text="Any drawing?")
    seq = send(table, "buyer", put(table, "buyer"), put(table, "buyer", picture_bytes(), "pump.png"))
    assert "terms.pdf, pump.webp" in page(table)
    table.send("buyer", "message.redact", message=seq)
    assert "terms.pdf" not in page(table)


def page(table: Table) -> str:
    return browser(table.ada).get(f"/deals/{table.room.pk}/").content.decode()
