"""Where the bytes of files lie: a Django storage that also reads a stretch of an object and knows its mark.

`STORAGES["files"]` names one of these: the disk, or an object store (kernel/storage_s3.py, whose library is
loaded only when it is asked for). Names are the SHA-256 of the bytes, so an object is never changed, and
whoever stores the same bytes again finds them there.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, Protocol, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages

PIECE_BYTES: Final = 128 * 1024  # that are copied or hashed at once: a disk is as fast as with more
_NOWAIT: Final = getattr(os, "RWF_NOWAIT", 0)  # Linux; elsewhere a read from a disk is waited for


class Mark(NamedTuple):
    """An object as it is now: bytes that were changed in place have another mark. Compared, never read."""

    size_bytes: int
    version: tuple[int | str, ...]


class FilesStorage(Protocol):
    """A Django storage for content under its SHA-256. What is missing raises FileNotFoundError."""

    def exists(self, name: str) -> bool:
        """Whether there is such an object."""

    def save(self, name: str, content: Any) -> str:
        """Keeps the content under this very name, wholly or not at all; what is there stays."""

    def delete(self, name: str) -> None:
        """Removes an object, or nothing."""

    def url(self, name: str, *, parameters: dict[str, str], expire: int) -> str:
        """A signed address, good for so many seconds. Raises NotImplementedError where there is none."""

    def read_at(self, name: str, start: int, size: int) -> bytes:
        """At most so many bytes from a place on; fewer only at the end."""

    def read_now(self, name: str, start: int, size: int) -> bytes | None:
        """The same, but None where it would have to be waited for; for the event loop."""

    def mark(self, name: str) -> Mark:
        """The object's size and version."""

    def part(self) -> Any:
        """A context manager: a file to write what is not complete yet, removed at the end if it is there."""

    def forget_parts(self, before_s: float) -> int:
        """Removes what a crash left of `part`, last written before this time (seconds): how many."""


def current() -> FilesStorage:
    """The storage that the settings name."""
    return cast("FilesStorage", storages["files"])


class FilesOnDisk(FileSystemStorage):
    """`DATA_DIR/files`, each object in a folder by the first two digits of its name.

    What `save` returns from is on the disk and synced; a name never stands for a part of its bytes.
    """

    @property
    def base_location(self) -> Path:
        """Read anew each time: tests have a folder each."""
        return Path(settings.DATA_DIR) / "files"

    @property
    def location(self) -> str:
        """The same as a text."""
        return str(self.base_location)

    def path(self, name: str) -> str:
        """Where an object lies."""
        return str(self.base_location / name[:2] / name)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: the same bytes are the same object."""
        return name

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Keeps the content; a part that was written on this disk (`part`) is renamed and not copied."""
        if name is None:
            raise ValueError("content has its SHA-256 for a name")
        path = Path(self.path(name))
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            if (written := getattr(content, "part", None)) is not None:
                written.flush()
                os.fsync(written.fileno())
                Path(written.name).replace(path)
            else:
                with self._part(path.parent, name) as part:
                    for chunk in content.chunks(PIECE_BYTES):
                        part.write(chunk)
                    part.flush()
                    os.fsync(part.fileno())
                    Path(part.name).replace(path)
        _sync_folder(path.parent)  # even where the file was there: whoever wrote it may have died before this
        return name

    def delete(self, name: str) -> None:
        """Removes an object, or nothing."""
        Path(self.path(name)).unlink(missing_ok=True)

    def url(self, name: str | None, **_: Any) -> str:
        """None: a disk has no addresses."""
        raise NotImplementedError

    def read_at(self, name: str, start: int, size: int) -> bytes:
        """Opened anew for each stretch, which costs 10 µs, so that a transfer that stalls holds nothing."""
        descriptor = os.open(self.path(name), os.O_RDONLY)
        try:
            return os.pread(descriptor, size, start)
        finally:
            os.close(descriptor)

    def read_now(self, name: str, start: int, size: int) -> bytes | None:
        """What the system has in memory (preadv2, `RWF_NOWAIT`); some file systems never say so."""
        descriptor = os.open(self.path(name), os.O_RDONLY)
        data = bytearray(size)
        try:
            count = os.preadv(descriptor, [data], start, _NOWAIT)
        except OSError as error:
            if error.errno in {errno.EAGAIN, errno.EOPNOTSUPP}:
                return None
            raise
        finally:
            os.close(descriptor)
        return bytes(data) if count == size else None

    def mark(self, name: str) -> Mark:
        """The system notes the time of every change of a file (`ctime`), which nobody can set back."""
        found = Path(self.path(name)).stat()
        return Mark(found.st_size, (found.st_ino, found.st_mtime_ns, found.st_ctime_ns))

    @contextmanager
    def part(self) -> Iterator[BinaryIO]:
        """On the same disk as the objects."""
        self.base_location.mkdir(parents=True, exist_ok=True)
        with self._part(self.base_location, "new") as part:
            yield part

    def forget_parts(self, before_s: float) -> int:
        """Whoever still writes one has changed it since."""
        count = 0
        for pattern in ("*.part", "??/*.part"):
            for path in self.base_location.glob(pattern):
                try:
                    if path.stat().st_mtime < before_s:
                        path.unlink()
                        count += 1
                except FileNotFoundError:
                    continue  # it became whole, or another process was first
        return count

    @contextmanager
    def _part(self, folder: Path, name: str) -> Iterator[BinaryIO]:
        path = folder / f"{name}.{os.getpid()}.{os.urandom(8).hex()}.part"
        try:
            with path.open("w+b") as part:
                yield part
        finally:
            path.unlink(missing_ok=True)  # a full disk must not be filled further


class Part(File):  # type: ignore[type-arg]
    """What was written into `FilesStorage.part`, for `save`."""

    def __init__(self, part: BinaryIO) -> None:
        super().__init__(part)
        self.part = part


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # or a power cut takes the name of a file whose bytes are safe
    finally:
        os.close(descriptor)
