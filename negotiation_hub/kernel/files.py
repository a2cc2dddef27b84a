"""The file store: bytes under their SHA-256 in a storage (kernel/storage.py), a row for each name they go by.

Small files are written and read whole (`store`, `read`). What may be large goes by pieces: `write_stream`,
then `record` in the transaction, and `open_file` to read stretches. The SHA-256 of a stretch proves nothing,
and hashing 512 MiB for each resumed download would cost a second of a core each; so the whole is hashed
before it is first handed out, and again after `SOUND_S`, or as soon as its mark (size, inode, times of
change; an object store's tag) is another. What was damaged by writing to it is so noticed at once, what
decayed silently within the hour, and what is gone at every stretch.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.utils.translation import gettext_noop

from negotiation_hub.kernel import clock, commit, limits, outbox, storage
from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.refusals import Refusal

SOUND_S: Final = 3600  # how long a file that was hashed and has its mark still is not hashed again
PARTS_KEPT_S: Final = 86_400  # what a crash left of a file; nobody writes on one for a day
_SOUND_MAX: Final = 10_000  # files that are known to be sound: 3 MB
_HASHED_AT_ONCE: Final = 16  # files; the same one never twice at once


class FileTooLarge(Refusal):
    """More bytes than one file may have."""

    code = "file.too_large"
    message = gettext_noop("This file is too large.")
    status = 413


class FileDamaged(Exception):
    """The stored bytes are not those that were stored. An alarm for staff, not a refusal."""


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes that are kept and have no row yet."""

    sha256: str
    size_bytes: int


def write(data: bytes) -> str:
    """Keeps bytes, synced, and returns their SHA-256. `store` then need not wait for the disk.

    For those who store much: call it before the transaction. Bytes without a row harm nobody.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    storage.current().save(sha256, ContentFile(data))
    return sha256


def write_stream(chunks: Iterable[bytes], *, bytes_max: int) -> Written:
    """The same for what comes in pieces, of which one at a time is in memory. Call it before the transaction.

    Raises FileTooLarge as soon as there are too many, and keeps nothing then.
    """
    kept, digest, size = storage.current(), hashlib.sha256(), 0
    with kept.part() as part:
        for chunk in chunks:
            size += len(chunk)
            if size > bytes_max:
                raise too_large(bytes_max)
            digest.update(chunk)
            part.write(chunk)
        kept.save(digest.hexdigest(), storage.Part(part))
    return Written(digest.hexdigest(), size)


def too_large(bytes_max: int) -> FileTooLarge:
    """The refusal with the bound."""
    return FileTooLarge(f"A file may have at most {bytes_max // 2**20} MiB.")


def record(written: Written, *, name: str, media_type: str, owner: UUID | None) -> File:
    """The row for bytes that are kept, in the open transaction."""
    commit.require_transaction()
    safe_name = Path(name.replace("\\", "/")).name.replace("\x00", "")[:255] or "file"
    return File.objects.create(
        sha256=written.sha256,
        size_bytes=written.size_bytes,
        name=safe_name,
        media_type=media_type,
        owner=owner,
        created_at=clock.now(),
    )


def store(data: bytes, *, name: str, media_type: str, owner: UUID | None) -> File:
    """Stores bytes in the open transaction: kept and synced first, so that no row names what is not there.

    Raises FileTooLarge. A transaction that rolls back leaves bytes without a row, which harm nobody.
    """
    commit.require_transaction()
    if len(data) > limits.FILE_BYTES_MAX:
        raise too_large(limits.FILE_BYTES_MAX)
    sha256 = hashlib.sha256(data).hexdigest()
    if not storage.current().exists(sha256):
        write(data)
    return record(Written(sha256, len(data)), name=name, media_type=media_type, owner=owner)


def read(file: File) -> bytes:
    """The bytes of a small file. Raises FileDamaged when they are gone or are not what was stored."""
    try:
        # One more than there should be, so that bytes that were added are noticed.
        data = storage.current().read_at(file.sha256, 0, file.size_bytes + 1)
    except FileNotFoundError:
        raise _gone(file) from None
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise _changed(file)
    return data


@dataclass(frozen=True, slots=True)
class Opened:
    """A stored file whose stretches can be read. It holds nothing open."""

    sha256: str
    size_bytes: int

    def read_at(self, start: int, size: int) -> bytes:
        """At most so many bytes from a place on; fewer only at the end. Raises FileDamaged, OSError."""
        try:
            data = storage.current().read_at(self.sha256, start, size)
        except FileNotFoundError:
            raise FileDamaged(f"{self.sha256}: its bytes are gone") from None
        if len(data) < min(size, self.size_bytes - start):
            raise FileDamaged(f"{self.sha256}: it was cut off")
        return data

    def read_now(self, start: int, size: int) -> bytes | None:
        """The same where it need not be waited for, else None. Raises FileDamaged, OSError."""
        try:
            return storage.current().read_now(self.sha256, start, size)
        except FileNotFoundError:
            raise FileDamaged(f"{self.sha256}: its bytes are gone") from None

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to before `stop` in pieces. Raises FileDamaged, OSError."""
        stop = self.size_bytes if stop is None else stop
        while start < stop:
            data = self.read_at(start, min(storage.PIECE_BYTES, stop - start))
            yield data
            start += len(data)


