"""A mail as it arrived, read into a small record. Strangers send anything, so nothing here trusts or raises.

The standard library takes a mail apart; what it cannot read is read more plainly, at last as bytes. Bounds
stand in limits.py; what is beyond them is left out and said so, and stays in the original.
"""

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from pathlib import PurePosixPath
from typing import Any, Final
from uuid import UUID

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.html_text import html_to_text
from negotiation_hub.kernel.mail_charset import clean, decoded, to_text
from negotiation_hub.kernel.mail_header import (
    AnyMessage,
    author,
    fields,
    ids,
    kind_of,
    one_field,
    verdicts,
    why_auto,
)
from negotiation_hub.kernel.refusals import Refusal, gettext_noop
from negotiation_hub.kernel.text import shown_only

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FIELDS_MIN: Final = 2  # a text may begin with one: "To: be decided"
_OF_A_MAIL: Final = frozenset(
    b"from to date subject message-id received return-path mime-version content-type in-reply-to references"
    b" reply-to delivered-to dkim-signature content-transfer-encoding".split()
)


class MailTooComplex(Refusal):
    """More parts, lines or header than any mail program writes."""

    code = "mail.too_complex"
    message = gettext_noop("This mail has too many parts.")
    status = 413


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail. Name and type are the sender's words: check the bytes."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """What a mail says: the sender's word, but for `id`, `recipients`, `received_at` and `authentication`.

    `text` is all that was written, quotes included: mail_reply.reply_text takes what is new. `authentication`
    is what our own receiving server found out (`{"spf": "pass"}`), empty when none is named in the settings.
    `auto` says why this was not written by a person, "" when it seems to be. `left_out` counts attachments
    beyond the bounds, `truncated` whether text is missing.
    """

    id: UUID
    received_at: datetime
    envelope_from: str
    recipients: tuple[str, ...]
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    from_address: str
    from_name: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    auto: str = ""
    hops: int = 0
    list_id: str = ""
    authentication: dict[str, str] = field(default_factory=dict)
    left_out: int = 0
    truncated: bool = False

    @property
    def is_auto(self) -> bool:
        """Whether a program wrote this: an absence notice, a bounce, a list. Never answer it."""
        return bool(self.auto)

    @property
    def is_forged(self) -> bool:
        """Whether our own mail server found that From is somebody else's address (DMARC, RFC 7489)."""
        return self.authentication.get("dmarc") == "fail"


def head(raw: bytes) -> bytes:
    """The header of a mail, without its text."""
    found = _BLANK_LINE.search(raw[: limits.MAIL_HEADER_BYTES_MAX + 4])
    return raw[: found.start()] if found else raw[: limits.MAIL_HEADER_BYTES_MAX + 4]


def has_header(raw: bytes) -> bool:
    """Whether these bytes begin like a mail: with fields, of which two are a mail's."""
    names = re.findall(rb"^([!-9;-~]+):", head(raw), re.MULTILINE)
    starts = re.match(rb"(?:From [^\n]*\n)?[!-9;-~]+:", raw) is not None
    return starts and len({name.lower() for name in names} & _OF_A_MAIL) >= _FIELDS_MIN


def check_bounds(raw: bytes) -> None:
    """Raises MailTooComplex for what would take long to read; looks at the bytes once, and at the parts."""
    if len(head(raw)) > limits.MAIL_HEADER_BYTES_MAX or raw.count(b"\n") > limits.MAIL_LINES_MAX:
        raise MailTooComplex
    _message(raw)


def message_id(raw: bytes) -> str:
    """The Message-ID, or "" when there is none that is well-formed."""
    return next(iter(ids(_top(raw), "message-id")), "")


def hops(raw: bytes) -> int:
    """How many servers say that they have passed this on."""
    return len(fields(_top(raw), "received"))


def parse(
    raw: bytes,
    *,
    id: UUID,
    received_at: datetime,
    envelope_from: str = "",
    recipients: tuple[str, ...] = (),
    authority: str = "",
) -> ParsedMail:
    """Reads a mail. Never raises; `authority` is the name of the server whose verdicts are believed."""
    try:
        message = _message(raw)
    except MailTooComplex:
        message = _top(raw)
    body = _Body()
    _safely(lambda: body.take(message))
    name, address = author(message)
    text = "\n\n".join(body.texts)
    return ParsedMail(
        id=id,
        received_at=received_at,
        envelope_from=envelope_from,
        recipients=recipients,
        message_id=next(iter(ids(message, "message-id")), ""),
        in_reply_to=ids(message, "in-reply-to"),
        references=ids(message, "references")[-10 * limits.MAIL_REFERENCES_MAX :],
        from_address=address,
        from_name=name,
        subject=shown_only(one_field(message, "subject"))[:250],
        text=text[: limits.MAIL_TEXT_CHARS_MAX],
        attachments=tuple(body.attachments),
        auto=why_auto(message, envelope_from, address),
        hops=len(fields(message, "received")),
        list_id=shown_only(one_field(message, "list-id"))[:250],
        authentication=verdicts(message, authority),
        left_out=body.left_out,
        truncated=body.truncated or len(text) > limits.MAIL_TEXT_CHARS_MAX,
    )


# --- taking apart -------------------------------------------------------------------------------------


