"""Keys that live outside the database: signatures, MACs, sealed fields and signed links.

The ring is a JSON file (`HUB_KEY_RING`, by default `DATA_DIR/keys/ring.json`, mode 0600), newest key last.
Old keys stay readable; the newest one writes. Of a key that was dropped the public half stays, by which what
it signed is still checked. Ed25519: RFC 8032. AES-256-GCM: NIST SP 800-38D. HKDF: RFC 5869.
"""

import base64
import fcntl
import hashlib
import hmac
import json
import os
import time
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from negotiation_hub.kernel import canonical

SHORT_MAC_BYTES = 12
BLIND_BYTES = 16
RING_SEEN_AGAIN_S: Final = 1.0  # how long a process may go on writing with a key that is not the newest
_NONCE_BYTES = 12
_VERSION = b"\x01"


class BadToken(Exception):
    """The token was not made here, was changed, is for another purpose, or is too old."""


class BadSeal(Exception):
    """The sealed value was changed, or belongs to another row."""


@dataclass(frozen=True, slots=True)
class Signature:
    """An Ed25519 signature and the key that made it."""

    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True)
class _Key:
    id: str
    secret: bytes  # 32 bytes: seed of the signing key, and input of HKDF for all else

    def derive(self, purpose: str) -> bytes:
        info = b"negotiation-hub/" + purpose.encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self.secret)


def _new_key() -> dict[str, str]:
    secret = os.urandom(32)
    return {
        "id": hashlib.sha256(b"id" + secret).hexdigest()[:12],
        "secret": base64.b64encode(secret).decode(),
    }


def _read(path: Path) -> list[dict[str, str]]:
    keys: list[dict[str, str]] = json.loads(path.read_text())["keys"]
    return keys


def _write(path: Path, keys: list[dict[str, str]]) -> None:
    # Whole or not at all: half a key ring would lock everyone out of what it sealed.
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"keys": keys}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def create_ring(path: Path) -> None:
    """Makes the ring with one fresh key unless it exists.

    Two processes may try at once: one wins, both use its key.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    _write(fresh, [_new_key()])
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def rotate() -> str:
    """Adds a fresh key, which writes from now on, and returns its id. Old keys go on reading."""
    path = Path(settings.KEY_RING)
    create_ring(path)
    key = _new_key()
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two who rotate at once, neither may drop the other's key
        _write(path, [*_read(path), key])
    forget_keys()
    return key["id"]


def drop_old() -> list[str]:
    """Takes all keys but the newest out of the ring, and returns their ids: what they sealed opens no more.

    Their public halves stay. Whoever calls it has looked that nothing needs them (`resealing.old`).
    """
    path = Path(settings.KEY_RING)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        *older, newest = _read(path)
        dropped = [key["id"] for key in older if "secret" in key]
        _write(path, [*map(_public_half, older), newest])
    forget_keys()
    return dropped


def _public_half(key: dict[str, str]) -> dict[str, str]:
    if "secret" not in key:
        return key
    seed = _Key(key["id"], base64.b64decode(key["secret"])).derive("sign")
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return {"id": key["id"], "public": public.hex()}


@dataclass(slots=True)
class _Seen:
    """The ring as it was last read, and when somebody last looked whether its file is another one."""

    keys: dict[str, _Key]
    dropped: dict[str, str]  # public halves in hexadecimal
    file: tuple[str, int, int]  # path, inode and time of change: a ring is replaced whole
    looked: float


_seen: _Seen | None = None


def _ring(*, anew: bool = False) -> dict[str, _Key]:
    """The keys by their ids, newest last. Looks at the file once a second: a running server must not go on
    writing with the old key after `rotate`.
    """
    global _seen  # noqa: PLW0603 - one ring for the process, replaced whole
    seen, now = _seen, time.monotonic()
    if seen is not None and not anew and now - seen.looked < RING_SEEN_AGAIN_S:
        return seen.keys
    path = Path(settings.KEY_RING)
    create_ring(path)
    about = path.stat()
    file = (str(path), about.st_ino, about.st_mtime_ns)
    if seen is None or seen.file != file:
        found = _read(path)
        keys = {
            key["id"]: _Key(key["id"], base64.b64decode(key["secret"])) for key in found if "secret" in key
        }
        seen = _Seen(keys, {key["id"]: key["public"] for key in found if "public" in key}, file, now)
    else:
        seen = _Seen(seen.keys, seen.dropped, file, now)
    _seen = seen
    return seen.keys


def _dropped() -> dict[str, str]:
    _ring()
    return {} if _seen is None else _seen.dropped


def _has(key_id: str) -> bool:
    # What another process sealed with a newer key comes before our next look at the file.
    return key_id in _ring() or key_id in _ring(anew=True)


@lru_cache(maxsize=256)
def _derived(key_id: str, purpose: str) -> bytes:
    return _ring()[key_id].derive(purpose)


@lru_cache(maxsize=16)
def _signing(key_id: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derived(key_id, "sign"))


def forget_keys() -> None:
    """Drops what was read of the ring, so that the next use reads it again."""
    global _seen  # noqa: PLW0603
    _seen = None
    for cache in (_derived, _sealing, _signing):
        cache.cache_clear()


def _newest() -> str:
    return next(reversed(_ring()))


def newest_key() -> str:
    """The id of the key that writes, read from the ring anew."""
    return next(reversed(_ring(anew=True)))


def sign(data: bytes) -> Signature:
    """Signs with the newest key."""
    key_id = _newest()
    return Signature(key_id, _signing(key_id).sign(data))


def verify(data: bytes, key_id: str, value: bytes) -> bool:
    """Whether a key of this ring, or one that was dropped from it, signed exactly these bytes."""
    if not _has(key_id):
        return key_id in (dropped := _dropped()) and verify_with(dropped[key_id], data, value)
    try:
        _signing(key_id).public_key().verify(value, data)
    except InvalidSignature:
        return False
    return True


def public_keys() -> dict[str, str]:
    """The public half of each signing key in hexadecimal, for those who check evidence without us."""
    here = {key_id: _signing(key_id).public_key().public_bytes_raw().hex() for key_id in _ring()}
    return {**_dropped(), **here}


def verify_with(public_key_hex: str, data: bytes, value: bytes) -> bool:
    """Like `verify`, with nothing but a published public key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key_hex)).verify(value, data)
    except InvalidSignature:
        return False
    return True


