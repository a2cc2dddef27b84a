"""What an offer changes against the one before it, row by row. Pure; the room shows the same on its cards.

The browser has the same rule in `frontend/src/room/redline.ts`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _

from orders import wording

Offer = Mapping[str, Any]
Package = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One term. `was` is empty for what is new or the same, `now` for what is gone."""

    label: str
    was: str
    now: str
    change: Literal["same", "changed", "added", "removed"]


def rows(before: Offer | None, after: Offer, package: int) -> list[Row]:
    """The terms of a package, marked against the same package of the offer before it, if there was one."""
    now: Package = after["packages"][package]
    old = before or after
    was: Package = old["packages"][package if package < len(old["packages"]) else 0]
    if before is None:
        was = now
    return [*_lines(old, was, after, now), *_issues(was, now), *_sums(old, was, after, now)]


def _lines(old: Offer, was: Package, after: Offer, now: Package) -> Iterator[Row]:
    left = list(was["lines"])
    for line in now["lines"]:
        match = next((one for one in left if _folded(one["title"]) == _folded(line["title"])), None)
        if match is not None:
            left.remove(match)
        shown = _line(line, after["currency"])
        yield _row(line["title"], None if match is None else _line(match, old["currency"]), shown)
    for line in left:
        yield _row(line["title"], _line(line, old["currency"]), None)


def _issues(was: Package, now: Package) -> Iterator[Row]:
    left = {_folded(issue["name"]): issue for issue in was["issues"]}
    for issue in now["issues"]:
        match = left.pop(_folded(issue["name"]), None)
        before = None if match is None else _value(match)
        yield _row(wording.issue_name(issue["name"]), before, _value(issue))
    for issue in left.values():
        yield _row(wording.issue_name(issue["name"]), _value(issue), None)


def _value(issue: Mapping[str, Any]) -> str:
    return wording.issue_value(issue["value"], issue["name"])


def _sums(old: Offer, was: Package, after: Offer, now: Package) -> Iterator[Row]:
    if old["tax_basis"] != "none" or after["tax_basis"] != "none":
        yield _row(_("Tax basis"), _basis(old), _basis(after))
        for name, label in (("net", _("Net")), ("tax", _("Tax"))):
            yield _row(
                label,
                wording.amount(was[name], old["currency"]),
                wording.amount(now[name], after["currency"]),
            )
    gross = (wording.amount(was["gross"], old["currency"]), wording.amount(now["gross"], after["currency"]))
    yield _row(_("Total to pay"), *gross)


def _row(label: str, was: str | None, now: str | None) -> Row:
    if was == now:
        return Row(label, "", now or "", "same")
    if was is None:
        return Row(label, "", now or "", "added")
    return Row(label, was, now or "", "removed" if now is None else "changed")


def _line(line: Mapping[str, Any], currency: str) -> str:
    price = wording.amount(line["unit_price"], currency)
    priced = f"{wording.quantity(line['quantity'], line['unit'])} × {price}"
    return f"{priced}, {wording.due(date.fromisoformat(line['due']))}" if "due" in line else priced


def _basis(offer: Offer) -> str:
    rate = wording.percent(offer["tax_rate_bp"])
    if offer["tax_basis"] == "added":
        return _("%(rate)s on top") % {"rate": rate}
    if offer["tax_basis"] == "included":
        return _("%(rate)s included") % {"rate": rate}
    return _("no tax")


def _folded(text: str) -> str:
    return text.strip().casefold()
