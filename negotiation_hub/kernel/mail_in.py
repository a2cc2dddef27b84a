"""Incoming mail: stored before it is acknowledged, then handed to whoever it is for.

`accept` is what the listener and any other way in call. It keeps the bytes and queues a job, in one
transaction; the job reads the mail and asks the receivers, which higher apps add to the list when they
start. A receiver answers None (not for me) or an Outcome; the first Outcome decides. It may be called twice
for the same mail, so it is idempotent by `ParsedMail.id`.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from negotiation_hub.kernel import commit, files, limits, mail_parse, outbox
from negotiation_hub.kernel.mail_address import AddressInvalid, is_address, read_reply_address
from negotiation_hub.kernel.mail_parse import ParsedMail
from negotiation_hub.kernel.models import InboundMail, InboundRecipient
from negotiation_hub.kernel.refusals import Refusal, gettext_noop
from negotiation_hub.kernel.text import shown_only

log = logging.getLogger(__name__)


class MailTooLarge(Refusal):
    """More bytes than a mail may have."""

    code = "mail.too_large"
    message = gettext_noop("This mail is too large.")
    status = 413


class MailLooping(Refusal):
    """It came through so many servers that it must be going in circles."""

    code = "mail.looping"
    message = gettext_noop("This mail goes in circles.")
    status = 409


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail, with a reason that staff can read. `forget` removes what arrived: it is
    personal, and whoever took it keeps what they need.
    """

    status: InboundMail.Status
    reason: str = ""
    forget: bool = False


Receiver = Callable[[ParsedMail, datetime], Outcome | None]
Owner = Callable[[str, datetime], bool]

receivers: list[Receiver] = []
owners: list[Owner] = []  # whether an address that is no reply address is somebody's: a group's, say


def check_recipient(address: str, now: datetime) -> str:
    """The address as it is kept, if mail for it is taken in. Raises AddressInvalid."""
    plain = address.strip().lower()
    if is_address(plain) and any(owns(plain, now) for owns in owners):
        return plain
    read_reply_address(plain, now)
    return plain


def accept(
    raw: bytes, envelope_from: str, envelope_to: Sequence[str], now: datetime, *, peer: str = ""
) -> InboundMail | None:
    """Stores a mail and queues its reading, in a transaction of its own; on return it is safe to say so.

    Of the recipients only those count that have not had this mail yet (the same bytes, or the same
    Message-ID); None when there is none. Raises MailTooLarge, MailTooComplex, MailLooping, AddressInvalid.
    """
    if len(raw) > limits.MAIL_BYTES_MAX:
        raise MailTooLarge
    mail_parse.check_bounds(raw)
    if mail_parse.hops(raw) > limits.MAIL_HOPS_MAX:
        raise MailLooping
    recipients = sorted({check_recipient(address, now) for address in envelope_to})
    if not recipients or len(recipients) > limits.MAIL_RECIPIENTS_MAX:
        raise AddressInvalid
    message_id = mail_parse.message_id(raw)
    digest = hashlib.sha256(raw).hexdigest()
    if all(_is_known(address, digest, message_id) for address in recipients):
        return None  # before anything is written: what was forgotten must not be there again
    sha256 = files.write(raw)  # nobody else waits while the disk does
    with commit.transact():
        fresh = [one for one in recipients if not _is_known(one, sha256, message_id)]
        if not fresh:
            return None
        mail = InboundMail.objects.create(
            sha256=sha256,
            message_id=message_id,
            envelope_from=shown_only(envelope_from)[:320],
            envelope_to=fresh,
            raw=files.store(raw, name="mail.eml", media_type="message/rfc822", owner=None),
            peer=shown_only(peer)[:100],
            received_at=now,
        )
        mine = _claim(mail, fresh)
        if not mine:  # somebody else took in the same mail in this moment
            raw_file = mail.raw
            mail.delete()
            if raw_file is not None:
                raw_file.delete()
            return None
        if mine != fresh:
            mail.envelope_to = mine
            mail.save(update_fields=["envelope_to"])
        outbox.enqueue("mail.received", {"mail": str(mail.pk)}, dedupe=f"mail-in:{mail.pk}")
        return mail


def _is_known(address: str, sha256: str, message_id: str) -> bool:
    known = InboundRecipient.objects.filter(address=address)
    if known.filter(sha256=sha256).exists():
        return True
    return bool(message_id) and known.filter(message_id=message_id).exists()


def _claim(mail: InboundMail, addresses: list[str]) -> list[str]:
    """The addresses for which this mail is the first: the unique indexes decide among those who race."""
    rows = [
        InboundRecipient(mail=mail, address=one, sha256=mail.sha256, message_id=mail.message_id)
        for one in addresses
    ]
    InboundRecipient.objects.bulk_create(rows, ignore_conflicts=True)
    return sorted(InboundRecipient.objects.filter(mail=mail).values_list("address", flat=True))


def arrived(mail: InboundMail) -> bytes:
    """The bytes of a stored mail. Raises FileDamaged when they are not those that came, or are forgotten."""
    if mail.raw is None:
        raise files.FileDamaged(f"mail {mail.pk}: what arrived is forgotten")
    return files.read(mail.raw)


def read(mail: InboundMail) -> ParsedMail:
    """A stored mail, read. Raises FileDamaged when its bytes are not those that came, or are forgotten."""
    return mail_parse.parse(
        arrived(mail),
        id=mail.pk,
        received_at=mail.received_at,
        envelope_from=mail.envelope_from,
        recipients=tuple(mail.envelope_to),
        authority=settings.MAIL_AUTHSERV_ID,
    )


@outbox.handler("mail.received")
def dispatch(payload: dict[str, Any], now: datetime) -> None:
    """Asks the receivers. What is temporary, or a fault, raises: the mail stays pending and comes again."""
    mail = InboundMail.objects.select_related("raw").get(pk=UUID(payload["mail"]))
    if mail.status != InboundMail.Status.PENDING:
        return
    outcome = _ask(read(mail), now)
    log.info("mail %s: %s (%s)", mail.pk, outcome.status, outcome.reason)
    with commit.transact():
        pending = InboundMail.objects.filter(pk=mail.pk, status=InboundMail.Status.PENDING)
        changed = pending.update(status=outcome.status, reason=shown_only(outcome.reason)[:500])
        if changed and outcome.forget and mail.raw is not None:
            InboundMail.objects.filter(pk=mail.pk).update(raw=None, envelope_from="")
            files.remove(mail.raw)


def _ask(parsed: ParsedMail, now: datetime) -> Outcome:
    for receiver in receivers:
        try:
            outcome = receiver(parsed, now)
        except Refusal as refusal:
            if refusal.temporary:
                raise
            return Outcome(InboundMail.Status.REFUSED, f"{refusal.code}: {refusal.message}")
        if outcome is not None:
            return outcome
    return Outcome(InboundMail.Status.IGNORED, parsed.auto or "nobody here is waiting for it")
