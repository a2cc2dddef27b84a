"""Addresses of mail: which ones may stand in a header, and signed ones to which people reply.

`r+<base32>@MAIL_DOMAIN` carries a purpose, a number and when it ends, with a MAC whose key is not in the
database. It has no case and at most 64 characters before the @, so every mail server leaves it as it is.
Whoever has the address may use it: a mail's From can be forged, this cannot.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from negotiation_hub.kernel import crypto, limits
from negotiation_hub.kernel.refusals import Refusal, gettext_noop

ADDRESS_CHARS_MAX: Final = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_LOCAL_CHARS_MAX: Final = 64  # RFC 5321, 4.5.3.1.1
_PURPOSE: Final = re.compile(r"[a-z]{1,8}")
_PREFIX: Final = "r+"
_NUMBER_BYTES: Final = 8
_ENDS_BYTES: Final = 4
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,120}@[!-;=?A-~]{1,120}>")


class AddressInvalid(Refusal):
    """Not an address of ours, or changed, or too old."""

    code = "mail.address_invalid"
    message = gettext_noop(
        "This address is not valid, or no longer. Please answer the newest mail, or on the site."
    )
    status = 404


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """What a reply address says: what it is for, the number it was made with, and until when it is good."""

    purpose: str
    number: int
    ends_at: datetime


def is_address(text: str) -> bool:
    """Whether this is one plain address, as a header or an envelope may hold it."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= ADDRESS_CHARS_MAX and text.isascii()


def message_ids(text: str) -> tuple[str, ...]:
    """The well-formed message ids in a header's value, in order, each once."""
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(text)))


def is_message_id(text: str) -> bool:
    """Whether this is one well-formed message id, with its angle brackets."""
    return _MESSAGE_ID.fullmatch(text) is not None


def reply_address(purpose: str, number: int, *, now: datetime, ttl_s: int = limits.MAIL_REPLY_S) -> str:
    """The address for replies to `number` (a row's own, from 0) for a purpose of one to eight letters a to z.

    Raises ValueError when they do not fit: those are the caller's constants.
    """
    if not _PURPOSE.fullmatch(purpose) or not 0 <= number < 1 << (8 * _NUMBER_BYTES - 1):
        raise ValueError(f"no reply address can carry {purpose!r} and {number}")
    # In minutes, so that a later mail of the same minute has the same address.
    ends = int(now.timestamp() + ttl_s) // 60
    width = max(1, (number.bit_length() + 7) // 8)
    body = purpose.encode() + bytes([width]) + number.to_bytes(width) + ends.to_bytes(_ENDS_BYTES)
    text = base64.b32encode(body + crypto.short_mac("mail/reply", body)).decode().rstrip("=").lower()
    local = _PREFIX + text
    if len(local) > _LOCAL_CHARS_MAX:
        raise ValueError(f"{local} is too long")
    return f"{local}@{settings.MAIL_DOMAIN}"


def read_reply_address(address: str, now: datetime) -> ReplyAddress:
    """What a reply address says. Raises AddressInvalid: changed, too old, not made here, another domain."""
    local, _, domain = address.strip().lower().rpartition("@")
    if (
        domain != settings.MAIL_DOMAIN.lower()
        or not local.startswith(_PREFIX)
        or len(local) > _LOCAL_CHARS_MAX
    ):
        raise AddressInvalid
    data = _decoded(local.removeprefix(_PREFIX))
    body, tag = data[: -crypto.SHORT_MAC_BYTES], data[-crypto.SHORT_MAC_BYTES :]
    if not crypto.check_short_mac("mail/reply", body, tag):
        raise AddressInvalid
    letters = 0
    while body[letters] > _NUMBER_BYTES:  # the letters of the purpose are above every width
        letters += 1
    width = body[letters]
    number = int.from_bytes(body[letters + 1 : letters + 1 + width])
    ends_at = datetime.fromtimestamp(int.from_bytes(body[-_ENDS_BYTES:]) * 60, UTC) + timedelta(minutes=1)
    if ends_at <= now:
        raise AddressInvalid
    return ReplyAddress(body[:letters].decode(), number, ends_at)


def _decoded(text: str) -> bytes:
    upper = text.upper()
    try:
        data = base64.b32decode(upper + "=" * (-len(upper) % 8))
    except (binascii.Error, ValueError):
        raise AddressInvalid from None
    # The last letter has bits to spare: only one way of writing an address is the address.
    if base64.b32encode(data).decode().rstrip("=") != upper:
        raise AddressInvalid
    return data
