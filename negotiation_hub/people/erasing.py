"""Erasing a person: their secret goes, and with it all that is sealed about them; their name becomes none.

What binds two sides stays: orders, agreements, ledger rows and the logs name an id, and the id stays.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from negotiation_hub.kernel import commit, subjects
from negotiation_hub.kernel.mail import withdraw
from negotiation_hub.kernel.models import Mail
from negotiation_hub.people.models import ApiToken, Membership, User

NAME: Final = "Erased person"

# Each is told, inside the transaction, of a person whose secret has just been deleted: it takes away what
# else names them.
erased: list[Callable[[UUID, datetime], None]] = []

# Each is told, before that and in the same transaction, of every mail address that was theirs.
addresses_erased: list[Callable[[str, datetime], None]] = []


def erase_person(*, person: User, now: datetime) -> bool:
    """Erases a person for good. False when they were erased before.

    They cannot sign in again, sit in no organisation, and their sealed data opens for nobody.
    """
    with commit.transact():
        row = User.objects.select_for_update().get(pk=person.pk)
        subjects.shred(row.pk, now=now)
        if row.name == NAME and not row.is_active:
            return False
        _forget_mails(row.email, now)
        known = EmailAddress.objects.filter(user=row).values_list("email", flat=True)
        for address in sorted({row.email.lower(), *(one.lower() for one in known)}):
            for forget in addresses_erased:
                forget(address, now)
        for owned in (EmailAddress, Authenticator, ApiToken, Membership):
            owned.objects.filter(user=row).delete()
        row.email, row.name = f"{row.pk}@erased.invalid", NAME
        row.is_active = row.is_staff = row.is_superuser = row.is_moderator = False
        row.set_unusable_password()
        row.save()
        for hook in erased:
            hook(row.pk, now)
    return True


def _forget_mails(email: str, now: datetime) -> None:
    # The rows stay: others refer to them, and their fate is counted. What still waits goes to nobody.
    mails = Mail.objects.filter(to__iexact=email)
    withdraw(list(mails.values_list("pk", flat=True)), why="the person was erased", now=now)
    for mail in mails:
        mail.to = mail.subject = mail.text = mail.html = mail.sender = ""
        mail.save()
