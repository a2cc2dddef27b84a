"""A seller's own page: who they are, and how they do business."""

from datetime import datetime
from typing import Final

from catalog.models import Storefront
from catalog.refusals import StorefrontInvalid
from negotiation_hub.kernel import commit
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.kernel.text import can_be_shown, one_line
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Organisation, User

TEXT_CHARS_MAX: Final = 10_000  # some three printed pages: more is not read
CONTACT_CHARS_MAX: Final = 200


def write_storefront(
    *,
    actor: User,
    organisation: Organisation,
    story: str,
    policies: str,
    contact: str,
    published: bool,
    now: datetime,
) -> Storefront:
    """Writes an organisation's page; unpublished, its texts are for nobody.

    Raises NotFound for strangers, NotPermitted for colleagues who do not sell, StorefrontInvalid.
    """
    require_writer(actor, organisation)
    line = one_line(contact)
    if len(line) > CONTACT_CHARS_MAX or not can_be_shown(line):
        raise StorefrontInvalid
    content = {
        "story": _clean(story),
        "policies": _clean(policies),
        "contact": line,
        "published": published,
        "updated_at": now,
    }
    with commit.transact():
        storefront, _created = Storefront.objects.update_or_create(
            organisation=organisation, defaults=content
        )
    return storefront


def require_writer(actor: User, organisation: Organisation) -> None:
    """Only the seller's sales staff and managers write its page.

    Raises NotPermitted, and NotFound for who is no member: a page to write is not theirs to know of.
    """
    member = people.membership(actor, organisation.pk)
    if member is None:
        raise NotFound
    if not people.may_sell(member):
        raise NotPermitted


def _clean(text: str) -> str:
    clean = text.replace("\r\n", "\n").strip()
    if len(clean) > TEXT_CHARS_MAX or not can_be_shown(clean.replace("\n", "").replace("\t", "")):
        raise StorefrontInvalid
    return clean
