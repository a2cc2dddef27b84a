"""What a side wants, for that side alone: recorded in its caucus, and every offer scored against it.

Nothing of it is enforced: how far people may go alone is the mandate of `rooms/mandate.py`. Only the
caucus's own stream is locked, so that what a side does here holds nothing up at the table.
"""

from datetime import datetime
from typing import Any

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms import queries, scoring
from rooms.models import Preferences
from rooms.preference_wire import Preference, PreferencesSet
from rooms.refusals import PreferencesOrder, PreferencesStale
from rooms.table import Table, once

_PRICES = frozenset({"total", "unit_price"})


def set_preferences(*, actor: User, frame: PreferencesSet, now: datetime) -> Answer:
    """Records what the actor's side wants in this room, all of it anew. Anyone of the side may.

    The same again changes nothing. Raises StreamUnknown for who is not of that side, PreferencesStale where a
    colleague was first, PreferencesOrder for a target that is no better than the reservation value.
    """

    def do(table: Table) -> Answer:
        if table.head.kind != "caucus":
            raise NotPermitted("This is recorded in a side's own lane.")
        for one in frame.issues:
            _check_order(one, table.side)
        row = Preferences.objects.filter(room=table.room, side=table.side).first()
        wanted = frame.model_dump(include={"issues", "alternative", "notes"}, mode="json")
        if row is not None and {key: getattr(row, key) for key in wanted} == wanted:
            return table.unchanged()
        if frame.replaces != (row.revision if row is not None else 0):
            raise PreferencesStale
        row, _ = Preferences.objects.update_or_create(
            room=table.room,
            side=table.side,
            defaults={**wanted, "revision": frame.replaces + 1, "set_by": actor, "set_at": now},
        )
        draft = Draft("preferences.set", {"preferences": queries.preferences_view(row)})
        first = stream.append(table.head, [draft], by=actor.pk, at=now, command=table.command)[0]
        return Answer(first.seq, first.hash)

    return once(actor, frame, now, do, needs_side=False)


def scores(found: queries.Seat) -> dict[str, Any]:
    """What each offer of a room earns for the seat's side. Raises StreamUnknown for who has no side."""
    if found.side not in queries.SIDES:
        raise StreamUnknown
    row = Preferences.objects.filter(room=found.room, side=found.side).first()
    issues = row.issues if row is not None else []
    return {
        "revision": row.revision if row is not None else 0,
        "alternative": row.alternative if row is not None else None,
        "offers": [_scored(offer, issues, found.side) for offer in found.room.offers.order_by("version")],
    }


def _scored(offer: Any, issues: list[dict[str, Any]], side: str) -> dict[str, Any]:
    packages = [scoring.score(issues, package, side) for package in offer.packages]
    return {
        "version": offer.version,
        "side": offer.side,
        "points": scoring.of_offer(issues, offer.packages, own=offer.side == side, side=side),
        "packages": [one and one.view() for one in packages],
    }


def _check_order(one: Preference, side: str) -> None:
    start, end = (scoring.measure(one.kind, value) for value in (one.reservation, one.target))
    if start == end:
        raise PreferencesOrder
    if one.kind in _PRICES and (end > start) != (side == "seller"):  # type: ignore[operator]  # amounts
        raise PreferencesOrder
