"""Outgoing mail: stored and queued in the transaction that causes it, delivered by the outbox."""

import re
import smtplib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from email.mime.text import MIMEText
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from negotiation_hub.kernel import clock, commit, limits, outbox
from negotiation_hub.kernel.mail_address import is_address, is_message_id
from negotiation_hub.kernel.models import Mail
from negotiation_hub.kernel.text import shown_only

_PERMANENT = range(500, 600)  # what a server says of this mail that it will say again
_FAILURE_CHARS = 500
_WITHDRAWN = "withdrawn: "


def send(
    to: str,
    subject: str,
    text: str,
    *,
    dedupe: str,
    html: str = "",
    sender: str = "",
    message_id: str = "",
    in_reply_to: str = "",
    references: Sequence[str] = (),
    reply_to: str = "",
    list_id: str = "",
    list_unsubscribe: Sequence[str] = (),
    calendar: str = "",
) -> Mail | None:
    """Stores a mail and queues its delivery, in the open transaction; None when `dedupe` was queued before.

    `sender` is the name of the person whose words these are; they go out from our address. `message_id`,
    `in_reply_to` and `references` are ids with angle brackets. `list_id` is the name of a list in the form of
    a domain. `list_unsubscribe` holds a `mailto:` or `https:` address, or both; with an https one a mail
    program may unsubscribe by one click, a POST (RFC 8058). `calendar` is an iCalendar object with a METHOD
    (RFC 5546), which goes with it as `appointment.ics`.

    Raises ValueError for what may not stand in a header. A `to` that is no address is noted as failed: it is
    no reason to undo what the mail tells of.
    """
    commit.require_transaction()
    if outbox.queued("mail.deliver", f"mail:{dedupe}"):
        return None
    headers = _threading(in_reply_to, references)
    if reply_to:
        headers["Reply-To"] = _checked(reply_to, is_address(reply_to))
    headers |= _listing(list_id, list_unsubscribe)
    if not sender:
        headers["Auto-Submitted"] = "auto-generated"  # RFC 3834: an absence notice is no answer to it
    moment = clock.now()
    # RFC 2606: nothing is ever delivered there. People who came as guests have such an address.
    valid = is_address(to) and not to.endswith(".invalid")
    mail = Mail.objects.create(
        to=to[:320],
        subject=shown_only(subject)[:250],  # a line break in a subject would be a header of the attacker's
        text=text,
        html=html,
        calendar=calendar or None,
        sender=shown_only(sender)[:100],
        message_id=_checked(message_id, is_message_id(message_id))
        if message_id
        else make_msgid(domain=settings.MAIL_DOMAIN),
        headers=headers,
        created_at=moment,
        failed_at=None if valid else moment,
        failure="" if valid else "this is not an address",
    )
    outbox.enqueue("mail.deliver", {"mail": str(mail.pk)}, dedupe=f"mail:{dedupe}")
    return mail


def withdraw(mails: Collection[UUID], *, why: str, now: datetime) -> None:
    """Keeps mails that are still waiting from going out, in the open transaction.

    One that is being handed over at this moment goes.
    """
    commit.require_transaction()
    waiting = Mail.objects.filter(pk__in=mails, sent_at=None, failed_at=None)
    waiting.update(failed_at=now, failure=(_WITHDRAWN + why)[:_FAILURE_CHARS])


def is_withdrawn(mail: Mail) -> bool:
    """Whether it was `withdraw` that kept a mail from going out."""
    return mail.sent_at is None and mail.failed_at is not None and mail.failure.startswith(_WITHDRAWN)


def from_address() -> str:
    """Our own address, without the name."""
    return str(sanitize_address(settings.DEFAULT_FROM_EMAIL, "utf-8")).rpartition("<")[2].rstrip(">")


def _checked(value: str, good: bool) -> str:
    if not good:
        raise ValueError(f"{value!r} may not stand in a header")
    return value


