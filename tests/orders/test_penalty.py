"""What late delivery costs, by what was agreed."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orders import penalty
from orders.penalty import Terms

AGREED = "0.5 % per day, at most 5 %"


@pytest.mark.parametrize("clause", [AGREED, "0,5 % per day, at most 5 %", "0.50 % per day, at most 5.0 %"])
def test_the_plain_form_is_read_with_a_point_or_a_comma(clause: str) -> None:
    assert penalty.parse(clause) == Terms(Fraction(1, 200), Fraction(1, 20))


@pytest.mark.parametrize(
    "clause",
    [
        "",
        "0.5% per day, at most 5%",
        "0.5 % per day",
        "0.5 % per day, at most 5 % of the price",
        "about 0.5 % per day, at most 5 %",
        "-0.5 % per day, at most 5 %",
        "0 % per day, at most 5 %",
        "6 % per day, at most 5 %",
        "0.5 % per day, at most 101 %",
        "0.5 % per week, at most 5 %",
        "0.5 % per day, at most 5 %\n",
        "٥ % per day, at most 5 %",
        5,
        True,
        None,
    ],
)
def test_anything_else_is_a_clause_for_people(clause: Any) -> None:
    assert penalty.parse(clause) is None


LATE = st.lists(st.tuples(st.integers(0, 2**40), st.integers(1, 4000)), max_size=6)


@given(LATE, st.integers(1, 1000), st.integers(1, 10_000))
@example([(612_500, 1)], 50, 500)  # 3062.5: half up, once
@example([(1, 1), (1, 1)], 50, 5_000)
def test_it_is_the_capped_share_of_each_line_rounded_half_up_once(
    late: list[tuple[int, int]], per_day_bp: int, at_most_bp: int
) -> None:
    terms = Terms(Fraction(per_day_bp, 10_000), Fraction(at_most_bp, 10_000))
    owed = penalty.amount([(Fraction(gross), days) for gross, days in late], terms)
    exact = sum(Decimal(gross * min(days * per_day_bp, at_most_bp)) for gross, days in late) / Decimal(10_000)
    assert owed == int(Decimal(exact).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert 0 <= owed <= sum(gross for gross, _ in late) * Fraction(at_most_bp, 10_000) + Fraction(1, 2)


@given(LATE, st.integers(1, 50))
def test_a_day_more_never_costs_less(late: list[tuple[int, int]], more: int) -> None:
    terms = penalty.parse(AGREED)
    assert terms is not None
    now = penalty.amount([(Fraction(gross), days) for gross, days in late], terms)
    later = penalty.amount([(Fraction(gross), days + more) for gross, days in late], terms)
    assert now <= later
