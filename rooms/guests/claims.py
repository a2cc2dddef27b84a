"""A guest makes an account, and takes along all that was said and offered.

The guest's own person becomes the account: the log names its authors for good, and the room's buyer is in it.
That is why nothing can be moved into an account that exists: the other side would negotiate with somebody
else all of a sudden.
"""

from datetime import datetime

from allauth.account.models import EmailAddress

from negotiation_hub.kernel import commit, stream
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.people import guests
from negotiation_hub.people.models import User
from rooms.guests.entry import is_bound_to
from rooms.guests.models import GuestLink
from rooms.guests.refusals import LinkUnknown, OtherBrowser


def claim(*, actor: User, browser: str, email: str, password: str, now: datetime) -> EmailAddress:
    """Makes a guest a person with an account, from the browser that their link belongs to and no other.

    Returns the address, which is still to be confirmed. Raises LinkUnknown for who is no guest any more,
    OtherBrowser, AddressTaken.
    """
    with commit.transact():
        link = GuestLink.objects.select_for_update().filter(guest=actor.pk).first()
        if link is None or link.guest is None or not link.lets_in(now):
            raise LinkUnknown
        if not is_bound_to(link, browser):
            raise OtherBrowser
        head = stream.lock(link.room_id) if link.room_id is not None else None
        if head is None:
            raise LinkUnknown
        address = guests.become_account(guest=link.guest, email=email, password=password)
        link.claimed_at = now
        link.save(update_fields=["claimed_at"])
        draft = Draft("guest.registered", {"participant": str(actor.pk)}, milestone=True)
        stream.append(head, [draft], by=actor.pk, at=now, command=link.pk)
    return address


def may_claim(actor: User, browser: str, now: datetime) -> GuestLink | None:
    """The link of a guest who may make an account in this browser, with its room."""
    link = GuestLink.objects.select_related("room", "organisation").filter(guest=actor.pk).first()
    good = link is not None and link.lets_in(now) and is_bound_to(link, browser)
    return link if good else None
