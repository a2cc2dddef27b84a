"""Where the provider counts money differently from ISO 4217."""

from typing import Final

from negotiation_hub.kernel.money import Money, exponent
from payments.providers.base import ProviderRefused

# Currencies without decimals that the provider nevertheless counts in hundredths, always ending in 00.
_COUNTED_IN_HUNDREDTHS: Final = frozenset(["ISK", "UGX"])
_THREE_DECIMALS: Final = 3


def to_provider(money: Money) -> int:
    """The number the provider expects. Raises ProviderRefused for an amount that it cannot charge."""
    if money.minor <= 0:
        raise ProviderRefused("amount_invalid", f"{money.format()} cannot be charged")
    if money.currency in _COUNTED_IN_HUNDREDTHS:
        return money.minor * 100
    if exponent(money.currency) == _THREE_DECIMALS and money.minor % 10:
        raise ProviderRefused("amount_invalid", f"{money.format()} must end in 0: cards know two decimals")
    return money.minor


def from_provider(number: int, currency: str) -> int:
    """Our minor units for a number of the provider's; a part of a unit that we do not have is rounded half
    up.
    """
    if currency.upper() in _COUNTED_IN_HUNDREDTHS:
        return (number + 50) // 100
    return number
