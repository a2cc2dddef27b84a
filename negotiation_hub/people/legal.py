"""What the law asks an organisation to say of itself on its invoices: address, VAT number, register."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from negotiation_hub.kernel import commit, countries, vat
from negotiation_hub.kernel.refusals import Malformed, NotFound, NotPermitted
from negotiation_hub.people import queries
from negotiation_hub.people.models import LegalFacts, Organisation, User

_CHARS_MAX: Final = {"street": 200, "postal_code": 20, "city": 100, "vat_id": 40, "registration": 40}

# Each is called with an organisation's id, inside the transaction that changed what it says of itself. It
# only inserts rows or queues a job.
changed: list[Callable[[UUID], None]] = []


class LegalFactsWrong(Malformed):
    """Something is missing or cannot be right. `errors` says what, field by field."""

    code = "organisation.legal_facts"
    message = "Something is missing in what the organisation says of itself."

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(" ".join(errors.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an organisation says of itself. The VAT number and the register may be left out."""

    street: str
    city: str
    country: str  # ISO 3166-1 alpha-2
    postal_code: str = ""
    vat_id: str = ""
    registration: str = ""

    def errors(self) -> dict[str, str]:
        """What is missing or wrong, in words, by field."""
        found: dict[str, str] = {}
        for name, most in _CHARS_MAX.items():
            if len(getattr(self, name)) > most:
                found[name] = _("Please shorten this to %(most)d characters.") % {"most": most}
        if not self.street.strip():
            found["street"] = _("Please give street and house number.")
        if not self.city.strip():
            found["city"] = _("Please give the town.")
        if self.country not in countries.codes():
            found["country"] = _("Please choose a country.")
        elif self.vat_id.strip() and (words := vat.problem(self.vat_id, self.country)):
            found["vat_id"] = words
        return found


def facts_of(organisation_id: UUID) -> LegalFacts | None:
    """What an organisation says of itself; None: nothing yet."""
    return LegalFacts.objects.filter(organisation=organisation_id).first()


def set_facts(*, actor: User, organisation: Organisation, said: Said, now: datetime) -> LegalFacts:
    """Stores what a manager says of the organisation. The same again changes nothing.

    Raises LegalFactsWrong, NotPermitted, and NotFound for who is no member.
    """
    member = queries.membership(actor, organisation.pk)
    if member is None:
        raise NotFound
    if not queries.may_approve(member):
        raise NotPermitted
    if errors := said.errors():
        raise LegalFactsWrong(errors)
    values = {
        "street": said.street.strip(),
        "postal_code": said.postal_code.strip(),
        "city": said.city.strip(),
        "country": said.country,
        "vat_id": vat.prefixed(said.vat_id, said.country),
        "registration": said.registration.strip(),
    }
    with commit.transact():
        row = LegalFacts.objects.select_for_update().filter(organisation=organisation).first()
        if row is not None and all(getattr(row, name) == value for name, value in values.items()):
            return row
        row, _created = LegalFacts.objects.update_or_create(
            organisation=organisation, defaults={**values, "set_by": actor, "set_at": now}
        )
        for hook in changed:
            hook(organisation.pk)
    return row
