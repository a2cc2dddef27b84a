"""Words of requests on pages: `{% load requests %}`."""

from collections.abc import Mapping
from typing import Final

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders import wording
from rooms import request
from rooms.compare import Column
from rooms.request_models import Request
from rooms.request_queries import fell_through

register = template.Library()
_STATES: Final = {
    "opening": gettext_noop("Is being asked"),
    "removed": gettext_noop("You were removed from this room"),
    "asked": gettext_noop("No offer yet"),
    "offered": gettext_noop("Offer"),
    "accepted": gettext_noop("Agreed"),
    "declined": gettext_noop("Declined"),
    "withdrawn": gettext_noop("Withdrawn"),
    "expired": gettext_noop("Expired"),
    "voided": gettext_noop("Voided"),
    "countered": gettext_noop("Countered"),
    "superseded": gettext_noop("Replaced"),
    "closed": gettext_noop("Closed without an offer"),
}
_STATUS: Final = {
    request.Status.DRAFT: gettext_noop("Draft"),
    request.Status.OPEN: gettext_noop("Open"),
    request.Status.CLOSED: gettext_noop("Closed"),
    request.Status.AWARDED: gettext_noop("Awarded"),
}
_TONES: Final = {request.Status.OPEN: "chip-accent", request.Status.AWARDED: "chip-good"}


@register.simple_tag
def asked_quantity(line: Mapping[str, str]) -> str:
    """`500 pcs`."""
    return wording.quantity(line["quantity"], line["unit"])


@register.filter
def column_words(column: Column) -> str:
    """Where one seller is: `Your offer v3`, `Expired`."""
    if column.stands and column.offer is not None:
        words = _("Your offer v%d") if column.ours else _("Their offer v%d")
        return words % column.offer.version
    return _(_STATES[column.state])


@register.filter
def column_tone(column: Column) -> str:
    """The chip's class."""
    return "chip-good" if column.state == "accepted" else "chip-accent" if column.stands else "chip-muted"


@register.filter
def request_words(asked: Request) -> str:
    """How far it is, in words."""
    return _("Awarded, and fell through") if fell_through(asked) else _(_STATUS[request.Status(asked.status)])


@register.filter
def request_tone(asked: Request) -> str:
    """The chip's class."""
    return "chip-warn" if fell_through(asked) else _TONES.get(request.Status(asked.status), "chip-muted")
