"""Files in what is said: uploaded for one stream first, then sent by a message, removed with it.

The bytes are read and drawn anew before any transaction, and kept sealed. Who may read the stream may read
its files, and that is asked each time.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Sum

from negotiation_hub.kernel import apart, commit, files, limits, outbox, sealed_files
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.rate import Rate
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.kernel.uploads import Examined
from negotiation_hub.kernel.wire import StreamUnknown, TooFast
from negotiation_hub.people.guests import require_account
from negotiation_hub.people.models import User
from rooms import queries
from rooms.models import Attachment
from rooms.refusals import FileIdTaken, FileSent, FilesStaged, FileUnknown
from rooms.table import Table, may_speak

FULL: Final = sealed_files.kind("room.attachment", "rooms.Attachment", "file")
SMALL: Final = sealed_files.kind("room.attachment", "rooms.Attachment", "thumbnail")
_uploads: Final = Rate(limits.UPLOADS_PER_MIN, limits.UPLOADS_BURST, period_s=60)


def upload(
    *, actor: User, room_id: UUID, stream_id: UUID, id: UUID, data: bytes, name: str, now: datetime
) -> Attachment:
    """Puts a file up for a message of this stream; the same one again under the same id is there once.

    Takes as long as reading the file does, at most EXAMINE_WITHIN_S. Raises NotFound, Observing, Muted,
    Locked, AccountNeeded, TooFast, FileIdTaken, FilesStaged, and what `kernel.apart.examine` raises.
    """
    given = hashlib.sha256(data).hexdigest()
    row = _may_speak(actor, room_id, stream_id)
    require_account(actor)
    if (known := _known(actor, row, id, given)) is not None:
        return known
    if wait_ms := _uploads.take(actor.pk):
        raise TooFast(retry_after_ms=wait_ms)
    _refuse_hoarding(actor, len(data))  # before the costly part
    found = apart.examine(data, name)
    full, small = _written(id, found)
    written = [one for one in (full, small) if one is not None]
    try:
        with commit.transact():
            # One after the other for each person: what they have staged is counted.
            User.objects.select_for_update(no_key=True).get(pk=actor.pk)
            if (known := _known(actor, row, id, given)) is None:
                _may_speak(actor, room_id, stream_id)  # reading the file took its time
                _refuse_hoarding(actor, len(found.data))
                made = _store(actor, row, id, given, found, full, small, now)
                written = []
                return made
    finally:
        for one in written:
            sealed_files.discard(one)
    return known


def take(table: Table, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Binds uploads to the message that is about to be appended, and gives them as its body names them.

    Under the lock of the stream. Raises FileUnknown unless all are the actor's, of this stream and not sent.
    """
    mine = Attachment.objects.filter(pk__in=ids, by=table.actor, stream=table.head.id, seq=None)
    if mine.update(seq=table.head.seq + 1) != len(ids):
        raise FileUnknown
    found = Attachment.objects.in_bulk([UUID(one) for one in ids])
    rows = [found[UUID(one)] for one in ids]
    for place, row in enumerate(rows):
        row.place = place
    Attachment.objects.bulk_update(rows, ["place"])
    return [view(row) for row in rows]


def remove_of(stream_id: UUID, seq: int) -> None:
    """Removes the files of a message, for good, in the open transaction."""
    for row in Attachment.objects.filter(stream=stream_id, seq=seq):
        _remove(row)


def withdraw(*, actor: User, room_id: UUID, id: UUID) -> None:
    """Removes an upload of one's own that was not sent. Raises NotFound, FileSent."""
    with commit.transact():
        # Found and locked at once, as it may just be sent.
        row = Attachment.objects.select_for_update(of=("self",)).filter(pk=id, by=actor, room=room_id).first()
        if row is None or not _may_read(actor, row):
            raise NotFound
        if row.seq is not None:
            raise FileSent
        _remove(row)


