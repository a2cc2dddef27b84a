"""The sender looks a draft over, puts it right, and confirms it: from then on it is a purchase like any.

Whoever holds the link acts for the sender, as with an order that sales staff have prepared: it went to the
sender's mailbox and nowhere else. Lock order: a draft comes before its room's stream.
"""

from collections.abc import Mapping
from datetime import datetime

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import User
from rooms import buying
from rooms.buying import Bought, Purchase
from rooms.mailed import form, links
from rooms.mailed.looking import Look, look_at
from rooms.mailed.models import MailOrder
from rooms.mailed.refusals import MailOrderChanged, MailOrderIncomplete, MailOrderLink, OtherSender


def look(*, token: str, viewer: User | None, now: datetime) -> Look:
    """What a link leads to. Changes nothing. Raises MailOrderLink."""
    return look_at(_draft(token, now), viewer, now)


def save(
    *, token: str, viewer: User | None, typed: Mapping[str, str], seen: Money | None, now: datetime
) -> None:
    """Keeps what was typed on the page, right or not; `seen` is the price that the page showed.

    A confirmed draft stays as it is. Raises MailOrderLink, OtherSender.
    """
    with commit.transact():
        draft = _draft(token, now, lock=True)
        found = look_at(draft, viewer, now)
        if isinstance(found.absent, OtherSender):
            raise found.absent
        if draft.room_id is not None:
            return
        kept = {name: form.tidy(name, value)[: form.VALUE_CHARS_MAX] for name, value in typed.items()}
        draft.typed = {**draft.typed, **kept}
        listing = found.listing
        if listing is not None and seen == listing.price:
            draft.price_minor, draft.currency = seen.minor, seen.currency
            # The page showed both, so what the mail said of them is no question any more.
            draft.typed = {**draft.typed, form.LISTING: listing.title, form.PRICE: form.price(seen)}
        draft.save(update_fields=["typed", "price_minor", "currency"])


def confirm(*, token: str, viewer: User | None, digest: str, now: datetime) -> Bought:
    """Buys what the page showed, whose `digest` it is, for the sender. Again, the same purchase is returned.

    Raises MailOrderLink, SenderUnknown, OtherSender, MailOrderChanged, MailOrderIncomplete, and what
    `buying.buy_now` does.
    """
    with commit.transact():
        draft = _draft(token, now, lock=True)
        found = look_at(draft, viewer, now)
        sender = found.sender
        if found.absent is not None or sender is None:
            raise found.absent or MailOrderLink()
        if draft.digest != digest:
            raise MailOrderChanged
        checked = found.check(now.date())
        if draft.room_id is None and checked.problems:
            raise MailOrderIncomplete
        bought = buying.buy_now(
            actor=sender,
            purchase=Purchase(draft.pk, draft.listing, checked.quantity, draft.price, by_mail=True),
            details=checked.details,
            now=now,
        )
        if draft.room_id is None:
            draft.room, draft.confirmed_by, draft.confirmed_at = bought.room, sender, now
            draft.save(update_fields=["room", "confirmed_by", "confirmed_at"])
    return bought


def _draft(token: str, now: datetime, *, lock: bool = False) -> MailOrder:
    rows = MailOrder.objects.select_for_update(of=("self",)) if lock else MailOrder.objects
    draft = rows.filter(pk=links.draft_of(token, now)).first()
    if draft is None or draft.forgotten:
        raise MailOrderLink
    return draft
