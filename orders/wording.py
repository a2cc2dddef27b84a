"""How amounts, quantities and units are written for people, in the active language."""

from decimal import Decimal
from typing import Any, Final

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from negotiation_hub.kernel import money
from orders.models import Order

# UNECE Recommendation 20: the codes that trade here uses most. Others are shown as they are.
_UNITS: Final = {
    "C62": gettext_noop("pcs"),
    "KGM": "kg",
    "GRM": "g",
    "TNE": "t",
    "LTR": "l",
    "MTR": "m",
    "MTK": "m²",
    "MTQ": "m³",
    "KMT": "km",
    "HUR": gettext_noop("hours"),
    "DAY": gettext_noop("days"),
    "MON": gettext_noop("months"),
    "E48": gettext_noop("units of service"),
}
# The provider's codes that people meet; the rest are shown as they are, for whoever asks the provider.
_FAILURES: Final = {
    "generic_decline": gettext_noop("The card was declined."),
    "card_declined": gettext_noop("The card was declined."),
    "insufficient_funds": gettext_noop("There is not enough money on the card."),
    "processing_error": gettext_noop("The bank could not process the card just now."),
    "expired_card": gettext_noop("The card has expired."),
    "incorrect_cvc": gettext_noop("The security code is not the card's."),
    "payment_intent_authentication_failure": gettext_noop("The bank's confirmation (3-D Secure) failed."),
    "expired": gettext_noop("The payment page has expired."),
}


def when_charged(order: Order) -> str:
    """When the buyer's card is charged, in a sentence."""
    kinds = {line.kind for line in order.lines.all()}
    if "information" in kinds:
        return _("The card is charged as soon as the payment is authorised: the files are released then.")
    if "goods" in kinds:
        return _("The card is charged when the goods are sent.")
    return _("The card is charged when the work is reported as done.")


def payment_failure(code: str) -> str:
    """Why a payment did not go through."""
    return _(_FAILURES[code]) if code in _FAILURES else code


def amount(minor: int, currency: str) -> str:
    """`61,250.00 EUR`, with the separators of the active language and a no-break space."""
    number = formats.number_format(
        money.Money(minor, currency).major(),
        decimal_pos=money.exponent(currency),
        use_l10n=True,
        force_grouping=True,
    )
    return f"{number}\N{NO-BREAK SPACE}{currency}"


def quantity(text: str, unit: str) -> str:
    """`500 pcs`."""
    number = Decimal(text)
    places = max(0, -int(number.as_tuple().exponent))
    shown = formats.number_format(number, decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"{shown}\N{NO-BREAK SPACE}{unit_name(unit)}"


def unit_name(unit: str) -> str:
    """The unit's short name, or its code."""
    return _(_UNITS[unit]) if unit in _UNITS else unit


def issue_value(value: Any) -> str:
    """The value of an issue: yes or no, a number, or the clause itself."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def percent(basis_points: int) -> str:
    """`21 %` or `5.5 %`."""
    value = Decimal(basis_points) / 100
    places = 0 if basis_points % 100 == 0 else 1 if basis_points % 10 == 0 else 2
    return formats.number_format(value, decimal_pos=places, use_l10n=True) + " %"
