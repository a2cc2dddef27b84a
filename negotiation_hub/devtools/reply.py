"""In the demo: answering a mail, and ordering by one, without a mail program.

What is handed in is a whole mail, with the headers and the quote that a mail program makes, and it takes the
way that the listener takes. So whoever plays with it sees what a mailed reply does.
"""

from datetime import datetime
from email import policy
from email.message import EmailMessage
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel import limits, mail_in
from negotiation_hub.kernel.mail import from_address
from negotiation_hub.kernel.mail_address import AddressInvalid
from negotiation_hub.kernel.models import InboundMail, Mail
from negotiation_hub.people.models import User


class ReplyForm(forms.Form):
    """The text of the reply; `id` makes the second click of a double click the same mail."""

    text = forms.CharField(
        label=_("Your reply"), max_length=limits.MESSAGE_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 5})
    )
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


def hand_in_order(to: str, subject: str, person: User, form: ReplyForm, now: datetime) -> InboundMail | None:
    """The person's order, taken in as if a server had brought it; None when it came before.

    Raises AddressInvalid for an address that takes no mail.
    """
    text, id = form.cleaned_data["text"], form.cleaned_data["id"]
    order = EmailMessage(policy.SMTP)
    order["From"], order["To"], order["Subject"] = _sender(person), to, subject
    order["Date"] = now
    order["Message-ID"] = f"<order.{id}@{person.email.rpartition('@')[2]}>"
    order.set_content(text)
    return mail_in.accept(order.as_bytes(), person.email, [to], now, peer="the page of the demo")


def may_reply(mail: Mail, person: object, now: datetime) -> bool:
    """Whether this mail asks for replies to us and the person is its reader. Never without DEMO=1."""
    if not settings.DEMO or not isinstance(person, User) or person.email.lower() != mail.to.lower():
        return False
    try:
        mail_in.check_recipient(mail.headers.get("Reply-To", ""), now)
    except AddressInvalid:
        return False
    return True


def hand_in(mail: Mail, person: User, text: str, id: UUID, now: datetime) -> InboundMail | None:
    """The person's reply to a mail, taken in as if a server had brought it; None when it came before."""
    to = mail.headers["Reply-To"]
    raw = as_mail(mail, person, text, id, now).as_bytes(policy=policy.SMTP)
    return mail_in.accept(raw, person.email, [to], now, peer="the page of the demo")


def as_mail(mail: Mail, person: User, text: str, id: UUID, now: datetime) -> EmailMessage:
    """The reply as a mail program writes it."""
    reply = EmailMessage(policy.SMTP)
    reply["From"] = _sender(person)
    reply["To"] = mail.headers["Reply-To"]
    reply["Subject"] = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    reply["Date"] = now
    reply["Message-ID"] = f"<reply.{id}@{person.email.rpartition('@')[2]}>"
    reply["In-Reply-To"] = mail.message_id
    reply["References"] = f"{mail.headers.get('References', '')} {mail.message_id}".strip()
    quoted = "\n".join(f"> {line}".rstrip() for line in mail.text.splitlines())
    written = f"On {mail.created_at:%a, %d %b %Y at %H:%M}, Negotiation Hub <{from_address()}> wrote:"
    reply.set_content(f"{text}\n\n{written}\n{quoted}\n")
    return reply


def _sender(person: User) -> str:
    return f'"{person.name.replace(chr(34), "")}" <{person.email}>' if person.name else person.email
