"""Where an organisation's payouts go. Its managers say so; a new account ends the one before, which stays for
the payouts that went there.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.refusals import NotFound, NotPermitted, Refusal
from negotiation_hub.kernel.text import can_be_shown, one_line
from negotiation_hub.people.models import Membership, Organisation, User
from negotiation_hub.people.queries import may_pay_out, membership
from payments.models import BankAccount
from payments.models.payouts import HOLDER_CHARS_MAX, BankDetails


class BankAccountInvalid(Refusal):
    """No such account can be: a mistyped IBAN or BIC, a country without SEPA, no holder."""

    code = "bank_account.invalid"
    message = gettext_noop("This is not a bank account that money can be sent to.")
    status = 422

    def __init__(self, message: str | None = None, *, field: str = "iban") -> None:
        super().__init__(message)
        self.field = field  # which of the three that are typed: holder, iban, bic


class BankAccountMissing(Refusal):
    """The organisation has not said where its money goes, or has said otherwise since."""

    code = "bank_account.missing"
    message = gettext_noop("Say first to which bank account the money goes, or look again: it has changed.")


def manager_of(actor: User, organisation_id: UUID) -> Membership:
    """The membership of somebody who handles the organisation's money.

    Raises NotFound to strangers, NotPermitted to colleagues who are not managers.
    """
    member = membership(actor, organisation_id)
    if member is None:
        raise NotFound
    if not may_pay_out(member):
        raise NotPermitted
    return member


def read_details(iban: str, bic: str) -> BankDetails:
    """Checks what was typed, and finds the BIC where it was left out. Raises BankAccountInvalid."""
    try:
        account = IBAN(iban)
    except SchwiftyException:
        raise BankAccountInvalid(
            _("This is not an IBAN. Please compare it with your bank's papers.")
        ) from None
    if not account.in_sepa_zone:
        raise BankAccountInvalid(_("Money is sent to banks in the SEPA area only."))
    if not bic.strip():
        return BankDetails(iban=str(account), bic=str(account.bic or ""))
    try:
        return BankDetails(iban=str(account), bic=str(BIC(bic)))
    except SchwiftyException:
        raise BankAccountInvalid(_("This is not a BIC. It may be left empty."), field="bic") from None


def set_bank_account(
    *, actor: User, organisation_id: UUID, holder: str, iban: str, bic: str, now: datetime
) -> BankAccount:
    """The account to which payouts go from now on; the same one again is the one that is there.

    Raises NotFound, NotPermitted, BankAccountInvalid.
    """
    manager_of(actor, organisation_id)
    name = one_line(holder)
    if not any(letter.isalnum() for letter in name) or len(name) > HOLDER_CHARS_MAX or not can_be_shown(name):
        raise BankAccountInvalid(_("The holder's name has 1 to 70 characters."), field="holder")
    details = read_details(iban, bic)
    with commit.transact():
        # Two managers at once wait for each other here: one account is the active one.
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
        before = BankAccount.objects.filter(organisation=organisation_id, active=True).first()
        if before is not None and (before.holder, before.details()) == (name, details):
            return before
        BankAccount.objects.filter(organisation=organisation_id, active=True).update(active=False)
        account = BankAccount(
            organisation_id=organisation_id,
            holder=name,
            last4=details.iban[-4:],
            created_by=actor.pk,
            created_at=now,
        )
        account.put(details)
        account.save(force_insert=True)
    return account