def _threading(in_reply_to: str, references: Sequence[str]) -> dict[str, str]:
    headers = {}
    if in_reply_to:
        headers["In-Reply-To"] = _checked(in_reply_to, is_message_id(in_reply_to))
    if references:
        named = [_checked(one, is_message_id(one)) for one in dict.fromkeys(references)]
        # The first holds a thread together, the newest say where in it a reply belongs.
        kept = (
            named
            if len(named) <= limits.MAIL_REFERENCES_MAX
            else [named[0], *named[1 - limits.MAIL_REFERENCES_MAX :]]
        )
        headers["References"] = " ".join(kept)
    return headers


def _listing(list_id: str, unsubscribe: Sequence[str]) -> dict[str, str]:
    headers = {}
    if list_id:
        headers["List-Id"] = f"<{_checked(list_id, is_address(f'list@{list_id}'))}>"
    if unsubscribe:
        headers["List-Unsubscribe"] = ", ".join(f"<{_checked(one, _is_link(one))}>" for one in unsubscribe)
    if any(one.startswith("https:") for one in unsubscribe):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _is_link(text: str) -> bool:
    if not text.isascii() or not text.isprintable() or any(char in text for char in ' <>,"'):
        return False
    parts = urlsplit(text)
    if parts.scheme == "mailto":
        return is_address(parts.path)
    return parts.scheme == "https" and bool(parts.hostname)


@outbox.handler("mail.deliver")
def deliver(payload: dict[str, Any], now: datetime) -> None:
    """Hands the mail to the configured transport.

    What the server refuses for good (5xx) is noted and not tried again. Anything else raises, and the outbox
    tries again. A crash between sending and noting it may send it twice, under the same Message-ID; it never
    loses it.
    """
    mail = Mail.objects.get(pk=UUID(payload["mail"]))
    if mail.sent_at is not None or mail.failed_at is not None:
        return
    try:
        _message(mail).send()
    except (smtplib.SMTPException, OSError, BadHeaderError, UnicodeError) as error:
        late = now - mail.created_at > timedelta(seconds=limits.MAIL_TRY_FOR_S)
        final = late or _is_permanent(error)
        with commit.transact():
            Mail.objects.filter(pk=mail.pk, sent_at=None).update(
                failed_at=now if final else None, failure=_told(error)[:_FAILURE_CHARS]
            )
        if not final:
            raise
        return
    with commit.transact():
        Mail.objects.filter(pk=mail.pk, sent_at=None).update(sent_at=now, failure="")


def _message(mail: Mail) -> EmailMultiAlternatives:
    sender = settings.DEFAULT_FROM_EMAIL
    if mail.sender:
        name = f"{mail.sender} via Negotiation Hub".replace("\\", "").replace('"', "'")
        sender = f'"{name}" <{from_address()}>'
    message = EmailMultiAlternatives(
        mail.subject, mail.text, sender, [mail.to], headers={"Message-ID": mail.message_id, **mail.headers}
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    if mail.calendar:
        message.attach(_calendar_part(mail.calendar))
    return message


def _calendar_part(text: str) -> MIMEText:
    """As RFC 6047 asks for it: mail programs offer to keep the date."""
    part = MIMEText(text, "calendar", "utf-8")
    found = re.search(r"^METHOD:([A-Z]+)\r?$", text, re.MULTILINE)
    part.set_param("method", found.group(1) if found else "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename="appointment.ics")
    return part


def _is_permanent(error: Exception) -> bool:
    """Whether this mail will never be taken. That we may not sign in, or are not greeted, is about us."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in _PERMANENT for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return error.smtp_code in _PERMANENT
    return isinstance(error, smtplib.SMTPNotSupportedError | BadHeaderError | UnicodeError)


def _told(error: Exception) -> str:
    """What the server said, in words that staff can read."""
    said: list[tuple[int, bytes | str]] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        said = [(error.smtp_code, error.smtp_error)]
    texts = [
        f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
        for code, text in said
    ]
    return shown_only("; ".join(texts) or f"{type(error).__name__}: {error}")
