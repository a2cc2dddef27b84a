"""What an offer is worth to a side: bounded, monotone, in whole numbers, and alike in the browser."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rooms import scoring
from tests.fixtures.score_cases import package, want

CASES = json.loads((Path(__file__).parents[1] / "fixtures" / "score_cases.json").read_text())
AMOUNTS = st.integers(1, 2**53 - 1)
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
WEIGHTS = st.integers(1, 100)
NAMES = st.text(min_size=1, max_size=20).filter(lambda name: scoring.plain(name) != "")


def points(wanted: list[dict[str, Any]], one: dict[str, Any], side: str = "seller") -> int:
    found = scoring.score(wanted, one, side)
    assert found is not None
    return found.points


def term(value: Any, name: str = "Term") -> dict[str, Any]:
    return package(issues=[{"name": name, "value": value}])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_cases_that_the_browser_runs_too(case: dict[str, Any]) -> None:
    found = scoring.score(case["preferences"], case["package"], case["side"])
    assert (found and found.view()) == case["score"]


@given(WHOLE, WHOLE, WHOLE)
def test_the_reservation_value_earns_nothing_the_target_all_and_no_value_more_or_less(
    start: int, end: int, at: int
) -> None:
    assume(start != end)
    wanted = [want("number", start, end, name="Term")]
    assert points(wanted, term(start)) == 0
    assert points(wanted, term(end)) == scoring.FULL
    assert 0 <= points(wanted, term(at)) <= scoring.FULL


@given(WHOLE, WHOLE, WHOLE, WHOLE)
def test_a_better_value_never_earns_less(start: int, end: int, one: int, other: int) -> None:
    assume(start != end)
    wanted = [want("number", start, end, name="Term")]
    worse, better = sorted((one, other), reverse=end < start)
    assert points(wanted, term(worse)) <= points(wanted, term(better))


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_it_is_the_exact_share_of_the_way_rounded_down(start: int, end: int, net: int) -> None:
    assume(start < end)
    share = Fraction(net - start, end - start)
    expected = min(max(share, Fraction(0)), Fraction(1)) * scoring.FULL // 1
    assert points([want("total", start, end)], package(net=net)) == expected


@given(AMOUNTS, st.sampled_from(["seller", "buyer"]))
def test_only_what_is_on_the_wrong_side_of_the_reservation_value_is_beyond(minor: int, side: str) -> None:
    sign = 1 if side == "seller" else -1
    wanted = [want("total", 5_000_000, 5_000_000 + sign * 1_000_000)]
    found = scoring.score(wanted, package(minor, minor), side)
    assert found is not None
    assert (found.parts[0].status == "beyond") == (sign * (minor - 5_000_000) < 0)


@given(st.lists(st.tuples(WEIGHTS, st.integers(0, 100)), min_size=1, max_size=20), st.integers(1, 50))
def test_only_what_issues_weigh_against_each_other_counts(issues: list[tuple[int, int]], times: int) -> None:
    said = package(issues=[{"name": f"Term {n}", "value": value} for n, (_, value) in enumerate(issues)])

    def wanted(factor: int) -> list[dict[str, Any]]:
        return [want("number", 0, 100, weight * factor, f"Term {n}") for n, (weight, _) in enumerate(issues)]

    parts = [value * 100 for _, value in issues]
    assert min(parts) <= points(wanted(1), said) <= max(parts)
    assert points(wanted(1), said) == points(wanted(times), said)


@given(st.lists(st.tuples(WEIGHTS, WHOLE, WHOLE), min_size=2, max_size=8))
def test_one_better_issue_never_makes_the_whole_worse(issues: list[tuple[int, int, int]]) -> None:
    wanted = [want("number", -(2**53), 2**53, weight, f"T{n}") for n, (weight, _, _) in enumerate(issues)]
    before = package(issues=[{"name": f"T{n}", "value": at} for n, (_, at, _) in enumerate(issues)])
    better = [{"name": f"T{n}", "value": max(at, to)} for n, (_, at, to) in enumerate(issues)]
    assert points(wanted, before) <= points(wanted, package(issues=better))


@given(WHOLE)
def test_leaving_an_issue_out_is_never_better_than_naming_it(at: int) -> None:
    wanted = [want("total", 1, 10**9), want("number", 0, 100, name="Term")]
    assert points(wanted, package()) <= points(wanted, term(at))


@given(NAMES, st.one_of(st.text(), st.booleans(), WHOLE))
def test_whatever_an_offer_says_is_scored_or_called_unclear(name: str, value: Any) -> None:
    for kind, start, end in (("number", 0, 9), ("date", "2026-01-01", "2026-02-01"), ("choice", "a", "b")):
        found = scoring.score([want(kind, start, end, name=name)], term(value, name), "buyer")
        assert found is not None
        assert found.parts[0].status in {"met", "within", "beyond", "unclear"}


def test_of_several_packages_the_best_counts_in_theirs_and_the_worst_in_ours() -> None:
    wanted = [want("total", 0, 100)]
    packages = [package(net=20), package(net=70)]
    assert scoring.of_offer(wanted, packages, own=False, side="seller") == 7_000
    assert scoring.of_offer(wanted, packages, own=True, side="seller") == 2_000
    assert scoring.of_offer([], packages, own=True, side="seller") is None
