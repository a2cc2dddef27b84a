"""Units of UNECE Recommendation 20."""

import pytest

from negotiation_hub.kernel import units


@pytest.mark.parametrize(
    ("code", "name", "symbol", "current"),
    [
        ("KGM", "kilogram", "kg", True),
        ("MTQ", "cubic metre", "m³", True),
        ("C62", "one", "1", True),
        ("BX", "box", "", False),
        ("NPR", "number of pairs", "", False),
    ],
)
def test_a_unit_has_the_name_that_the_recommendation_gives_it(
    code: str, name: str, symbol: str, current: bool
) -> None:
    assert units.all_units()[code] == units.Unit(code, name, symbol, current)


def test_the_list_is_whole() -> None:
    listed = units.all_units()
    assert len(listed) == 2136
    assert sum(unit.current for unit in listed.values()) == 1756
    assert all(unit.code and unit.name for unit in listed.values())


@pytest.mark.parametrize("code", ["KGM", "BX", "4L", "XPX", "ZZ"])
def test_what_is_listed_and_packagings_are_known(code: str) -> None:
    assert units.known(code)


@pytest.mark.parametrize("code", ["", "QQQ", "kgm", "X", "XP", "XPXX", "KGM\n"])
def test_nothing_else_is_known(code: str) -> None:
    assert not units.known(code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kgm", "KGM"),
        (" KGM ", "KGM"),
        ("m³", "MTQ"),
        ("Kilogram", "KGM"),
        ("XPX", "XPX"),
        ("mW", "C31"),
        ("MW", None),
        ("megawatt", "MAW"),
        ("kg", "KGM"),
        ("furlongs", None),
        ("", None),
    ],
)
def test_a_unit_is_found_by_what_people_write(text: str, code: str | None) -> None:
    assert units.named(text) == code
