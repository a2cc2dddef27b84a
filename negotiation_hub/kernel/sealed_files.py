"""Files that lie sealed in the store: whoever reads the disk, or a copy of it, reads nothing of them.

The row of a sealed file speaks of the sealed bytes. Name, size and hash of the clear ones belong to the row
of whatever keeps the file.
"""

from typing import Final
from uuid import UUID

from negotiation_hub.kernel import crypto, files
from negotiation_hub.kernel.models import File

_PURPOSE: Final = "files"
_NAME: Final = "sealed"
_MEDIA_TYPE: Final = "application/octet-stream"


def store_sealed(data: bytes, *, place: bytes, owner: UUID | None = None) -> File:
    """Stores bytes sealed, in the open transaction; `place` (table.column:pk) binds them to their row.

    Raises files.FileTooLarge. Equal bytes are sealed differently, so that each file has its own.
    """
    sealed = crypto.seal(_PURPOSE, data, place)
    return files.store(sealed, name=_NAME, media_type=_MEDIA_TYPE, owner=owner)


def read_sealed(file: File, *, place: bytes) -> bytes:
    """The clear bytes. Raises files.FileDamaged, and crypto.BadSeal when they belong to another row."""
    return crypto.unseal(_PURPOSE, files.read(file), place)