def mac(purpose: str, data: bytes) -> bytes:
    """12 bytes naming the key, then HMAC-SHA256 (32 bytes) under the newest key of this purpose."""
    return _mac(_newest(), purpose, data)


def macs(purpose: str, data: bytes) -> list[bytes]:
    """The same under every key of the ring, newest first: to find what may wait to be renewed."""
    return [_mac(key_id, purpose, data) for key_id in reversed(_ring())]


def mac_key_of(value: bytes) -> str:
    """The id of the key that made a `mac`."""
    return bytes(value[:12]).decode("ascii", "replace")


def _mac(key_id: str, purpose: str, data: bytes) -> bytes:
    return key_id.encode() + hmac.digest(_derived(key_id, "mac/" + purpose), data, "sha256")


def check_mac(purpose: str, data: bytes, value: bytes) -> bool:
    """Whether `mac` made this value over this data, under any key of the ring."""
    key_id = mac_key_of(value)
    if not _has(key_id):
        return False
    expected = hmac.digest(_derived(key_id, "mac/" + purpose), data, "sha256")
    return hmac.compare_digest(expected, bytes(value[12:]))


def short_mac(purpose: str, data: bytes) -> bytes:
    """The first 12 bytes of an HMAC-SHA256 (96 bits), for what a person's mail program must carry.

    It does not name its key: whoever checks it tries the few of the ring. RFC 2104 allows 80 bits and more.
    """
    return _short(_newest(), purpose, data)


def check_short_mac(purpose: str, data: bytes, value: bytes) -> bool:
    """Whether `short_mac` made this value over this data, under any key of the ring."""
    made = [hmac.compare_digest(_short(key_id, purpose, data), bytes(value)) for key_id in _ring()]
    return any(made)  # all were compared, so that time does not tell which


