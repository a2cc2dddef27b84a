"""How amounts, quantities and units are written for people, in the active language."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from negotiation_hub.kernel import money, units
from orders.models import Order

# UNECE Recommendation 20: the codes that trade here uses most.
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
# The issues that the offer's form has ready are stored in English for everyone, as are the usual payment
# terms (frontend/src/room/readyIssues.ts), and shown in the reader's language.
_PAYMENT_TERMS: Final = "Payment terms"
_ISSUES: Final = {
    "Delivery date": gettext_noop("Delivery date"),
    "Incoterm": gettext_noop("Incoterm"),
    _PAYMENT_TERMS: gettext_noop("Payment terms"),
    "Late delivery penalty": gettext_noop("Late delivery penalty"),
    "Frame agreement": gettext_noop("Frame agreement"),
    "Price tiers": gettext_noop("Price tiers"),
    "Called off from": gettext_noop("Called off from"),
}
_USUAL_TERMS: Final = {
    "Payment in advance": gettext_noop("Payment in advance"),
    "Payment on delivery": gettext_noop("Payment on delivery"),
    "14 days net": gettext_noop("14 days net"),
    "30 days net": gettext_noop("30 days net"),
    "60 days net": gettext_noop("60 days net"),
    "2 % discount within 10 days, 30 days net": gettext_noop("2 % discount within 10 days, 30 days net"),
    "50 % in advance, 50 % on delivery": gettext_noop("50 % in advance, 50 % on delivery"),
    "Documentary credit": gettext_noop("Documentary credit"),
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
    return when_kinds_are_charged({line.kind for line in order.lines.all()})


def when_kinds_are_charged(kinds: set[str]) -> str:
    """The same for an order that is not made yet, by the kinds of what is sold."""
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


def due(day: date) -> str:
    """`by Dec. 3, 2026`."""
    return _("by %(day)s") % {"day": formats.date_format(day, "DATE_FORMAT")}


def unit_name(unit: str) -> str:
    """The unit's short name, else its symbol or English name by Recommendation 20, else its code."""
    if unit in _UNITS:
        return _(_UNITS[unit])
    listed = units.all_units().get(unit)
    return unit if listed is None else listed.symbol or listed.name


def issue_name(name: str) -> str:
    """The name of an issue, in the reader's language where the offer's form has it ready."""
    return _(_ISSUES[name]) if name in _ISSUES else name


def issue_value(value: Any, name: str = "") -> str:
    """The value of the issue with that name: yes or no, a number, or the clause itself."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == _PAYMENT_TERMS and value in _USUAL_TERMS:
        return _(_USUAL_TERMS[value])
    return str(value)


def percent(basis_points: int) -> str:
    """`21 %` or `5.5 %`."""
    value = Decimal(basis_points) / 100
    places = 0 if basis_points % 100 == 0 else 1 if basis_points % 10 == 0 else 2
    return formats.number_format(value, decimal_pos=places, use_l10n=True) + " %"
