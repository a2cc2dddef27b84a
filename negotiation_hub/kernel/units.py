"""Units of measure by UNECE Recommendation 20, revision 17 of 2021: all of its codes, in `rec20.tsv`.

A line there is code, name, symbol and mark, parted by tabs: X for what was deleted, D for what is deprecated;
both are still understood, as old documents have them. Packagings are those of Recommendation 21 behind an X.
The list is UNECE's, as https://github.com/datasets/unece-units-of-measure has it in the public domain.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_LIST: Final = Path(__file__).parent / "rec20.tsv"
_PACKAGING: Final = re.compile(r"X[A-Z0-9]{2}")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with its English name and its symbol, which may be empty. `current`: for what is new."""

    code: str
    name: str
    symbol: str
    current: bool


@cache
def all_units() -> Mapping[str, Unit]:
    """Every unit by its code."""
    rows = (line.split("\t") for line in _LIST.read_text(encoding="utf-8").splitlines())
    padded = ([*row, "", "", ""][:4] for row in rows)
    return {code: Unit(code, name, symbol, not mark) for code, name, symbol, mark in padded}


def known(code: str) -> bool:
    """Whether Recommendation 20 has the code, or it is one for a packaging of Recommendation 21."""
    return code in all_units() or _PACKAGING.fullmatch(code) is not None


def named(text: str) -> str | None:
    """The code of the unit that somebody means: by its code in any case, its symbol or its English name."""
    wanted = text.strip()
    if _current(wanted):
        return wanted
    words = _by_words()
    return words.get(wanted) or (wanted.upper() if _current(wanted.upper()) else words.get(wanted.casefold()))


def _current(code: str) -> bool:
    unit = all_units().get(code)
    return known(code) if unit is None else unit.current


@cache
def _by_words() -> Mapping[str, str]:
    current = [unit for unit in all_units().values() if unit.current]
    symbols = Counter(unit.symbol for unit in current)
    by_name = {unit.name.casefold(): unit.code for unit in current}
    # A symbol as it is, since mW and MW are two; one that several units have names none of them.
    return by_name | {unit.symbol: unit.code for unit in current if unit.symbol and symbols[unit.symbol] == 1}
