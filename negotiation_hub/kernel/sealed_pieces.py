"""A sealed file of which a stretch can be read: sealed piece by piece, so that a transfer needs no whole one.

Each piece is AES-256-GCM under a key of the file's own (HKDF with a random salt), numbered by its nonce, and
bound to the file's place and length: pieces cannot be swapped, left out, or taken from another file. After
the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption, 2015), as Tink
has it.
"""

import os
from collections.abc import Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from negotiation_hub.kernel import crypto, files
from negotiation_hub.kernel.models import File

PIECE_BYTES: Final = 64 * 1024  # clear ones; as much as a transfer reads at once
_VERSION: Final = b"\x02"
_SALT_BYTES: Final = 16
_HEAD_BYTES: Final = 1 + 12 + _SALT_BYTES  # version, the key's id, salt
_TAG_BYTES: Final = 16
_SEALED_BYTES: Final = PIECE_BYTES + _TAG_BYTES


def seal(purpose: str, data: bytes, place: bytes) -> bytes:
    """Bytes, sealed piece by piece with the newest key."""
    salt = os.urandom(_SALT_BYTES)
    key_id, cipher = crypto.piece_cipher(purpose, salt)
    parts = [_VERSION, key_id.encode(), salt]
    for number, start in enumerate(range(0, len(data), PIECE_BYTES)):
        piece = data[start : start + PIECE_BYTES]
        parts.append(cipher.encrypt(_nonce(number), piece, _bound(place, len(data))))
    return b"".join(parts)


def unseal(purpose: str, sealed: bytes, place: bytes) -> bytes:
    """The inverse, whole. Raises crypto.BadSeal."""
    cipher, size = _cipher(purpose, sealed[:_HEAD_BYTES]), _clear_size(len(sealed))
    return b"".join(_pieces(cipher, sealed[_HEAD_BYTES:], 0, _bound(place, size)))


class Opened:
    """Such a file, to be read by stretches of its clear bytes; `sha256` is theirs. It holds nothing open."""

    def __init__(self, purpose: str, file: File, place: bytes, sha256: str) -> None:
        """Raises files.FileDamaged, crypto.BadSeal; OSError where the storage fails."""
        self._sealed = files.open_file(file)
        self._cipher = _cipher(purpose, self._sealed.read_at(0, _HEAD_BYTES))
        self.size_bytes = _clear_size(file.size_bytes)
        self.sha256 = sha256
        self._bound = _bound(place, self.size_bytes)

    def read_at(self, start: int, size: int) -> bytes:
        """At most so many bytes from a place on. Raises files.FileDamaged, OSError."""
        first, at, length = self._stretch(start, size)
        return self._clear(self._sealed.read_at(at, length), first, start, size)

    def read_now(self, start: int, size: int) -> bytes | None:
        """The same where the storage need not be waited for, else None."""
        first, at, length = self._stretch(start, size)
        found = self._sealed.read_now(at, length)
        return None if found is None else self._clear(found, first, start, size)

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to before `stop` in pieces. Raises files.FileDamaged, OSError."""
        stop = self.size_bytes if stop is None else stop
        while start < stop:
            data = self.read_at(start, min(PIECE_BYTES, stop - start))
            yield data
            start += len(data)

    def _stretch(self, start: int, size: int) -> tuple[int, int, int]:
        """The first piece, and where the sealed pieces begin and how long they are."""
        size = max(min(size, self.size_bytes - start), 1)
        first, last = start // PIECE_BYTES, (start + size - 1) // PIECE_BYTES
        at = _HEAD_BYTES + first * _SEALED_BYTES
        return first, at, min((last - first + 1) * _SEALED_BYTES, self._sealed.size_bytes - at)

    def _clear(self, sealed: bytes, first: int, start: int, size: int) -> bytes:
        try:
            data = b"".join(_pieces(self._cipher, sealed, first, self._bound))
        except crypto.BadSeal:
            raise files.FileDamaged(f"{self._sealed.sha256}: its bytes were changed") from None
        skipped = start - first * PIECE_BYTES
        return data[skipped : skipped + size]


def _pieces(cipher: AESGCM, sealed: bytes, first: int, bound: bytes) -> Iterator[bytes]:
    for number, at in enumerate(range(0, len(sealed), _SEALED_BYTES), first):
        try:
            yield cipher.decrypt(_nonce(number), sealed[at : at + _SEALED_BYTES], bound)
        except InvalidTag:
            raise crypto.BadSeal("changed, or moved from another row") from None


def _cipher(purpose: str, head: bytes) -> AESGCM:
    if head[:1] != _VERSION or len(head) != _HEAD_BYTES:
        raise crypto.BadSeal("made by an unknown version")
    return crypto.piece_cipher(purpose, head[13:], crypto.key_of(head))[1]


def _clear_size(sealed: int) -> int:
    body = max(sealed - _HEAD_BYTES, 0)
    return body - -(-body // _SEALED_BYTES) * _TAG_BYTES


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(place: bytes, size: int) -> bytes:
    return place + b":" + str(size).encode()
