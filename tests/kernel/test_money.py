"""Money: whole minor units, no surprise in any currency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel import money
from negotiation_hub.kernel.limits import AMOUNT_MINOR_MAX
from negotiation_hub.kernel.money import AmountInvalid, CurrencyUnknown, Money

AMOUNTS = st.integers(-(10**15), 10**15)


@given(AMOUNTS, st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_the_parts_of_a_split_add_up_to_the_whole(minor: int, ratios: list[int]) -> None:
    parts = Money(minor, "EUR").split(ratios)
    assert sum(part.minor for part in parts) == minor
    assert all(not part.minor for part, ratio in zip(parts, ratios, strict=True) if not ratio)


@given(AMOUNTS, st.integers(0, 10_000))
def test_a_share_and_the_rest_are_the_whole(minor: int, basis_points: int) -> None:
    whole = Money(minor, "EUR")
    assert whole.share(basis_points) + (whole - whole.share(basis_points)) == whole


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1250.50", "EUR", 125_050),
        ("1250", "JPY", 1250),
        ("0.001", "KWD", 1),
        (" 7 ", "USD", 700),
        ("1E3", "EUR", 100_000),
    ],
)
def test_what_people_type_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "0", "-1", "nan", "Infinity", "1.005", "1E+999999", "1E-999999", "90071992547409.92", "1,5"],
)
def test_what_cannot_be_a_price_is_refused(text: str) -> None:
    with pytest.raises(AmountInvalid):
        money.parse(text, "EUR")


def test_decimals_beyond_the_currency_are_refused() -> None:
    with pytest.raises(AmountInvalid, match="0 decimals"):
        money.parse("1250.5", "JPY")


@pytest.mark.parametrize("minor", [0, -1, AMOUNT_MINOR_MAX + 1, True, None, "5", 1.0])
def test_a_price_is_a_positive_whole_number_that_readers_keep_exact(minor: object) -> None:
    with pytest.raises(AmountInvalid):
        money.positive(minor, "EUR")


def test_unknown_currencies_and_mixtures_are_refused() -> None:
    with pytest.raises(CurrencyUnknown):
        Money(1, "XXX")
    with pytest.raises(AmountInvalid):
        Money(1, "EUR") + Money(1, "USD")


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(6_125_000, "EUR", "61,250.00 EUR"), (5, "JPY", "5 JPY"), (-1, "KWD", "-0.001 KWD")],
)
def test_amounts_are_written_with_their_code(minor: int, currency: str, text: str) -> None:
    assert Money(minor, currency).format() == text
