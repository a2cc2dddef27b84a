"""The file store: bytes under their SHA-256 in `DATA_DIR/files`, a row for each name they go by."""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop

from negotiation_hub.kernel import clock, commit, limits, outbox
from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.refusals import Refusal


class FileTooLarge(Refusal):
    """More bytes than one file may have."""

    code = "file.too_large"
    message = gettext_noop("This file is too large.")
    status = 413


class FileDamaged(Exception):
    """The bytes on disk are not those that were stored. An alarm for staff, not a refusal."""


def _path(sha256: str) -> Path:
    return Path(settings.DATA_DIR) / "files" / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # or a power cut takes the name of a file whose bytes are safe
    finally:
        os.close(descriptor)


def write(data: bytes) -> str:
    """Puts bytes on the disk, synced, and returns their SHA-256. `store` then need not wait for the disk.

    For those who store much: call it before the transaction. Bytes without a row harm nobody.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    path = _path(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{sha256}.{os.getpid()}.{os.urandom(4).hex()}.part")
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)  # a full disk must not be filled further
    _sync_folder(path.parent)  # even where the file was there: whoever wrote it may have died before this
    return sha256


def store(data: bytes, *, name: str, media_type: str, owner: UUID | None) -> File:
    """Stores bytes in the open transaction: on disk and synced first, so that no row names what is not there.

    Raises FileTooLarge. A transaction that rolls back leaves bytes without a row, which harm nobody.
    """
    commit.require_transaction()
    if len(data) > limits.FILE_BYTES_MAX:
        raise FileTooLarge(f"A file may have at most {limits.FILE_BYTES_MAX // 2**20} MiB.")
    sha256 = hashlib.sha256(data).hexdigest()
    if not _path(sha256).exists():
        write(data)
    safe_name = Path(name.replace("\\", "/")).name.replace("\x00", "")[:255] or "file"
    return File.objects.create(
        sha256=sha256,
        size_bytes=len(data),
        name=safe_name,
        media_type=media_type,
        owner=owner,
        created_at=clock.now(),
    )


def read(file: File) -> bytes:
    """The bytes of a stored file. Raises FileDamaged when they are gone or are not what was stored."""
    try:
        data = _path(file.sha256).read_bytes()
    except FileNotFoundError:
        raise FileDamaged(f"file {file.pk}: its bytes are gone") from None
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise FileDamaged(f"file {file.pk}: its bytes were changed")
    return data


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
    _path(sha256).unlink(missing_ok=True)


@outbox.handler("files.remove")
def _remove_bytes(payload: dict[str, Any], now: datetime) -> None:
    if not File.objects.filter(sha256=payload["sha256"]).exists():
        discard(payload["sha256"])
