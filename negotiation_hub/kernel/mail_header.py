"""The fields above a mail's text, as its sender wrote them: who, in answer to what, and whether by a program.

Read raw. The library's own reading of addresses takes long for some values and raises for others.
"""

import contextlib
import re
from email.message import Message
from email.utils import parseaddr
from typing import Any, Final, TypeAlias

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.mail_address import is_address, message_ids
from negotiation_hub.kernel.mail_charset import HEADER_CHARS_MAX, clean, decoded
from negotiation_hub.kernel.text import shown_only

AnyMessage: TypeAlias = "Message[Any, Any]"  # subscriptable for checkers only

_ROBOTS: Final = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+.-].*)?", re.IGNORECASE
)
_VERDICT: Final = re.compile(r"\b(spf|dkim|dmarc|arc)\s*=\s*([a-z]{1,12})", re.IGNORECASE)


def fields(message: AnyMessage, name: str) -> list[str]:
    """The values of all fields of a name (in lower case), each on one line."""
    return [_unfolded(value) for key, value in message.raw_items() if key.lower() == name]


def _unfolded(value: object) -> str:
    text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return " ".join(text.split())[: limits.MAIL_HEADER_BYTES_MAX]


def one_field(message: AnyMessage, name: str) -> str:
    """The value of the first field of a name, with its encoded words read; "" without one."""
    return decoded(next(iter(fields(message, name)), ""))


def kind_of(part: AnyMessage) -> str:
    """The media type of a part, text/plain when it cannot be told."""
    with contextlib.suppress(Exception):
        return part.get_content_type()
    return "text/plain"


def ids(message: AnyMessage, name: str) -> tuple[str, ...]:
    """The well-formed message ids in the fields of a name."""
    return message_ids(" ".join(fields(message, name)))


def author(message: AnyMessage) -> tuple[str, str]:
    """Name and address in From: what the sender says. "" for an address that is none."""
    name, address = "", ""
    value = next(iter(fields(message, "from")), "")[:HEADER_CHARS_MAX]
    with contextlib.suppress(Exception):
        name, address = parseaddr(value)
    address = address.strip().lower()
    return shown_only(clean(decoded(name)))[:100], address if is_address(address) else ""


def why_auto(message: AnyMessage, envelope_from: str, address: str) -> str:
    """Why a mail was not written by a person, by the signs of RFC 3834 and of what programs really send."""
    submitted = one_field(message, "auto-submitted").lower().strip()
    if submitted and not submitted.startswith("no"):
        return f"Auto-Submitted: {submitted[:60]}"
    precedence = one_field(message, "precedence").lower().strip()
    if precedence in {"bulk", "junk", "list", "auto_reply", "auto-reply"}:
        return f"Precedence: {precedence}"
    for name in (
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-auto-response-suppress",
        "x-loop",
        "list-id",
    ):
        value = one_field(message, name)
        if value and value.lower() not in {"no", "none"}:
            return f"{name}: {shown_only(value)[:60]}"
    if kind_of(message) == "multipart/report":
        return "a report of delivery"
    if envelope_from == "<>" or one_field(message, "return-path") == "<>":
        return "no sender: a bounce"
    return f"from {address[:100]}" if _ROBOTS.fullmatch(address.rpartition("@")[0]) else ""


def verdicts(message: AnyMessage, authority: str) -> dict[str, str]:
    """What the named server found out. What others claim to have found out is the sender's word."""
    found: dict[str, str] = {}
    for value in fields(message, "authentication-results") if authority else []:
        server, _, results = value.partition(";")
        if server.split()[:1] == [authority]:
            for method, result in _VERDICT.findall(results):
                found.setdefault(method.lower(), result.lower())
    return found