def readable(*, actor: User, room_id: UUID, id: UUID) -> Attachment:
    """A file that the person may read now: sent into a stream that they may read, or their own upload.

    Raises NotFound, alike for what is not and what is not theirs.
    """
    rows = Attachment.objects.select_related("file", "thumbnail")
    row = rows.filter(pk=id, room=room_id).first()
    if row is None or (row.seq is None and row.by_id != actor.pk) or not _may_read(actor, row):
        raise NotFound
    return row


def content(row: Attachment, *, small: bool = False) -> bytes:
    """The bytes of a file, or of the small picture beside it.

    Raises NotFound where there is no small one, kernel.files.FileDamaged, kernel.crypto.BadSeal.
    """
    if small and row.thumbnail is None:
        raise NotFound
    return (SMALL if small else FULL).open(row)


def view(row: Attachment) -> dict[str, Any]:
    """A file as messages name it. `sha256` is that of the bytes that are served."""
    size = {} if row.width is None else {"width": row.width, "height": row.height}
    return {
        "id": str(row.pk),
        "name": row.name,
        "type": row.media_type,
        "bytes": row.bytes,
        **size,
        "sha256": row.sha256,
    }


def sent(stream_id: UUID, *, since: int = 0) -> list[Attachment]:
    """The files of a stream's messages behind number `since`, in their order."""
    rows = Attachment.objects.filter(stream=stream_id, seq__gt=since)
    return list(rows.order_by("seq", "place"))


@outbox.every("rooms.forget_uploads", 3600)
def forget_unsent(now: datetime) -> None:
    """Removes what was uploaded a day ago and never sent."""
    old = Attachment.objects.filter(seq=None, created_at__lt=now - timedelta(seconds=limits.UPLOADS_KEPT_S))
    for pk in list(old.values_list("pk", flat=True)):
        with commit.transact():
            row = old.select_for_update(of=("self",)).filter(pk=pk).first()
            if row is not None:  # not sent meanwhile
                _remove(row)


def _may_speak(actor: User, room_id: UUID, stream_id: UUID) -> Stream:
    """The stream, if the person may say something there. Raises NotFound, Observing, Muted, Locked."""
    try:
        row, found = queries.stream_for(actor, stream_id)
    except StreamUnknown:
        raise NotFound from None
    if row.scope != room_id:
        raise NotFound
    may_speak(found, row.kind)
    return row


def _may_read(actor: User, row: Attachment) -> bool:
    try:
        queries.stream_for(actor, row.stream)
    except StreamUnknown:
        return False
    return True


def _known(actor: User, row: Stream, id: UUID, given: str) -> Attachment | None:
    known = Attachment.objects.filter(pk=id).first()
    if known is not None and (known.by_id, known.stream, known.given) != (actor.pk, row.id, given):
        raise FileIdTaken
    return known


def _refuse_hoarding(actor: User, more: int) -> None:
    staged = Attachment.objects.filter(by=actor, seq=None).aggregate(sum=Sum("bytes"))["sum"] or 0
    if staged + more > limits.STAGED_BYTES_MAX:
        raise FilesStaged


def _written(id: UUID, found: Examined) -> tuple[files.Written, files.Written | None]:
    row = Attachment(id=id)
    full = FULL.write(row, found.data)
    return full, None if found.thumbnail is None else SMALL.write(row, found.thumbnail)


def _store(
    actor: User,
    row: Stream,
    id: UUID,
    given: str,
    found: Examined,
    full: files.Written,
    small: files.Written | None,
    now: datetime,
) -> Attachment:
    return Attachment.objects.create(
        id=id,
        stream=row.id,
        room_id=row.scope,
        by=actor,
        given=given,
        file=FULL.keep(full, owner=actor.pk),
        thumbnail=None if small is None else SMALL.keep(small, owner=actor.pk),
        name=found.name,
        media_type=found.media_type,
        bytes=len(found.data),
        sha256=hashlib.sha256(found.data).hexdigest(),
        width=found.width,
        height=found.height,
        created_at=now,
    )


def _remove(row: Attachment) -> None:
    stored = [file for file in (row.file, row.thumbnail) if file is not None]
    row.delete()
    for file in stored:
        sealed_files.remove(file)
