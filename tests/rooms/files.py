"""Files in messages, for tests: put up and sent as short calls, read as a browser reads them."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings as hub
from django.test import Client

from negotiation_hub.people.models import User
from rooms import attachments, audit, opening
from rooms.models import Attachment, Room
from tests.kernel.office import PDF
from tests.rooms.table import Table, person


def put(table: Table, who: str, data: bytes = PDF, name: str = "terms.pdf", **fields: Any) -> Attachment:
    """Puts a file up for the table, or another stream."""
    asked = {"room_id": table.room.pk, "stream_id": table.room.pk, "id": uuid4(), "now": table.now, **fields}
    return attachments.upload(actor=table.actor(who), data=data, name=name, **asked)


def send(table: Table, who: str, *rows: Attachment, text: str = "See here.", **fields: Any) -> int:
    """The number of a message with these files."""
    return table.send(
        who, "message.attach", text=text, attachments=[str(row.pk) for row in rows], **fields
    ).seq


def browser(user: User) -> Client:
    """A browser of a person."""
    found = Client()
    found.force_login(user, backend="negotiation_hub.people.backends.PeopleBackend")
    return found


def url(row: Attachment, more: str = "") -> str:
    return f"/api/v1/rooms/{row.room_id}/files/{row.pk}{more}"


def problems(table: Table) -> list[str]:
    return [str(problem) for problem in audit.check_room(Room.objects.get(pk=table.room.pk))]


def stored() -> list[Path]:
    """Everything in the file store."""
    return [path for path in (hub.DATA_DIR / "files").rglob("*") if path.is_file()]


def moderator(table: Table) -> None:
    """Dov sits down and observes."""
    table.others["dov"] = dov = person("Dov")
    dov.is_moderator = True
    dov.save(update_fields=["is_moderator"])
    opening.enter_room(actor=dov, scope=table.room.pk, now=table.now)
