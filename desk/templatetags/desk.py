"""Words and numbers of the desk's pages: `{% load desk %}`."""

from decimal import Decimal

from django import template
from django.utils import formats

from catalog.models import Listing
from desk import words
from desk.rows import Owner
from negotiation_hub.kernel.money import Money
from orders import wording

register = template.Library()


@register.filter
def kind_words(kind: str) -> str:
    """What is sold: goods, information, a service."""
    return str(Listing.Kind(kind).label) if kind in Listing.Kind.values else kind


@register.filter
def side_words(side: str) -> str:
    """Buyer, seller or moderator."""
    return words.side(side)


@register.filter
def percent(basis_points: int | None) -> str:
    """`4.2 %`."""
    return "" if basis_points is None else wording.percent(basis_points)


@register.filter
def how_words(owner: Owner) -> str:
    """How somebody came to be in charge."""
    return str(owner.how.label)


@register.filter
def lines(value: Money | list[Money] | int | Decimal | None) -> list[str]:
    """A figure's value as lines of text: amounts one below the other, numbers as the language writes them."""
    if value is None:
        return []
    if isinstance(value, int | Decimal):
        return [formats.number_format(value, use_l10n=True, force_grouping=True)]
    amounts = [value] if isinstance(value, Money) else value
    return [wording.amount(one.minor, one.currency) for one in amounts]
