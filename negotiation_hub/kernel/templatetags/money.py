"""How amounts look on pages: `{% load money %}{{ order.gross|money }}`."""

from django import template
from django.utils.formats import number_format

from negotiation_hub.kernel.money import Money, exponent

register = template.Library()


@register.filter
def money(amount: Money | None) -> str:
    """The amount as the reader's language writes numbers, a no-break space, the ISO code."""
    if not isinstance(amount, Money):
        return ""
    number = number_format(amount.major(), decimal_pos=exponent(amount.currency), force_grouping=True)
    return f"{number}\N{NO-BREAK SPACE}{amount.currency}"


@register.filter
def plain_amount(amount: Money | None) -> str:
    """The amount as forms and machines read it: a point, no thousands separators."""
    return f"{amount.major():f}" if isinstance(amount, Money) else ""
