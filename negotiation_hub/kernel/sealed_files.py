"""Files that lie sealed in the store, in one way: whoever reads the disk, or a copy, reads nothing of them.

A `Kind` is a column that names such a file. The bytes are bound to table, column and row: those of another
row, or changed ones, raise and never give another content. The row of `File` speaks of the sealed bytes;
name, size and hash of the clear ones belong to the row that keeps the file.

Sealed anew, a file keeps its row, which then names other bytes: so the rows that name it, most of which never
change, stay as they are. The bytes of before stay for `KEPT_S`, for who has read the row already: a backup,
or somebody who reads of one moment. A crash before the row is changed leaves bytes that nobody names.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import models

from negotiation_hub.kernel import (
    clock,
    commit,
    crypto,
    files,
    limits,
    outbox,
    resealing,
    sealed_pieces,
    storage,
)
from negotiation_hub.kernel.models import File

KEPT_S: Final = 86_400  # longer than a backup takes that has read the row
_NAME: Final = "sealed"
_AT_ONCE: Final = 10  # files whose rows one transaction changes: few hold the lock short
_MEDIA_TYPE: Final = "application/octet-stream"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A column that names sealed files; `also` are columns beside the key that say what they are.

    Those that are sealed by `pieces` can be read by stretches.
    """

    purpose: str  # the key is derived for it
    model: str  # app and name, as `apps.get_model` takes it
    column: str
    also: tuple[str, ...] = ()
    pieces: bool = False
    bytes_max: int = limits.FILE_BYTES_MAX

    def place(self, row: models.Model) -> bytes:
        """Table, column and row, as the bytes are bound to them."""
        said = [str(getattr(row, name)) for name in ("pk", *self.also)]
        return f"{row._meta.db_table}.{self.column}:{':'.join(said)}".encode()  # noqa: SLF001 - Django's own name

    def write(self, row: models.Model, data: bytes) -> files.Written:
        """Seals and keeps bytes for a row, synced; call it before the transaction that makes the row.

        Equal bytes are sealed differently, so each file has its own, and may be removed. Raises FileTooLarge.
        """
        if len(data) > self.bytes_max:
            raise files.too_large(self.bytes_max)
        seal = sealed_pieces.seal if self.pieces else crypto.seal
        sealed = seal(self.purpose, data, self.place(row))
        return files.Written(files.write(sealed), len(sealed))

    def keep(self, written: files.Written, *, owner: UUID | None) -> File:
        """The row for bytes that were written, in the open transaction."""
        return files.record(written, name=_NAME, media_type=_MEDIA_TYPE, owner=owner)

    def store(self, row: models.Model, data: bytes, *, owner: UUID | None = None) -> File:
        """Both at once, in the open transaction, where the bytes are few. Raises FileTooLarge."""
        commit.require_transaction()
        return self.keep(self.write(row, data), owner=owner)

    def open(self, row: models.Model) -> bytes:
        """The clear bytes. Raises files.FileDamaged, and crypto.BadSeal when they belong to another row."""
        unseal = sealed_pieces.unseal if self.pieces else crypto.unseal
        return unseal(self.purpose, _read(getattr(row, self.column)), self.place(row))

    def stretches(self, row: models.Model, sha256: str) -> sealed_pieces.Opened:
        """The clear bytes, of this SHA-256, to be read by stretches. Raises as `open` does, and OSError."""
        try:
            return sealed_pieces.Opened(self.purpose, getattr(row, self.column), self.place(row), sha256)
        except files.FileDamaged:
            file: File = getattr(row, self.column)
            if (now := _renamed(file)) is None:
                raise
            return sealed_pieces.Opened(self.purpose, now, self.place(row), sha256)

    def rows(self) -> "models.QuerySet[Any]":
        """The rows that name such a file."""
        model = apps.get_model(self.model)
        manager: models.Manager[Any] = model._default_manager  # noqa: SLF001 - Django's own name
        return manager.select_related(self.column).filter(**{f"{self.column}__isnull": False})


# Of the apps, named when they are loaded.
kinds: list[Kind] = []
# The files that the last sealing anew could not read, and left as they were: `verify` says what is wrong.
unread: list[UUID] = []


def kind(purpose: str, model: str, column: str, **more: Any) -> Kind:
    """Names a column with sealed files, so that they are sealed anew with the others; `more` as in `Kind`."""
    made = Kind(purpose, model, column, **more)
    kinds.append(made)
    return made


def remove(file: File) -> None:
    """Removes a sealed file in the open transaction; its bytes, and those of before, by jobs that follow."""
    commit.require_transaction()
    now = File.objects.select_for_update().filter(pk=file.pk).first()  # as it is named now
    if now is not None:
        outbox.hasten("files.remove", _dedupe(file.pk))
        files.remove(now)


def discard(written: files.Written) -> None:
    """Forgets bytes that were written, and nobody has kept."""
    files.discard(written.sha256)


def reseal(key_id: str) -> Iterator[int]:
    """Seals every file that is not sealed with this key, a few at a time; after each, how many."""
    unread.clear()
    for one in kinds:
        for page in resealing.pages(one.rows()):
            for start in range(0, len(page), _AT_ONCE):
                made = [_anew(one, row, key_id) for row in page[start : start + _AT_ONCE]]
                fresh = [pair for pair in made if pair is not None]
                if fresh:
                    yield resealing.write(lambda fresh=fresh: sum(_swap(*pair) for pair in fresh))  # type: ignore[misc]


def old(key_id: str) -> int:
    """How many files are sealed with another key than this one."""
    return sum(
        1
        for one in kinds
        for page in resealing.pages(one.rows())
        for row in page
        if _key_of(getattr(row, one.column)) != key_id
    )


def _anew(one: Kind, row: Any, key_id: str) -> tuple[File, files.Written] | None:
    """The fresh bytes, on the disk before anything names them; None where there are none to name."""
    file: File = getattr(row, one.column)
    if _key_of(file) == key_id:
        return None
    try:
        data = one.open(row)
    except (files.FileDamaged, crypto.BadSeal):
        if File.objects.filter(pk=file.pk).exists():  # not removed meanwhile
            log.exception("file %s of %s %s cannot be sealed anew", file.pk, one.model, row.pk)
            unread.append(file.pk)
        return None
    return file, one.write(row, data)


def _swap(file: File, written: files.Written) -> int:
    """Names the fresh bytes, where the row still names those that were read; they go later."""
    still = File.objects.filter(pk=file.pk, sha256=file.sha256)
    count = still.update(sha256=written.sha256, size_bytes=written.size_bytes)
    if count:
        outbox.enqueue(
            "files.remove",
            {"sha256": file.sha256},
            dedupe=f"{_dedupe(file.pk)}{file.sha256}",
            at=clock.now() + timedelta(seconds=KEPT_S),
        )
    else:  # somebody removed it, or sealed it anew first
        commit.after(lambda: discard(written))
    return count


def _dedupe(file: UUID) -> str:
    return f"files.resealed:{file}:"


def _key_of(file: File) -> str:
    try:
        return crypto.key_of(storage.current().read_at(file.sha256, 0, 13))
    except FileNotFoundError:
        return ""


def _read(file: File) -> bytes:
    try:
        return files.read(file)
    except files.FileDamaged:
        if (now := _renamed(file)) is None:
            raise
        return files.read(now)


def _renamed(file: File) -> File | None:
    """The row of a file that was sealed anew since it was read."""
    return File.objects.filter(pk=file.pk).exclude(sha256=file.sha256).first()


resealing.more.append(reseal)
resealing.old.append(old)
