"""What offers have to do with frame agreements: some are one, and some call something off of one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.utils import translation

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.people.models import User
from orders import framing
from orders import services as orders
from orders.facts import AgreementFacts
from orders.models import Frame, Order
from rooms import wire
from rooms.models import Room

if TYPE_CHECKING:
    from rooms.table import Table

ORIGIN: Final = "frame"  # of the room of a call-off; its id is the frame agreement's


def frame_of(room: Room) -> UUID | None:
    """The frame agreement of which something is called off in a room; None in any other room."""
    origin = room.origin
    return UUID(origin["id"]) if origin is not None and origin["kind"] == ORIGIN else None


def check(table: "Table", asked: wire.OfferTerms, packages: Sequence[dict[str, Any]]) -> None:
    """Nothing, for an offer that is no frame agreement, or one that could be accepted now.

    Raises FrameTermInvalid, FrameTiersInvalid, FrameDay, FrameLines, FrameAmends.
    """
    today = table.now.astimezone(UTC).date()
    with in_words_of(table.actor):
        for package in packages:
            found = framing.read(package["issues"], package["lines"], currency=asked.currency, today=today)
            if found is not None and table.amends is not None:
                raise orders.FrameAmends


def measured(table: "Table", packages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The packages as a mandate measures them. A frame agreement comes to what its whole volume costs by its
    tiers, and each line of it sells at its lowest price. Any other package is what it is.
    """
    today = table.now.astimezone(UTC).date()
    found = []
    for package in packages:
        terms = framing.read(package["issues"], package["lines"], currency=table.room.currency, today=today)
        found.append(package if terms is None else _by_tiers(package, terms))
    return found


def _by_tiers(package: dict[str, Any], terms: framing.Terms) -> dict[str, Any]:
    lines, whole = [], Fraction(0)
    for line, tiers in zip(package["lines"], terms.tiers, strict=True):
        parts = framing.parts(Decimal(0), Decimal(line["quantity"]), line["unit_price"], tiers)
        whole += sum(Fraction(part.quantity) * part.unit_price for part in parts)
        lowest = min(part.unit_price for part in parts)
        lines.append({**line, "unit_price": lowest, "total": lowest})
    share = whole / sum(line["total"] for line in package["lines"])
    # Tax is a share of the total; rounded against whoever is bound by it.
    net, gross = floor(package["net"] * share), ceil(package["gross"] * share)
    return {**package, "lines": lines, "net": net, "gross": gross}


def frame(table: "Table", facts: AgreementFacts) -> Draft | None:
    """The frame agreement that was agreed at a table, as the event that tells of it; None where it is an
    order. Raises what `check` does.
    """
    if frame_of(table.room) is not None:
        return None
    with in_words_of(table.actor):
        made = orders.create_frame(facts=facts, now=table.now)
    return None if made is None else Draft("frame.agreed", {"frame": view(made)}, milestone=True)


def order(table: "Table", facts: AgreementFacts) -> Order:
    """The order that was agreed at a table: by its frame agreement, where the room is of a call-off.

    Raises SoldOut, and for a call-off FrameOver, FrameVolume, FrameQuantity, FramePriceChanged.
    """
    called_of = frame_of(table.room)
    if called_of is None:
        return orders.create_draft_order(facts=facts, now=table.now)
    with in_words_of(table.actor):
        return orders.call_off(frame_id=called_of, facts=facts, by=table.actor.pk, now=table.now)


@contextmanager
def in_words_of(person: User) -> Iterator[None]:
    """What is refused in here is said in the person's language: the room's own script has no words for it."""
    try:
        yield
    except Refusal as refusal:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            refusal.message = translation.gettext(refusal.message)
        raise


def view(made: Frame) -> dict[str, Any]:
    """A frame agreement as its event shows it."""
    return {
        "id": str(made.pk),
        "number": made.number,
        "ends_on": made.ends_on.isoformat(),
        "created_at": clock.text(made.created_at),
    }