def _short(key_id: str, purpose: str, data: bytes) -> bytes:
    return hmac.digest(_derived(key_id, "short/" + purpose), data, "sha256")[:SHORT_MAC_BYTES]


def seal(purpose: str, data: bytes, aad: bytes, *, secret: bytes = b"") -> bytes:
    """Encrypts with AES-256-GCM: version, key id, nonce, ciphertext.

    `aad` (table.column:pk) binds it to its place. `secret` is that of whom it is about
    (`kernel/subjects.py`): without it, nobody opens the value again, the ring's keys or not.
    """
    key_id = _newest()
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + key_id.encode() + nonce + _sealing(key_id, purpose, secret).encrypt(nonce, data, aad)


def unseal(purpose: str, sealed: bytes, aad: bytes, *, secret: bytes = b"") -> bytes:
    """The inverse of `seal`.

    Raises BadSeal when a byte was changed, or the value was moved to another row.
    """
    sealed = bytes(sealed)
    key_id = key_of(sealed)
    if sealed[:1] != _VERSION or not _has(key_id):
        raise BadSeal("made by an unknown key or version")
    nonce, cipher = sealed[13 : 13 + _NONCE_BYTES], sealed[13 + _NONCE_BYTES :]
    try:
        return _sealing(key_id, purpose, secret).decrypt(nonce, cipher, aad)
    except InvalidTag:
        raise BadSeal("changed, or moved from another row") from None


def key_of(sealed: bytes) -> str:
    """The id of the key that sealed a value."""
    return bytes(sealed[1:13]).decode("ascii", "replace")


@lru_cache(maxsize=1024)
def _sealing(key_id: str, purpose: str, secret: bytes) -> AESGCM:
    if not secret:
        return AESGCM(_derived(key_id, "seal/" + purpose))
    key = HKDF(algorithm=SHA256(), length=32, salt=secret, info=b"negotiation-hub/subject")
    return AESGCM(key.derive(_derived(key_id, "seal/" + purpose)))


def piece_cipher(purpose: str, salt: bytes, key_id: str | None = None) -> tuple[str, AESGCM]:
    """The cipher of one file that is sealed by pieces, and the id of the ring's key that it is derived from.

    Raises BadSeal for an unknown key.
    """
    key_id = key_id or _newest()
    if not _has(key_id):
        raise BadSeal("made by an unknown key or version")
    derived = _derived(key_id, "seal/" + purpose)
    key = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"negotiation-hub/pieces").derive(derived)
    return key_id, AESGCM(key)


def blind(purpose: str, data: bytes) -> bytes:
    """16 bytes by which a sealed value is found again: HMAC-SHA256 under the newest key, cut to 128 bits.

    Equal values have equal ones, and nobody without the ring can try values against them.
    """
    return _blind(_newest(), purpose, data)


def blinds(purpose: str, data: bytes) -> list[bytes]:
    """The same under every key of the ring, newest first: values may wait to be sealed anew."""
    return [_blind(key_id, purpose, data) for key_id in reversed(_ring())]


def _blind(key_id: str, purpose: str, data: bytes) -> bytes:
    return hmac.digest(_derived(key_id, "blind/" + purpose), data, "sha256")[:BLIND_BYTES]


def make_token(purpose: str, payload: dict[str, Any], *, ttl_s: int, now: datetime) -> str:
    """A signed, URL-safe text that carries a small payload for `ttl_s` seconds; it is not secret."""
    body = canonical.dumps({"p": payload, "e": int(now.timestamp()) + ttl_s}).encode()
    return ".".join(
        base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (body, mac("token/" + purpose, body))
    )


def read_token(purpose: str, token: str, *, now: datetime) -> dict[str, Any]:
    """The payload of a token. Raises BadToken."""
    try:
        body, tag = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
    except ValueError:
        raise BadToken("not a token") from None
    if not check_mac("token/" + purpose, body, tag):
        raise BadToken("not made here, or changed")
    content = json.loads(body)
    if content["e"] < now.timestamp():
        raise BadToken("too old")
    payload: dict[str, Any] = content["p"]
    return payload
