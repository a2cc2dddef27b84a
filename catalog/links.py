"""Addresses in mails, and what is signed into them. None of them is secret: they are good for one thing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.urls import get_script_prefix, reverse

from catalog.models import Listing
from catalog.refusals import SubscriptionLink
from negotiation_hub.kernel import crypto, limits
from negotiation_hub.kernel.crypto import BadToken
from negotiation_hub.people.models import Organisation

_CONFIRM: Final = "catalog.confirm"
_LEAVE: Final = "catalog.leave"
_CLICK: Final = "catalog.click"


@dataclass(frozen=True, slots=True)
class FromMail:
    """Which mail a link stands in."""

    subscriber: UUID
    campaign: UUID


def public(name: str, **kwargs: Any) -> str:
    """The address of a page of the catalogue for whoever reads a mail."""
    # Whoever causes a mail may be under a prefix (the demo has one for each person), the reader is not.
    path = reverse(f"catalog:{name}", kwargs=kwargs).removeprefix(get_script_prefix())
    return f"{settings.PUBLIC_URL}/{path.lstrip('/')}"


def confirm_url(ask: UUID, now: datetime) -> str:
    """Where the reader of a mailbox confirms what somebody asked for with its address."""
    token = crypto.make_token(_CONFIRM, {"a": ask.hex}, ttl_s=limits.NEWS_LINK_S, now=now)
    return public("confirm_news", token=token)


def read_confirm(token: str, now: datetime) -> UUID:
    """What a link confirms. Raises SubscriptionLink."""
    return UUID(_read(_CONFIRM, token, now)["a"])


def leave_url(subscriber: UUID, campaign: UUID, now: datetime) -> str:
    """Where a subscriber leaves, without signing in."""
    return public("leave_news", token=_from_mail(_LEAVE, subscriber, campaign, limits.LEAVE_LINK_S, now))


def read_leave(token: str, now: datetime) -> FromMail:
    """Who leaves. Raises SubscriptionLink."""
    return _mail_of(_read(_LEAVE, token, now))


def click_url(subscriber: UUID, campaign: UUID, now: datetime) -> str:
    """The address that leads a campaign's reader on, and counts the visit."""
    return public("click", token=_from_mail(_CLICK, subscriber, campaign, limits.CLICK_LINK_S, now))


def read_click(token: str, now: datetime) -> FromMail:
    """Which mail was clicked on. Raises SubscriptionLink."""
    return _mail_of(_read(_CLICK, token, now))


def destination(organisation: Organisation, listing: Listing | None) -> str:
    """The path where a campaign leads: its listing while that is public, else the seller's page."""
    if listing is not None and listing.status == Listing.Status.PUBLISHED:
        return listing.get_absolute_url()
    return reverse("catalog:seller", kwargs={"slug": organisation.slug})


def _from_mail(purpose: str, subscriber: UUID, campaign: UUID, ttl_s: int, now: datetime) -> str:
    payload = {"s": subscriber.hex, "c": campaign.hex}
    return crypto.make_token(purpose, payload, ttl_s=ttl_s, now=now)


def _mail_of(payload: dict[str, Any]) -> FromMail:
    return FromMail(UUID(payload["s"]), UUID(payload["c"]))


def _read(purpose: str, token: str, now: datetime) -> dict[str, Any]:
    try:
        return crypto.read_token(purpose, token, now=now)
    except BadToken:
        raise SubscriptionLink from None
