"""The address of a listing to which orders are mailed: `order-<the listing's id>@MAIL_DOMAIN`.

It is not secret, and stands on the listing's page. It has no case, and less than the 64 characters that a
local part may have.
"""

import re
from typing import Final
from uuid import UUID

from django.conf import settings

from negotiation_hub.kernel.mail import from_address

_LOCAL: Final = re.compile(r"order-([0-9a-f]{32})")


def order_address(listing_id: UUID) -> str:
    """Where orders of this listing are mailed to."""
    return f"order-{listing_id.hex}@{settings.MAIL_DOMAIN}"


def listing_of(address: str) -> UUID | None:
    """The listing that an address is of; None for any other address."""
    local, _, domain = address.strip().lower().rpartition("@")
    found = _LOCAL.fullmatch(local)
    if found is None or domain != settings.MAIL_DOMAIN.lower():
        return None
    return UUID(found[1])


def is_ours(address: str) -> bool:
    """Whether we take mail at an address, or send from it: an answer would come back to us."""
    local, _, domain = address.strip().lower().rpartition("@")
    if address.strip().lower() == from_address().lower():
        return True
    return domain == settings.MAIL_DOMAIN.lower() and local.startswith(("order-", "r+"))
