"""Making groups."""

import re
from datetime import datetime
from typing import Final

from django.db import IntegrityError

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.text import can_be_shown, one_line
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Organisation, User
from threads import limits
from threads.models import Group
from threads.refusals import GroupExists, GroupInvalid

SELLERS: Final = "sellers"  # every seller's own group is below it
_NAME: Final = re.compile(r"[a-z0-9]+(?:[_-]+[a-z0-9]+)*(?:\.[a-z0-9]+(?:[_-]+[a-z0-9]+)*)*")


def create_group(
    *,
    actor: User,
    name: str,
    title: str,
    now: datetime,
    charter: str = "",
    is_public: bool = True,
    owner: Organisation | None = None,
) -> Group:
    """Makes a group. Moderators make those of nobody, managers those of their organisation below its own.

    Raises NotPermitted, GroupInvalid, GroupExists.
    """
    if owner is None and not people.may_moderate(actor):
        raise NotPermitted
    if owner is not None and not people.may_approve(people.membership(actor, owner.pk)):
        raise NotPermitted
    below = own_name(owner) + "." if owner is not None else ""
    title, charter = one_line(title), charter.replace("\r\n", "\n").strip()
    if (
        not _is_name(name)
        or not name.startswith(below)
        or (owner is None and f"{name}.".startswith(f"{SELLERS}."))
        or (owner is None and not is_public)
        or not 0 < len(title) <= limits.GROUP_TITLE_CHARS_MAX
        or len(charter) > limits.CHARTER_CHARS_MAX
        or not can_be_shown(title + charter.replace("\n", "").replace("\t", ""))
    ):
        raise GroupInvalid
    try:
        with commit.transact():
            return Group.objects.create(
                name=name, title=title, charter=charter, is_public=is_public, owner=owner, created_at=now
            )
    except IntegrityError:
        raise GroupExists from None


def seller_group(seller: Organisation, now: datetime) -> Group:
    """The public group of a seller, in which questions on its listings are topics; made when first asked."""
    name = own_name(seller)
    made, _created = Group.objects.select_related("owner").get_or_create(
        name=name,
        defaults={
            "title": seller.name[: limits.GROUP_TITLE_CHARS_MAX],
            "owner": seller,
            "created_at": now,
        },
    )
    return made


def own_name(organisation: Organisation) -> str:
    """The name of an organisation's own group."""
    return f"{SELLERS}.{organisation.slug.lower()}"


def _is_name(text: str) -> bool:
    return len(text) <= limits.GROUP_NAME_CHARS_MAX and _NAME.fullmatch(text) is not None
