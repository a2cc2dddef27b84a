"""Signatures of messages as Standard Webhooks has them (standardwebhooks.com, 1.0): HMAC-SHA256 of
`id.timestamp.body` in base64 behind `v1,`; several, separated by blanks, while a secret is being replaced.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from negotiation_hub.kernel import limits
from orders.carriers.base import BadEvent

_STAMP: Final = re.compile(r"[0-9]{1,12}")  # seconds since 1970


def sign(secret: str, id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a message."""
    stamp = str(int(at.timestamp()))
    value = base64.b64encode(_mac(secret, id, stamp, body)).decode()
    return {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{value}"}


def check(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a message that one of the secrets signed within five minutes of now. Raises BadEvent."""
    id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not 0 < len(id) <= limits.CARRIER_EVENT_ID_CHARS_MAX or _STAMP.fullmatch(stamp) is None:
        raise BadEvent
    if abs(now.timestamp() - int(stamp)) > limits.CARRIER_EVENT_AGE_S:
        raise BadEvent
    given = [text[3:] for text in headers.get("webhook-signature", "").split(" ") if text.startswith("v1,")]
    for secret in secrets:
        expected = _mac(secret, id, stamp, body)
        if any(hmac.compare_digest(expected, _decoded(text)) for text in given):
            return id
    raise BadEvent


def _mac(secret: str, id: str, stamp: str, body: bytes) -> bytes:
    key = _decoded(secret.removeprefix("whsec_")) or secret.encode()
    return hmac.digest(key, f"{id}.{stamp}.".encode() + body, "sha256")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
