"""Demo Parcel: a carrier that exists for the demo and for tests, and reports as a real one would."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Final

from negotiation_hub.kernel import limits
from orders.carriers import signing
from orders.carriers.base import BadEvent, TrackingNews

# What it calls a step, and the event of the shipment machine that it is.
EVENTS: Final = {
    "collected": "pick_up",
    "in_transit": "move",
    "out_for_delivery": "bring",
    "at_pickup_point": "lay_out",
    "late": "delay",
    "delivery_failed": "fail",
    "held": "hold",
    "lost": "lose_sight",
    "delivered": "deliver",
    "returning": "send_back",
}

_NUMBER_CHARS_MAX: Final = 100  # as a shipment keeps it


class DemoParcel:
    """The adapter. A message is JSON: `parcel`, `step`, `sequence` (from 1), `at` (RFC 3339), and maybe
    `expected_on`.
    """

    name: ClassVar[str] = "demo-parcel"
    title: ClassVar[str] = "Demo Parcel"

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = secrets

    def parse_event(self, raw: bytes, headers: Mapping[str, str], now: datetime) -> TrackingNews:
        """What a message says. Raises BadEvent."""
        id = signing.check(self._secrets, headers, raw, now)
        return read(id, raw)


def read(id: str, raw: bytes) -> TrackingNews:
    """What the body of a message says, whoever sent it. Raises BadEvent."""
    try:
        body: dict[str, Any] = json.loads(raw)
        sequence, number = body["sequence"], body["parcel"]
        at, expected = datetime.fromisoformat(body["at"]), body.get("expected_on")
        news = TrackingNews(
            id=id,
            number=number,
            event=EVENTS[body["step"]],
            sequence=sequence,
            at=at,
            expected_on=None if expected is None else date.fromisoformat(expected),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadEvent from None
    numbered = type(sequence) is int and 0 < sequence <= limits.CARRIER_SEQUENCE_MAX
    if (
        not numbered
        or not isinstance(number, str)
        or not 0 < len(number) <= _NUMBER_CHARS_MAX
        or at.tzinfo is None
    ):
        raise BadEvent
    return news
