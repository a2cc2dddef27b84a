"""Outgoing mail: stored and queued in the transaction that causes it, delivered by the outbox."""

from datetime import datetime
from email.utils import make_msgid
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from negotiation_hub.kernel import clock, commit, outbox
from negotiation_hub.kernel.models import Mail


def send(to: str, subject: str, text: str, *, dedupe: str, html: str = "") -> None:
    """Stores a mail and queues its delivery, in the open transaction; once per `dedupe`."""
    commit.require_transaction()
    if outbox.queued("mail.deliver", f"mail:{dedupe}"):
        return
    one_line = " ".join(subject.split())[
        :250
    ]  # a line break in a subject would be a header of the attacker's
    mail = Mail.objects.create(
        to=to,
        subject=one_line,
        text=text,
        html=html,
        message_id=make_msgid(domain=settings.MAIL_DOMAIN),
        created_at=clock.now(),
    )
    outbox.enqueue("mail.deliver", {"mail": str(mail.pk)}, dedupe=f"mail:{dedupe}")


@outbox.handler("mail.deliver")
def deliver(payload: dict[str, Any], now: datetime) -> None:
    """Hands the mail to the configured transport.

    A crash between sending and noting it may send it twice, never lose it.
    """
    mail = Mail.objects.get(pk=UUID(payload["mail"]))
    if mail.sent_at is not None:
        return
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.to],
        headers={"Message-ID": mail.message_id},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    message.send()
    with commit.transact():
        Mail.objects.filter(pk=mail.pk, sent_at=None).update(sent_at=now)