def open_file(file: File) -> Opened:
    """A stored file to be read by stretches, which is sound as far as is known (see above).

    Raises FileDamaged; OSError where the storage fails.
    """
    opened = Opened(file.sha256, file.size_bytes)
    try:
        if _is_known(file.sha256, found := storage.current().mark(file.sha256)):
            return opened
        with _hashing[int(file.sha256[:1], 16)]:
            if _is_known(file.sha256, found):  # by somebody who hashed it meanwhile
                return opened
            if found.size_bytes != file.size_bytes or _hash(opened) != file.sha256:
                raise _changed(file)
    except FileNotFoundError:
        raise _gone(file) from None
    with _guard:
        _sound[file.sha256] = (found, time.monotonic())
        _sound.move_to_end(file.sha256)
        while len(_sound) > _SOUND_MAX:
            _sound.popitem(last=False)
    return opened


def signed_address(file: File, *, name_header: str, expire_s: int) -> str:
    """An address of the object store from which a browser gets the bytes, good for so long.

    Raises NotImplementedError on a disk.
    """
    return storage.current().url(
        file.sha256,
        parameters={
            "ResponseContentType": file.media_type,
            "ResponseContentDisposition": name_header,
            "ResponseCacheControl": "private, no-store",
        },
        expire=expire_s,
    )


def remove(file: File) -> None:
    """Removes a stored file in the open transaction, and its bytes by a job that follows.

    Only for bytes that nobody else can store alike, such as sealed ones: who stores the same ones meanwhile
    would find them there, and then gone.
    """
    commit.require_transaction()
    outbox.enqueue("files.remove", {"sha256": file.sha256}, dedupe=f"files.remove:{file.pk}")
    file.delete()


def discard(sha256: str) -> None:
    """Removes bytes that `write` put there and nobody has stored. The same holds for them."""
    storage.current().delete(sha256)


@outbox.handler("files.remove")
def _remove_bytes(payload: dict[str, Any], now: datetime) -> None:
    if not File.objects.filter(sha256=payload["sha256"]).exists():
        discard(payload["sha256"])


@outbox.every("files.forget_parts", PARTS_KEPT_S)
def _forget_parts(now: datetime) -> None:
    storage.current().forget_parts(now.timestamp() - PARTS_KEPT_S)


_sound: OrderedDict[str, tuple[storage.Mark, float]] = OrderedDict()
_guard = threading.Lock()
_hashing = [threading.Lock() for _ in range(_HASHED_AT_ONCE)]  # by the first digit of the SHA-256


def _is_known(sha256: str, found: storage.Mark) -> bool:
    with _guard:
        mark, at_s = _sound.get(sha256, (None, 0.0))
    return mark == found and time.monotonic() - at_s < SOUND_S


def _hash(opened: Opened) -> str:
    digest = hashlib.sha256()
    for chunk in opened.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _gone(file: File) -> FileDamaged:
    return FileDamaged(f"file {file.pk}: its bytes are gone")


def _changed(file: File) -> FileDamaged:
    return FileDamaged(f"file {file.pk}: its bytes were changed")
