"""Files in an object store that speaks S3, through django-storages. Imported by `FILES_STORAGE=s3` alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final

from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage

from negotiation_hub.kernel.storage import Mark

_GONE: Final = frozenset({"404", "NoSuchKey", "NotFound"})


class FilesInBucket(S3Storage):
    """Objects under `FILES_S3_PREFIX`. A `PUT` is whole or not at all, and is kept when it is answered.

    Whatever else the store says (no access, too slow, away) is an OSError, as of a disk that fails.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: the same bytes are the same object."""
        return name

    def exists(self, name: str) -> bool:
        """Whether there is such an object."""
        try:
            self.mark(name)
        except FileNotFoundError:
            return False
        return True

    def save(self, name: str, content: Any, max_length: int | None = None) -> str:
        """Keeps the content; the library sends a large one in parts of 8 MiB, which appear together."""
        if not self.exists(name):
            content.seek(0)
            with _as_os_error():
                super().save(name, content, max_length)
        return name

    def delete(self, name: str) -> None:
        """Removes an object, or nothing."""
        with _as_os_error():
            super().delete(name)

    def read_at(self, name: str, start: int, size: int) -> bytes:
        """One request for each stretch: none is left open behind a reader who stalls."""
        if size <= 0:
            return b""
        with _as_os_error():
            found = self._object(name).get(Range=f"bytes={start}-{start + size - 1}")
            data: bytes = found["Body"].read()
        return data

    def read_now(self, name: str, start: int, size: int) -> bytes | None:
        """None: it is always waited for."""
        return None

    def mark(self, name: str) -> Mark:
        """The store's own tag of the bytes, and when they were put there."""
        with _as_os_error():
            found = self._object(name)
            found.load()
            return Mark(found.content_length, (found.e_tag, str(found.last_modified)))

    @contextmanager
    def part(self) -> Iterator[BinaryIO]:
        """On this machine: its SHA-256, which is its name, is known at its end."""
        with TemporaryFile() as part:
            yield part

    def forget_parts(self, before_s: float) -> int:
        """None: the system forgets a temporary file with its process."""
        return 0

    def _object(self, name: str) -> Any:
        return self.bucket.Object(self._normalize_name(name))


@contextmanager
def _as_os_error() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError

    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _GONE:
            raise FileNotFoundError(str(error)) from None
        raise OSError(f"the object store said: {error}") from error
    except BotoCoreError as error:
        raise OSError(f"the object store cannot be asked: {error}") from error
