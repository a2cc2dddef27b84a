"""Keys that live outside the database: signatures, MACs, sealed fields and signed links.

The ring is a JSON file (`HUB_KEY_RING`, by default `DATA_DIR/keys/ring.json`, mode 0600), newest key last.
Old keys stay readable; the newest one writes. Ed25519: RFC 8032. AES-256-GCM: NIST SP 800-38D. HKDF: RFC
5869.
"""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from negotiation_hub.kernel import canonical

SHORT_MAC_BYTES = 12
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
    key = _new_key()
    _write(path, [*_read(path), key])
    forget_keys()
    return key["id"]


@lru_cache(maxsize=1)
def _ring() -> dict[str, _Key]:
    path = Path(settings.KEY_RING)
    create_ring(path)
    return {key["id"]: _Key(key["id"], base64.b64decode(key["secret"])) for key in _read(path)}


@lru_cache(maxsize=64)
def _derived(key_id: str, purpose: str) -> bytes:
    return _ring()[key_id].derive(purpose)


@lru_cache(maxsize=16)
def _signing(key_id: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derived(key_id, "sign"))


def forget_keys() -> None:
    """Drops what was read of the ring, so that the next use reads it again."""
    for cache in (_ring, _derived, _signing):
        cache.cache_clear()


def _newest() -> str:
    return next(reversed(_ring()))


def sign(data: bytes) -> Signature:
    """Signs with the newest key."""
    key_id = _newest()
    return Signature(key_id, _signing(key_id).sign(data))


def verify(data: bytes, key_id: str, value: bytes) -> bool:
    """Whether a key of this ring signed exactly these bytes."""
    if key_id not in _ring():
        return False
    try:
        _signing(key_id).public_key().verify(value, data)
    except InvalidSignature:
        return False
    return True


def public_keys() -> dict[str, str]:
    """The public half of each signing key in hexadecimal, for those who check evidence without us."""
    return {key_id: _signing(key_id).public_key().public_bytes_raw().hex() for key_id in _ring()}


def verify_with(public_key_hex: str, data: bytes, value: bytes) -> bool:
    """Like `verify`, with nothing but a published public key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key_hex)).verify(value, data)
    except InvalidSignature:
        return False
    return True


def mac(purpose: str, data: bytes) -> bytes:
    """12 bytes naming the key, then HMAC-SHA256 (32 bytes) under the newest key of this purpose."""
    key_id = _newest()
    return key_id.encode() + hmac.digest(_derived(key_id, "mac/" + purpose), data, "sha256")


def check_mac(purpose: str, data: bytes, value: bytes) -> bool:
    """Whether `mac` made this value over this data, under any key of the ring."""
    key_id = bytes(value[:12]).decode("ascii", "replace")
    if key_id not in _ring():
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


def seal(purpose: str, data: bytes, aad: bytes) -> bytes:
    """Encrypts with AES-256-GCM: version, key id, nonce, ciphertext.

    `aad` (table.column:pk) binds it to its place.
    """
    key_id = _newest()
    nonce = os.urandom(_NONCE_BYTES)
    cipher = AESGCM(_derived(key_id, "seal/" + purpose)).encrypt(nonce, data, aad)
    return _VERSION + key_id.encode() + nonce + cipher


def unseal(purpose: str, sealed: bytes, aad: bytes) -> bytes:
    """The inverse of `seal`.

    Raises BadSeal when a byte was changed, or the value was moved to another row.
    """
    sealed = bytes(sealed)
    key_id = sealed[1:13].decode("ascii", "replace")
    if sealed[:1] != _VERSION or key_id not in _ring():
        raise BadSeal("made by an unknown key or version")
    nonce, cipher = sealed[13 : 13 + _NONCE_BYTES], sealed[13 + _NONCE_BYTES :]
    try:
        return AESGCM(_derived(key_id, "seal/" + purpose)).decrypt(nonce, cipher, aad)
    except InvalidTag:
        raise BadSeal("changed, or moved from another row") from None


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
