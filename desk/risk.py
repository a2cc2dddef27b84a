"""TABLE of what makes a live room risky. Pure: facts in, weighted reasons in words out.

Everything here is what a moderator may see of a table anyway. A seller's floor is not among it: whether an
offer is under it would tell, offer by offer, where it is, and it belongs to the seller's side alone. How far
an offer is under the price that the listing shows to everyone takes its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk import limits, rules

HIGH: Final = 100  # points from which on a room is somebody's business at once
RAISED: Final = 40
_TALK_MAX: Final = 200  # of findings of one group: the tenth telephone number says little more than the third
_CHEAP: Final = ((60, 30), (40, 15))  # per cent under the list price, points


class Factor(NamedTuple):
    """A reason, with its weight and its explanation. `name` is in one of `REASONS`."""

    name: str
    points: int
    words: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a live room. `found` has points and number of events for each rule."""

    found: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    reports: int = 0
    report_points: int = 0
    offered_at: datetime | None = None  # of the standing offer
    expires_at: datetime | None = None
    below_list: int | None = None  # per cent that the standing offer's price is under the list price


@dataclass(frozen=True, slots=True)
class Risk:
    """The sum, and what it is made of, heaviest first."""

    points: int
    factors: tuple[Factor, ...]

    @property
    def band(self) -> str:
        """high, raised or low."""
        return "high" if self.points >= HIGH else "raised" if self.points >= RAISED else "low"


def risk(facts: Facts, now: datetime) -> Risk:
    """How risky a room is at a moment."""
    factors = [*_talk(facts), *_reported(facts), *_clock(facts, now), *_price(facts)]
    factors.sort(key=lambda one: -one.points)
    return Risk(min(sum(one.points for one in factors), limits.SCORE_MAX), tuple(factors))


def _talk(facts: Facts) -> list[Factor]:
    factors = []
    for group in ("payment", "contact", "words"):
        fitting = [rule for rule in rules.RULES if rule.group == group and rule.name in facts.found]
        if not fitting:
            continue
        points = min(sum(facts.found[rule.name][0] for rule in fitting), _TALK_MAX)
        named = (_named(str(_(rule.words)), facts.found[rule.name][1]) for rule in fitting)
        factors.append(Factor(group, points, "; ".join(named)))
    return factors


def _named(words: str, times: int) -> str:
    return words if times == 1 else _("%(what)s, %(times)d times") % {"what": words, "times": times}


def _reported(facts: Facts) -> list[Factor]:
    if not facts.reports:
        return []
    words = ngettext("%d open report", "%d open reports", facts.reports) % facts.reports
    return [Factor("reports", min(facts.report_points, _TALK_MAX), words)]


def _clock(facts: Facts, now: datetime) -> list[Factor]:
    if facts.expires_at is None or facts.offered_at is None:
        return []
    left_s = int((facts.expires_at - now).total_seconds())
    if left_s <= 0:
        return []
    if left_s <= limits.EXPIRES_NOW_S:
        return [Factor("expires", 30, _("The offer expires within five minutes"))]
    if left_s <= limits.EXPIRES_SOON_S:
        return [Factor("expires", 15, _("The offer expires within the hour"))]
    waits_s = int((now - facts.offered_at).total_seconds())
    if waits_s >= limits.STALLED_LONG_S:
        days = waits_s // 86_400
        words = ngettext("No answer for %d day", "No answer for %d days", days) % days
        return [Factor("stalled", 25, words)]
    if waits_s >= limits.STALLED_S:
        hours = waits_s // 3600
        return [
            Factor("stalled", 10, ngettext("No answer for %d hour", "No answer for %d hours", hours) % hours)
        ]
    return []


def _price(facts: Facts) -> list[Factor]:
    below = facts.below_list
    for least, points in _CHEAP:
        if below is not None and below >= least:
            words = _("The offer is %(per_cent)d %% under the list price")
            return [Factor("cheap", points, words % {"per_cent": below})]
    return []


def below_list(packages: list[dict[str, Any]], listing: str | None, list_price: int | None) -> int | None:
    """By how many per cent the dearest unit price for the room's listing is under its list price, 0 if above.

    Of packages the cheapest counts. None where nothing can be compared.
    """
    if not list_price or listing is None:
        return None
    prices = [
        max(own)
        for package in packages
        if (own := [line["unit_price"] for line in package["lines"] if _is_of(line, listing)])
    ]
    return max(0, (list_price - min(prices)) * 100 // list_price) if prices else None


def _is_of(line: dict[str, Any], listing: str) -> bool:
    return line.get("listing") in {None, listing}


REASONS: Final = {
    "talk": frozenset({"payment", "contact", "words"}),
    "reports": frozenset({"reports"}),
    "expires": frozenset({"expires"}),
    "stalled": frozenset({"stalled"}),
    "cheap": frozenset({"cheap"}),
}  # what the wall can be narrowed down to
