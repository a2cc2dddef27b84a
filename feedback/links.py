"""Signed links of mails: to answer one invitation, and to be asked no more. They open without signing in."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import get_script_prefix, reverse

from feedback import limits
from feedback.models import Invitation
from feedback.refusals import LinkInvalid
from negotiation_hub.kernel import crypto
from negotiation_hub.people.models import User

_ANSWER: Final = "feedback/answer"
_STOP: Final = "feedback/stop"


def answer_token(invitation: Invitation, now: datetime) -> str:
    """Opens this invitation's page. When an answer is due is a question for the invitation, not the link."""
    return crypto.make_token(_ANSWER, {"invitation": str(invitation.pk)}, ttl_s=limits.LINK_S, now=now)


def invitation_of(token: str, now: datetime) -> Invitation:
    """The invitation that a link opens. Raises LinkInvalid."""
    found = _read(_ANSWER, token, "invitation", now)
    rows = Invitation.objects.select_related("survey", "version", "order", "seller", "answer")
    invitation = rows.filter(pk=found).first()
    if invitation is None:
        raise LinkInvalid
    return invitation


def stop_token(person: User, now: datetime) -> str:
    """Says that this person wants no more questions."""
    return crypto.make_token(_STOP, {"person": str(person.pk)}, ttl_s=limits.LINK_S, now=now)


def person_of(token: str, now: datetime) -> User:
    """The person whom such a link is about. Raises LinkInvalid."""
    person = User.objects.filter(pk=_read(_STOP, token, "person", now)).first()
    if person is None:
        raise LinkInvalid
    return person


def _read(purpose: str, token: str, name: str, now: datetime) -> UUID:
    try:
        return UUID(crypto.read_token(purpose, token, now=now)[name])
    except crypto.BadToken:
        raise LinkInvalid from None


def address(name: str, *args: object) -> str:
    """A page of ours as people outside reach it."""
    # Whoever caused the mail may be under a prefix (the demo has one for each person), the reader is not.
    return f"{settings.PUBLIC_URL}/{reverse(name, args=args).removeprefix(get_script_prefix())}"
