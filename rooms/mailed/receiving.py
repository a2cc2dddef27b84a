"""Mail to the address of a listing becomes a draft, and gets exactly one answer.

Nothing is bought by a mail, since its sender can be forged. What a program wrote, what our own mail server
found to be forged, and what is more than an address may send in a day, gets no answer.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings

from catalog import queries as catalog
from catalog.models import Listing
from negotiation_hub.kernel import commit, limits
from negotiation_hub.kernel.mail_in import Outcome
from negotiation_hub.kernel.mail_parse import ParsedMail
from negotiation_hub.kernel.models import InboundMail
from negotiation_hub.people.models import User
from rooms.mailed import answers, checking, form
from rooms.mailed.address import is_ours, listing_of
from rooms.mailed.looking import public
from rooms.mailed.models import MailOrder, indexes
from rooms.mailed.senders import person_of

_Status = InboundMail.Status
_LANGUAGES: Final = frozenset(code for code, _name in settings.LANGUAGES)


def owns(address: str, now: datetime) -> bool:
    """Whether an address is that of a public listing. One that is sold out answers, and says so."""
    listing_id = listing_of(address)
    return listing_id is not None and public(listing_id) is not None


def receive(parsed: ParsedMail, now: datetime) -> Outcome | None:
    """Keeps what was ordered as a draft and answers; None when the mail is for no listing.

    It may be called again with the same mail.
    """
    outcomes = [_take(parsed, listing_id, now) for listing_id in _listings(parsed)]
    taken = [one for one in outcomes if one.status == _Status.TAKEN]
    said = next(iter([*taken, *outcomes]), None)
    return None if said is None else replace(said, forget=True)  # names and addresses stand in it


def _listings(parsed: ParsedMail) -> Iterator[UUID]:
    for recipient in parsed.recipients:
        if (listing_id := listing_of(recipient)) is not None:
            yield listing_id


def _take(parsed: ParsedMail, listing_id: UUID, now: datetime) -> Outcome:
    if parsed.is_auto:
        return Outcome(_Status.IGNORED, parsed.auto)
    if parsed.is_forged:
        return Outcome(_Status.REFUSED, "the mail server found that the sender is forged")
    if not parsed.from_address or is_ours(parsed.from_address):
        return Outcome(_Status.REFUSED, "it has no sender who could be answered")
    listing = catalog.listings_by_ids([listing_id]).get(listing_id)
    if listing is None:
        return Outcome(_Status.REFUSED, "there is no such listing")
    with commit.transact():
        known = MailOrder.objects.filter(mail=parsed.id, listing=listing_id).first()
        if known is not None:
            return Outcome(_Status.TAKEN, f"mail order {known.pk}")
        number = _sent(parsed.from_address, now) + 1
        if number > limits.MAIL_ORDERS_PER_DAY_MAX:
            return Outcome(_Status.IGNORED, "more orders than an address may mail in a day")
        draft = _keep(parsed, listing, number, now)
        answers.answer(draft, parsed, now)
    return Outcome(_Status.TAKEN, f"mail order {draft.pk}")


def _sent(address: str, now: datetime) -> int:
    """How many of this address were taken in on this day."""
    return MailOrder.objects.filter(index__in=indexes(address), day=now.date()).count()


def _keep(parsed: ParsedMail, listing: Listing, number: int, now: datetime) -> MailOrder:
    said = form.read(parsed.text)
    draft = MailOrder(
        mail=parsed.id,
        listing=listing.pk,
        day=now.date(),
        number=number,  # of two at once one fails here, and its job comes again
        typed=checking.normal(said.values),
        rest=said.rest,
        language=_language(person_of(parsed.from_address), said.language),
        price_minor=listing.price_minor,
        currency=listing.currency,
        made_at=now,
    )
    draft.put_sender(parsed.from_address)
    draft.save(force_insert=True)
    return draft


def _language(person: User | None, of_form: str) -> str:
    """In which the sender is answered: their own, else that of the form."""
    chosen = person.language if person is not None else ""
    return next(one for one in (chosen, of_form, settings.LANGUAGE_CODE) if one in _LANGUAGES)
