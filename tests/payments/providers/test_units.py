import pytest

from negotiation_hub.kernel.money import Money
from payments.providers.base import ProviderRefused
from payments.providers.units import from_provider, to_provider


@pytest.mark.parametrize(
    ("minor", "currency", "number"),
    [
        (1_050, "EUR", 1_050),
        (500, "JPY", 500),
        (500, "ISK", 50_000),
        (7, "UGX", 700),
        (12_340, "KWD", 12_340),
    ],
)
def test_an_amount_is_the_same_money_for_the_provider(minor: int, currency: str, number: int) -> None:
    assert to_provider(Money(minor, currency)) == number
    assert from_provider(number, currency.lower()) == minor


@pytest.mark.parametrize(("minor", "currency"), [(0, "EUR"), (-1, "EUR"), (12_345, "KWD")])
def test_an_amount_that_no_card_can_pay_is_refused(minor: int, currency: str) -> None:
    with pytest.raises(ProviderRefused):
        to_provider(Money(minor, currency))
