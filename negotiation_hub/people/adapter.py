"""What we tell allauth: how a person is made, and that mails go through our outbox."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.forms import BaseForm
from django.http import HttpRequest

from negotiation_hub.kernel import clock, ids, mail
from negotiation_hub.kernel.commit import transact
from negotiation_hub.people import services
from negotiation_hub.people.guests import NOWHERE
from negotiation_hub.people.models import User


class AccountAdapter(DefaultAccountAdapter):
    def save_user(
        self, request: HttpRequest, user: AbstractBaseUser, form: BaseForm, commit: bool = True
    ) -> AbstractBaseUser:
        """A new person gets name, address, password and a personal organisation, all or nothing."""
        assert isinstance(user, User)  # noqa: S101 - there is one user model
        user.name = form.cleaned_data["name"]
        with transact():
            super().save_user(request, user, form, commit=commit)
            if commit:
                services.make_personal_organisation(user=user, now=clock.now())
        return user

    def format_email_subject(self, subject: str) -> str:
        """The subject as it is: the sender's name already says which site wrote."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox, so that the mail is delivered with retries and is on the page of sent mails."""
        if email.lower().endswith(NOWHERE):
            return  # of a guest: what is mailed there could still be read by whoever has their session
        site = SimpleNamespace(name="Negotiation Hub", domain=settings.PUBLIC_URL)
        about = {"request": allauth_context.request, "email": email, "current_site": site}
        message = self.render_mail(template_prefix, email, {**about, **context})
        with transact():
            mail.send(
                email,
                str(message.subject),
                str(message.body),
                dedupe=f"account:{ids.uuid7()}",
                html=_html_part(message),
            )


def _html_part(message: EmailMessage) -> str:
    if isinstance(message, EmailMultiAlternatives):
        for content, media_type in message.alternatives:
            if media_type == "text/html":
                return str(content)
    return ""
