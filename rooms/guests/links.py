"""Making, listing and ending the links by which guests come in.

Lock order: a link comes before its room's stream, and whoever holds a stream locks no link.
"""

import hashlib
import os
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.urls import get_script_prefix, reverse

from catalog import queries as catalog
from negotiation_hub.kernel import clock, commit, crypto, limits, outbox, stream
from negotiation_hub.kernel.crypto import BadToken
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.mail_address import is_address
from negotiation_hub.kernel.refusals import Malformed, NotFound, NotPermitted
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.people import guests, services
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User
from rooms.guests.models import GuestLink
from rooms.guests.refusals import LinksExhausted, LinkUnknown
from rooms.models import Participant

TOPIC: Final = "rooms.guest_link_over"
SHOWN_MAX: Final = 200  # links on the page, the newest
_PURPOSE: Final = "rooms.guest"
_NONCE_BYTES: Final = 12


def make_link(
    *, actor: User, listing_id: UUID, label: str, now: datetime, email: str = "", days: int = 0
) -> tuple[GuestLink, str]:
    """A fresh link about a listing, and its address, which cannot be read again.

    `days` 0 is GUEST_LINK_DAYS. Raises NotFound for a listing that is not public, or not the actor's,
    NotPermitted for who may not sell, NameInvalid, Malformed, LinksExhausted.
    """
    days = days or limits.GUEST_LINK_DAYS
    if not 0 < days <= limits.GUEST_LINK_DAYS_MAX:
        raise Malformed
    address = email.strip().lower()
    if address and not is_address(address):
        raise Malformed
    listing = catalog.published_listing(listing_id)
    _may_invite(actor, listing.organisation_id)
    key, expires_at = uuid7(), now + timedelta(days=days)
    payload = {"l": key.hex, "n": os.urandom(_NONCE_BYTES).hex()}
    token = crypto.make_token(_PURPOSE, payload, ttl_s=days * 86_400, now=now)
    with commit.transact():
        waiting = GuestLink.objects.filter(
            organisation=listing.organisation_id, guest=None, revoked_at=None, expires_at__gt=now
        )
        if waiting.count() >= limits.GUEST_LINKS_MAX:
            raise LinksExhausted
        link = GuestLink.objects.create(
            id=key,
            organisation_id=listing.organisation_id,
            listing=listing.pk,
            label=services.clean_name(label),
            email=address,
            token=_digest(token),
            made_by=actor,
            made_at=now,
            expires_at=expires_at,
        )
    path = reverse("rooms:guest_door", kwargs={"token": token}).removeprefix(get_script_prefix())
    return link, f"{settings.PUBLIC_URL}/{path.lstrip('/')}"


def sells_for(actor: User) -> list[UUID]:
    """The organisations for which a person may invite guests."""
    return [one.organisation_id for one in people.memberships_of(actor) if people.may_sell(one)]


def links_of(actor: User) -> list[GuestLink]:
    """The newest links of all organisations for which the person sells."""
    rows = GuestLink.objects.filter(organisation__in=sells_for(actor))
    return list(
        rows.select_related("guest", "made_by", "organisation").order_by("-made_at", "-pk")[:SHOWN_MAX]
    )


def link_of(token: str, now: datetime, *, lock: bool = False) -> GuestLink:
    """The link that this token is, while it lets somebody in. Raises LinkUnknown, whatever is wrong."""
    try:
        key = crypto.read_token(_PURPOSE, token, now=now)["l"]
    except BadToken:
        raise LinkUnknown from None
    # Joined rows are those from before somebody else's commit was waited for, so the lock takes none.
    rows = GuestLink.objects.select_for_update() if lock else GuestLink.objects.select_related("guest")
    link = rows.filter(pk=key, token=_digest(token)).first()
    if link is None or not link.lets_in(now) or (link.guest_id is None and not _is_offered(link.listing)):
        raise LinkUnknown
    return link


def _is_offered(listing: UUID) -> bool:
    try:
        catalog.published_listing(listing)
    except NotFound:
        return False
    return True


def revoke_link(*, actor: User, link_id: UUID, now: datetime) -> GuestLink:
    """Ends a link at once, and with it its guest's stay. Again, or once it is over, nothing happens.

    Raises NotFound, NotPermitted.
    """
    with commit.transact():
        link = _locked(link_id)
        if link is None:
            raise NotFound
        _may_invite(actor, link.organisation_id)
        if link.lets_in(now):
            link.revoked_at = now
            link.save(update_fields=["revoked_at"])
            _take_out(link, actor, now)
    return link


@outbox.handler(TOPIC)
def end_link(payload: dict[str, Any], now: datetime) -> None:
    """Its time is over, and so is its guest's, unless they have made an account."""
    with commit.transact():
        link = _locked(UUID(payload["link"]))
        if link is not None and link.state(now) == GuestLink.State.ENDED:
            _take_out(link, None, now)


def end_in_time(link: GuestLink) -> None:
    """Queues the end of a guest's stay, in the open transaction."""
    outbox.enqueue(TOPIC, {"link": str(link.pk)}, dedupe=f"{TOPIC}:{link.pk}", at=link.expires_at)


def _may_invite(actor: User, organisation_id: UUID) -> None:
    member = people.membership(actor, organisation_id)
    if member is None:
        raise NotFound
    if not people.may_sell(member):
        raise NotPermitted


def _locked(link_id: UUID) -> GuestLink | None:
    return GuestLink.objects.select_for_update().filter(pk=link_id).first()


def _take_out(link: GuestLink, by: User | None, now: datetime) -> None:
    """The guest is a stranger to the room from this event on, and signed out."""
    if link.room_id is None or link.guest is None:
        return
    head = stream.lock(link.room_id)
    seats = Participant.objects.filter(room=link.room_id, user=link.guest, removed__isnull=True)
    if head is not None and (seat := seats.first()) is not None:
        seat.removed = {"at": clock.text(now), "reason": ""}
        seat.save(update_fields=["removed"])
        draft = Draft("guest.removed", {"participant": str(link.guest.pk)}, milestone=True)
        author = None if by is None else by.pk
        stream.append(head, [draft], by=author, at=now, command=link.pk)
    guests.end_sessions(link.guest)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
