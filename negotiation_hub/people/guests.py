"""People without an account: somebody invited them by a link. What they are, and how they become one of us.

A guest is a person with a personal organisation like any other, but with neither address nor password.
"""

from datetime import datetime
from typing import Final

from allauth.account.models import EmailAddress
from allauth.account.utils import filter_users_by_email
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people import services
from negotiation_hub.people.models import User

NOWHERE: Final = "@guest.invalid"  # RFC 2606: no mail ever arrives there, and nobody can own it


class AccountNeeded(Refusal):
    """A guest asks for what only a person with an account may do: accept, pay, and all beyond their room."""

    code = "guest.account_needed"
    message = gettext_noop(
        "You are here as a guest. Make an account for this: all that you said and offered stays yours."
    )
    status = 403


class AddressTaken(Refusal):
    """Somebody has an account with this address."""

    code = "guest.address_taken"
    message = gettext_noop(
        "This address has an account already. What was negotiated here stays with the person it began with, "
        "so please take another address, or negotiate anew from your account."
    )


def require_account(actor: User) -> None:
    """Nothing, for a person with an account. Raises AccountNeeded."""
    if actor.is_guest:
        raise AccountNeeded


def make_guest(*, name: str, now: datetime) -> User:
    """A person who can only be signed in by us, with a personal organisation. Raises NameInvalid."""
    with commit.transact():
        key = uuid7()
        guest = User.objects.create(
            id=key,
            email=f"{key.hex}{NOWHERE}",
            name=services.clean_name(name),
            is_guest=True,
            password=make_password(None),
            created_at=now,
        )
        services.make_personal_organisation(user=guest, now=now)
    return guest


def end_sessions(guest: User) -> None:
    """Signs a guest out everywhere, from the next request on, in the open transaction."""
    commit.require_transaction()
    # A session carries a digest of the password, and one that nobody can have is another each time.
    guest.set_unusable_password()
    guest.save(update_fields=["password"])


def become_account(*, guest: User, email: str, password: str) -> EmailAddress:
    """Gives a guest an address and a password: the same person, and the same organisation, from now on.

    The address is not confirmed yet. Raises AddressTaken.
    """
    address = email.strip().lower()
    if filter_users_by_email(address):
        raise AddressTaken
    guest.email, guest.is_guest = address, False
    guest.set_password(password)
    with commit.transact():
        try:
            with transaction.atomic():
                guest.save(update_fields=["email", "is_guest", "password"])
        except IntegrityError:
            raise AddressTaken from None  # somebody was faster
        EmailAddress.objects.filter(user=guest).delete()  # what allauth noted of an address that is none
        return EmailAddress.objects.create(user=guest, email=address, primary=True, verified=False)