def _message(raw: bytes) -> AnyMessage:
    """The parts of a mail, as far as the library understands them. Raises MailTooComplex."""
    made = 0

    def factory(*args: Any, **options: Any) -> EmailMessage:
        nonlocal made
        made += 1
        if made > limits.MAIL_PARTS_MAX:
            raise MailTooComplex  # the parser asks for each part, so it stops before they fill the memory
        return EmailMessage(*args, **options)

    try:
        return BytesParser(factory, policy=policy.default).parsebytes(raw)
    except MailTooComplex:
        raise
    except Exception:  # noqa: BLE001 - the library trips over some headers; what a stranger sends is no fault of ours
        return _top(raw)


def _top(raw: bytes) -> AnyMessage:
    """The header alone, read by the library's older and plainer rules; the text is what follows."""
    top = head(raw)
    message: AnyMessage = BytesParser(policy=policy.compat32).parsebytes(top + b"\r\n\r\n", headersonly=True)
    plain: AnyMessage = Message()
    for name, value in message.raw_items():
        if not name.lower().startswith("content-"):
            plain[name] = value
    plain.set_payload(
        raw[len(top) : len(top) + 4 * limits.MAIL_TEXT_CHARS_MAX].lstrip(b"\r\n").decode("utf-8", "replace")
    )
    return plain


def _safely(function: Callable[[], object]) -> None:
    with contextlib.suppress(Exception):
        function()


class _Body:
    """Walks through the parts: texts in order, one of each set of alternatives, the rest as attachments."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.attachments: list[Attachment] = []
        self.left_out = 0
        self.truncated = False

    def take(self, part: AnyMessage) -> None:
        """Takes a part and what is in it."""
        kind = kind_of(part)
        if kind == "multipart/alternative" and part.is_multipart():
            self._take_one(list(_children(part)))
        elif kind.startswith("multipart/") and part.is_multipart():
            for child in _children(part):
                _safely(lambda child=child: self.take(child))  # type: ignore[misc]
        elif self._is_text(part, kind):
            self._add_text(part, kind)
        else:
            self._attach(part, kind)

    def _take_one(self, alternatives: list[AnyMessage]) -> None:
        """The plain text, if there is any in it; else the richest that has text. Files of all are kept."""
        candidates = []
        for child in alternatives:
            body = _Body()
            _safely(lambda body=body, child=child: body.take(child))  # type: ignore[misc]
            candidates.append((kind_of(child) == "text/plain", body))
            self.attachments += body.attachments[: limits.MAIL_ATTACHMENTS_MAX - len(self.attachments)]
            self.left_out += body.left_out
        written = [(plain, body) for plain, body in candidates if body.texts]
        if written:
            best = next((body for plain, body in written if plain), written[-1][1])
            self.texts += best.texts
            self.truncated |= best.truncated

    @staticmethod
    def _is_text(part: AnyMessage, kind: str) -> bool:
        if part.is_multipart():
            return False
        if kind.startswith("multipart/"):
            return True  # its boundary is missing: what it holds is shown as it is
        return (
            kind in {"text/plain", "text/html"}
            and _disposition(part) != "attachment"
            and not _file_name(part)
        )

    def _add_text(self, part: AnyMessage, kind: str) -> None:
        data = _payload(part)
        # Four bytes for a letter, or ten for a letter with the markup around it.
        bound = (10 if kind == "text/html" else 4) * limits.MAIL_TEXT_CHARS_MAX
        self.truncated |= len(data) > bound
        charset = None
        with contextlib.suppress(Exception):
            charset = part.get_content_charset()
        text = to_text(data[:bound], charset)
        shown = html_to_text(text) if kind == "text/html" else text.strip("\n")
        if shown.strip():
            self.texts.append(shown)

    def _attach(self, part: AnyMessage, kind: str) -> None:
        if len(self.attachments) >= limits.MAIL_ATTACHMENTS_MAX:
            self.left_out += 1
            return
        if part.is_multipart():  # a mail within the mail
            data = b"".join(_safe_bytes(child) for child in _children(part))
        else:
            data = _payload(part)
        if data:
            self.attachments.append(Attachment(_file_name(part) or _made_name(kind), kind[:100], data))


def _children(part: AnyMessage) -> Iterator[AnyMessage]:
    payload: Any = part.get_payload()
    if isinstance(payload, list):
        yield from payload


def _payload(part: AnyMessage) -> bytes:
    data: Any = None
    with contextlib.suppress(Exception):
        data = part.get_payload(decode=True)
    if isinstance(data, bytes):
        return data
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _safe_bytes(part: AnyMessage) -> bytes:
    with contextlib.suppress(Exception):
        return part.as_bytes()
    return b""


def _disposition(part: AnyMessage) -> str:
    value: str | None = None
    with contextlib.suppress(Exception):
        value = part.get_content_disposition()
    return value or ""


def _file_name(part: AnyMessage) -> str:
    name: str | None = None
    with contextlib.suppress(Exception):
        name = part.get_filename()
    plain = shown_only(clean(decoded(name or "")))
    return PurePosixPath(plain.replace("\\", "/")).name[:200]


def _made_name(kind: str) -> str:
    return "message.eml" if kind.startswith("message/") else "attachment"
