"""What people are told: the mail that asks, and how a follow-up begins. In the buyer's language."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from feedback import links, wire
from feedback.models import Answer, Invitation
from negotiation_hub.kernel import mail
from negotiation_hub.kernel.text import shown_only
from threads.limits import SUBJECT_CHARS_MAX


def invited(invitation: Invitation, now: datetime) -> None:
    """To the buyer's person: the link to the questions, and the one to be asked no more."""
    person, order = invitation.person, invitation.order
    with translation.override(person.language or settings.LANGUAGE_CODE):
        facts = {
            "number": order.number,
            "title": order.title,
            "seller": order.seller_name,
            "name": person.get_short_name(),
            "until": formats.date_format(invitation.expires_at, "DATE_FORMAT"),
        }
        paragraphs = [
            _("Hello %(name)s,") % facts,
            _("You have received order %(number)s: %(title)s, from %(seller)s. How was it?") % facts,
            _("A few questions, about one minute, until %(until)s:") % facts,
            links.address("feedback:answer", links.answer_token(invitation, now)),
            _("Others see only what at least five buyers have said together, without names."),
            _("No more questions of this kind:")
            + "\n"
            + links.address("feedback:stop", links.stop_token(person, now)),
        ]
        subject = _("How was your order %(number)s?") % facts
    mail.send(person.email, subject, "\n\n".join(paragraphs) + "\n", dedupe=f"feedback:{invitation.pk}")


def follow_up_words(given: Answer, questions: Sequence[wire.Question]) -> tuple[str, str]:
    """Subject and first post of a follow-up: what was answered, as the buyer has allowed."""
    invitation = given.invitation
    language = invitation.person.language or settings.LANGUAGE_CODE
    with translation.override(language):
        facts = {
            "number": invitation.order.number,
            "title": invitation.order.title,
            "buyer": invitation.person.name,
            "seller": invitation.order.seller_name,
        }
        subject = _("What went wrong with order %(number)s? %(title)s") % facts
        lines = [
            _("%(buyer)s has answered our questions about order %(number)s and may be asked back.") % facts,
            *(_answered(question, given, language) for question in questions if question.key in given.values),
            _("What would put it right? %(seller)s, please answer here within two days.") % facts,
        ]
    return shown_only(subject)[:SUBJECT_CHARS_MAX].rstrip(), "\n\n".join(lines)


def _answered(question: wire.Question, given: Answer, language: str) -> str:
    said = wire.answer_words(question, given.values, language)
    quoted = "\n".join(f"> {line}" for line in said.split("\n"))
    return f"**{question.label.spoken(language)}**\n\n{quoted}"
