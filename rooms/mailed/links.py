"""The signed link in the answer to an order by mail. It shows first, and acts only on a button."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import get_script_prefix, reverse

from negotiation_hub.kernel import crypto, limits
from rooms.mailed.models import MailOrder
from rooms.mailed.refusals import MailOrderLink

_PURPOSE: Final = "rooms.mail_order"


def token_of(draft: MailOrder, now: datetime) -> str:
    """The signed text of a link to this draft."""
    return crypto.make_token(_PURPOSE, {"draft": draft.pk.hex}, ttl_s=limits.MAIL_ORDER_S, now=now)


def draft_of(token: str, now: datetime) -> UUID:
    """The draft that a link leads to. Raises MailOrderLink."""
    try:
        return UUID(crypto.read_token(_PURPOSE, token, now=now)["draft"])
    except crypto.BadToken:
        raise MailOrderLink from None


def address(name: str, *args: object) -> str:
    """The address of a page for whoever reads a mail."""
    # Whoever caused the mail may be under a prefix (the demo has one for each person), the reader is not.
    path = reverse(name, args=args).removeprefix(get_script_prefix())
    return f"{settings.PUBLIC_URL}/{path.lstrip('/')}"
