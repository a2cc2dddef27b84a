"""What a form says, as an order, and all that is wrong with it in words. It reads and changes nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from catalog.models import Listing
from negotiation_hub.kernel import countries, limits, money
from negotiation_hub.kernel.money import AmountInvalid, Money
from negotiation_hub.kernel.text import one_line
from orders import wording
from orders.facts import OrderDetails
from rooms import buying
from rooms.mailed import form

_NUMBER: Final = re.compile(r"\d[\d., '’\u00a0\u202f]*")
_GROUPED: Final = re.compile(r"\d{1,3}([., '’\u00a0\u202f]\d{3})+")
_DIGITS_MAX: Final = 18  # more than any price or quantity has
_LANGUAGES: Final = ("en", "es")
# Of the details, those that the page's form asks for and a mail does not.
DETAILS: Final = tuple(field.name for field in fields(OrderDetails))


@dataclass(frozen=True, slots=True)
class Checked:
    """A form as an order: `quantity` 0 where it says none. `problems` are words by field, in its order."""

    quantity: int
    details: OrderDetails
    problems: dict[str, str]


def check(typed: Mapping[str, str], listing: Listing | None, told: Money, today: date) -> Checked:
    """What was typed, in the active language. `listing` is the public one of the address, None without one;
    `told` the price for one that the sender has been told.
    """
    quantity = quantity_of(typed.get(form.QUANTITY, ""))
    details = details_of(typed)
    problems: dict[str, str] = {}
    if listing is None:
        problems[form.LISTING] = _("This listing is not public any more. Nothing can be bought of it.")
    else:
        problems |= _of_listing(typed, listing, quantity, told)
    found = details.errors(today)
    country = typed.get("country", "").strip()
    if country and not details.country:
        found["country"] = _(
            "We do not know the country “%(country)s”. Please write its name or its two letters, such as ES."
        ) % {"country": country}
    if typed.get("expected_on") and details.expected_on is None:
        found["expected_on"] = _("This is no day, such as 2026-12-03.")
    problems |= found
    return Checked(quantity, details, {name: problems[name] for name in _in_order(problems)})


def normal(values: Mapping[str, str]) -> dict[str, str]:
    """What a mail says as the page's form has it: the country by its code where we know it."""
    known = country_of(values.get("country", ""))
    return {**values, "country": known} if known else dict(values)


def details_of(typed: Mapping[str, str]) -> OrderDetails:
    """The details of the order; what cannot be read of them is left out."""
    given = {name: typed[name] for name in DETAILS if typed.get(name)}
    given["country"] = country_of(given.get("country", ""))
    given.setdefault("payment_plan", "card")
    try:
        return OrderDetails.from_json(given)
    except ValueError:  # a day that is none
        return OrderDetails.from_json({**given, "expected_on": ""})


def quantity_of(text: str) -> int:
    """A whole number of pieces, as `2`, `2 pcs` or `1,000`; 0 for anything else."""
    found = _NUMBER.match(text.strip())
    if found is None:
        return 0
    number, behind = found[0].rstrip("., '’\u00a0\u202f"), text.strip()[found.end() :].strip()
    if any(char.isdigit() for char in behind) or not (number.isdigit() or _GROUPED.fullmatch(number)):
        return 0
    digits = re.sub(r"\D", "", number)
    value = int(digits) if len(digits) <= _DIGITS_MAX else 0
    return value if 0 < value <= limits.STOCK_MAX else 0


def says_price(text: str, minor: int, currency: str) -> bool:
    """Whether a text names this price, with a point or a comma, with or without its currency."""
    others = [code for code in re.findall(r"[A-Z]{3}", text.upper()) if code in money.CURRENCIES]
    if others and currency not in others:
        return False
    found = _NUMBER.search(text)
    return found is not None and minor in _readings(found[0].strip(), currency)


def country_of(text: str) -> str:
    """The code of a country that is named by its code, or in one of the site's languages; "" for none."""
    wanted = form.plain(one_line(text).strip(" ."))
    code = wanted.upper()
    return code if code in countries.codes() else _named().get(wanted, "")


def _of_listing(typed: Mapping[str, str], listing: Listing, quantity: int, told: Money) -> dict[str, str]:
    problems: dict[str, str] = {}
    title, price = typed.get(form.LISTING, ""), typed.get(form.PRICE, "")
    if title and form.plain(title) != form.plain(listing.title):
        problems[form.LISTING] = _(
            "Your mail names “%(title)s”, but this address is that of “%(listing)s”. Please look whether "
            "that is what you want."
        ) % {"title": title, "listing": listing.title}
    if not quantity:
        said = typed.get(form.QUANTITY, "")
        problems[form.QUANTITY] = (
            _("“%(said)s” is no quantity. Please give a whole number, such as 1.") % {"said": said}
            if said
            else _("Please say how many you want: a whole number, such as 1.")
        )
    elif listing.stock is not None and quantity > listing.stock:
        problems[form.QUANTITY] = (
            _("No more than %(left)d can be bought now.") % {"left": listing.stock}
            if listing.stock
            else _("This is sold out: nothing is left now.")
        )
    else:
        try:
            buying.gross(listing, quantity)
        except AmountInvalid as refusal:
            problems[form.QUANTITY] = _(refusal.message)
    now = wording.amount(listing.price_minor, listing.currency)
    if told != listing.price:
        problems[form.PRICE] = _("The price was %(before)s and is %(price)s now.") % {
            "before": wording.amount(told.minor, told.currency),
            "price": now,
        }
    elif price and not says_price(price, listing.price_minor, listing.currency):
        problems[form.PRICE] = _("The price is %(price)s now, and not what your form says.") % {"price": now}
    return problems


def _readings(text: str, currency: str) -> set[int]:
    """What a number may mean, in minor units: nobody knows which sign is whose decimal one."""
    exponent = money.exponent(currency)
    found = set()
    for sign in ".,":
        whole, _sign, decimals = text.rpartition(sign)
        if whole and decimals.isdigit() and len(decimals) <= exponent:
            found.add(_minor(re.sub(r"\D", "", whole) + "." + decimals, exponent))
    if text.isdigit() or _GROUPED.fullmatch(text):
        found.add(_minor(re.sub(r"\D", "", text), exponent))
    return found


def _minor(text: str, exponent: int) -> int:
    if len(text) > _DIGITS_MAX:
        return -1
    try:
        return int(Decimal(text).scaleb(exponent))
    except InvalidOperation:
        return -1


@cache
def _named() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        with override(language):
            found |= {form.plain(countries.name(code)): code for code in countries.codes()}
    return found


def _in_order(problems: Mapping[str, str]) -> list[str]:
    order = [*form.LABELS["en"], *DETAILS]
    return sorted(problems, key=lambda name: order.index(name) if name in order else len(order))


def label(name: str) -> str:
    """The label of a field in the active language; "" for a field that a mail does not have."""
    language = (get_language() or "en").split("-")[0]
    return form.LABELS.get(language, form.LABELS["en"]).get(name, "")
