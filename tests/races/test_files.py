"""Uploads that race: a file is there once, sent once, and never both sent and removed."""

from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as hub
from pytest_django import Settings

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.refusals import Refusal
from rooms import attachments, audit
from rooms.models import Attachment, Room
from tests.kernel.office import PDF
from tests.races.test_one_wins import race
from tests.rooms.table import Table

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(limits, "EXAMINE_WITHIN_S", 60)  # a busy machine may take its time


def upload(table: Table) -> Attachment:
    """A file that waits to be sent."""
    ids = {"room_id": table.room.pk, "stream_id": table.room.pk, "id": uuid4()}
    return attachments.upload(actor=table.ben, data=PDF, name="a.pdf", now=table.now, **ids)


def test_one_file_that_is_uploaded_twice_at_once_is_kept_once() -> None:
    table, id = Table(), uuid4()
    ids = {"room_id": table.room.pk, "stream_id": table.room.pk, "id": id}
    again = partial(attachments.upload, actor=table.ben, data=PDF, name="a.pdf", now=table.now, **ids)
    assert race(again, again) == ["won", "won"]
    assert Attachment.objects.count() == 1
    assert sum(path.is_file() for path in (hub.DATA_DIR / "files").rglob("*")) == 1


def test_a_file_that_is_sent_by_two_messages_at_once_goes_with_one() -> None:
    table = Table()
    row = upload(table)
    say = partial(table.send, "buyer", "message.attach", text="", attachments=[str(row.pk)])
    assert sorted(race(say, say, say)) == ["file.unknown", "file.unknown", "won"]
    assert [event.kind for event in table.events].count("message.sent") == 1


def test_a_file_is_sent_or_withdrawn_and_never_both() -> None:
    table = Table()
    for _ in range(5):
        row = upload(table)
        sent, withdrawn = race(
            partial(table.send, "buyer", "message.attach", text="", attachments=[str(row.pk)]),
            partial(attachments.withdraw, actor=table.ben, room_id=table.room.pk, id=row.pk),
        )
        assert (sent, withdrawn) in {("won", "file.sent"), ("file.unknown", "won")}
        assert Attachment.objects.filter(pk=row.pk).exists() == (sent == "won")
    assert not list(audit.check_room(Room.objects.get(pk=table.room.pk)))


def test_a_message_that_is_removed_twice_at_once_loses_its_files_once() -> None:
    table = Table()
    row = upload(table)
    seq = table.send("buyer", "message.attach", text="", attachments=[str(row.pk)]).seq
    ends = race(*[partial(table.send, "buyer", "message.redact", message=seq)] * 3)
    assert sorted(ends) == ["message.unknown", "message.unknown", "won"]
    assert not Attachment.objects.exists()
    with pytest.raises(Refusal):
        attachments.readable(actor=table.ben, room_id=table.room.pk, id=row.pk)
