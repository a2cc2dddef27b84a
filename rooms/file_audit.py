"""What `negotiation-hub verify` asks of files in messages: that their bytes are those that the log names."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from negotiation_hub.kernel import crypto, files, stream
from negotiation_hub.kernel.audit import Problem
from rooms import attachments
from rooms.models import Attachment

_SIGN: Final = '"attachments"'  # in the content of a message with files: most need not be parsed


def check(where: str, stream_id: UUID) -> Iterator[Problem]:
    """Checks the files of one stream against its log. What was removed must be gone."""
    rows = {str(row.pk): row for row in attachments.sent(stream_id)}
    for event in stream.everything(stream_id):
        if event.kind != "message.sent" or event.content is None or _SIGN not in event.content:
            continue
        for named in event.body.get("attachments", ()):
            place = f"{where} event {event.seq}: the file {named['id']}"
            row = rows.pop(named["id"], None)
            if row is None or row.seq != event.seq:
                yield Problem(place, "is missing, and nobody removed its message")
            elif (wrong := _wrong(row, named)) is not None:
                yield Problem(place, wrong)
    for row in rows.values():
        yield Problem(f"{where} event {row.seq}", f"the file {row.pk} is kept, though no message names it")


def _wrong(row: Attachment, named: Mapping[str, Any]) -> str | None:
    try:
        data = attachments.content(row)
    except files.FileDamaged as error:
        return str(error).partition(": ")[2]
    except crypto.BadSeal:
        return "its bytes are another file's"
    if hashlib.sha256(data).hexdigest() != named["sha256"]:
        return "its bytes are not those that the log names"
    return None if attachments.view(row) == named else "its row is not what the log says"
