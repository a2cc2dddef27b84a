"""Money is a whole number of minor units and a currency (ISO 4217). No float comes near it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from negotiation_hub.kernel.limits import AMOUNT_MINOR_MAX
from negotiation_hub.kernel.refusals import Refusal, gettext_noop

# ISO 4217 list one (January 2026): the currencies whose minor unit is not 1/100, and those with 1/100 that we
# trade in.
_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_HUNDREDTHS = """
    AED ALL AMD ARS AUD AZN BAM BBD BDT BOB BRL BSD BWP BZD CAD CHF CNY COP CRC CZK DKK DOP DZD EGP
    ETB EUR FJD GBP GEL GHS GTQ HKD HNL HUF IDR ILS INR JMD KES KGS KZT LAK LBP LKR MAD MDL MKD MNT
    MOP MUR MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD SAR SEK SGD THB
    TRY TTD TWD TZS UAH USD UYU UZS ZAR ZMW
"""
_EXPONENTS: Final = {
    code: places
    for places, codes in ((0, _WHOLE), (3, _THOUSANDTHS), (2, _HUNDREDTHS))
    for code in codes.split()
}
_DIGITS_MAX: Final = (
    20  # of a number that is still worth looking at; 1E+999999 must not become a million digits
)
CURRENCIES: Final = frozenset(_EXPONENTS)


class AmountInvalid(Refusal):
    """The amount cannot be: not a number, not positive, too precise for its currency, or too large."""

    code = "amount.invalid"
    message = gettext_noop("This amount is not possible.")
    status = 422


class CurrencyUnknown(Refusal):
    """No such currency in ISO 4217, or none that is traded here."""

    code = "currency.unknown"
    message = gettext_noop("This currency is not known here.")
    status = 422


def exponent(currency: str) -> int:
    """How many decimals the currency has. Raises CurrencyUnknown."""
    try:
        return _EXPONENTS[currency]
    except KeyError:
        raise CurrencyUnknown(f"{currency[:8]!r} is not a currency that is traded here.") from None


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units of one currency. May be negative (a difference); `positive` refuses that."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise AmountInvalid("An amount is a whole number of minor units.")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise AmountInvalid(f"{self.currency} and {other.currency} cannot be added.")

    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def format(self) -> str:
        """Amount and ISO code with a point and thousands in commas: `61,250.00 EUR`. Screens localise it."""
        return f"{self.major():,f} {self.currency}"

    def share(self, basis_points: int) -> "Money":
        """The given share in 1/100 %, rounded half up to the minor unit."""
        return Money((self.minor * basis_points * 2 + 10_000) // 20_000, self.currency)

    def split(self, ratios: Sequence[int]) -> list["Money"]:
        """Parts in the given ratios that add up to the whole (largest remainder, ties to the first).

        Raises ValueError when there is no positive ratio.
        """
        total = sum(ratios)
        if total <= 0 or min(ratios) < 0:
            raise ValueError("ratios must be non-negative, with at least one above zero")
        floors = [self.minor * ratio // total for ratio in ratios]
        remainders = [self.minor * ratio % total for ratio in ratios]
        missing = self.minor - sum(floors)
        for index in sorted(range(len(ratios)), key=lambda i: (-remainders[i], i))[:missing]:
            floors[index] += 1
        return [Money(minor, self.currency) for minor in floors]


def positive(minor: object, currency: str) -> Money:
    """A price: above zero, at most 2^53 - 1 minor units. Raises AmountInvalid, CurrencyUnknown."""
    exponent(currency)
    if isinstance(minor, bool) or not isinstance(minor, int):
        raise AmountInvalid("An amount is a whole number of minor units.")
    if minor <= 0:
        raise AmountInvalid("The amount must be above zero.")
    if minor > AMOUNT_MINOR_MAX:
        raise AmountInvalid("The amount is too large.")
    return Money(minor, currency)


def parse(text: str, currency: str) -> Money:
    """A price typed in major units with a point, such as `1250.50`. Raises AmountInvalid, CurrencyUnknown."""
    places = exponent(currency)
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise AmountInvalid(f"{text[:40]!r} is not a number.") from None
    if not amount.is_finite():
        raise AmountInvalid("The amount must be a finite number.")
    if amount.adjusted() > _DIGITS_MAX:
        raise AmountInvalid("The amount is too large.")
    if amount != 0 and amount.adjusted() < -_DIGITS_MAX:
        raise AmountInvalid(f"{currency} has {places} decimals.")
    minor = amount.scaleb(places)
    if minor != minor.to_integral_value():
        raise AmountInvalid(f"{currency} has {places} decimals.")
    return positive(int(minor), currency)
