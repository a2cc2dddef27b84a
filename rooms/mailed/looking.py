"""A draft as its page and its answer show it: what is ordered, by whom, and what hinders it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from catalog.models import Listing
from catalog.queries import published_listing
from negotiation_hub.kernel.refusals import NotFound, NotPermitted, Refusal
from negotiation_hub.people.models import User
from orders.models import Order
from orders.queries import order_of_room
from rooms import buying
from rooms.mailed import checking
from rooms.mailed.models import MailOrder
from rooms.mailed.refusals import OtherSender, SenderUnknown
from rooms.mailed.senders import person_of


@dataclass(frozen=True, slots=True)
class Look:
    """A draft with what it is about: `listing` while it is public, `sender` once the address has an account.

    `refusal` is why this sender cannot buy this at all, `absent` why nobody can act for the sender now.
    """

    draft: MailOrder
    title: str
    listing: Listing | None
    sender: User | None
    refusal: Refusal | None
    absent: Refusal | None
    order: Order | None

    def check(self, today: date) -> checking.Checked:
        """What was typed, as an order, with what is wrong in the active language."""
        return checking.check(self.draft.typed, self.listing, self.draft.price, today)


def look_at(draft: MailOrder, viewer: User | None, now: datetime) -> Look:
    """The draft as it is now, for whoever holds its link; `viewer` is who is signed in."""
    listing = public(draft.listing)
    named = listing or Listing.objects.filter(pk=draft.listing).first()
    sender = draft.confirmed_by or person_of(draft.sender)
    return Look(
        draft=draft,
        title=named.title if named is not None else "",
        listing=listing,
        sender=sender,
        refusal=_hindrance(sender, listing),
        absent=absence(sender, viewer),
        order=order_of_room(draft.room_id) if draft.room_id is not None else None,
    )


def _hindrance(sender: User | None, listing: Listing | None) -> Refusal | None:
    if sender is None or listing is None:
        return None
    try:
        return buying.hindrance(sender, listing)
    except NotFound:  # somebody without any organisation: nobody to buy for
        return NotPermitted()


def absence(sender: User | None, viewer: User | None) -> Refusal | None:
    """Why the holder of the link cannot act for the sender. Who is not signed in acts by the link alone."""
    if sender is None:
        return SenderUnknown()
    return OtherSender() if viewer is not None and viewer != sender else None


def public(listing_id: UUID) -> Listing | None:
    """The listing with its seller and author, if it is public."""
    try:
        return published_listing(listing_id)
    except NotFound:
        return None
