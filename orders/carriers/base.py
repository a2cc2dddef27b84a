"""What every carrier that reports by itself offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Protocol


class BadEvent(Exception):
    """A message that the carrier did not sign just now, or that does not say what it must."""


@dataclass(frozen=True, slots=True)
class TrackingNews:
    """One message about one parcel. `event` is one of `lifecycle.SHIPMENT`; `sequence` grows with each thing
    that the carrier does with the parcel, in whatever order its messages come; `at` is the carrier's time.
    """

    id: str
    number: str
    event: str
    sequence: int
    at: datetime
    expected_on: date | None = None


class Carrier(Protocol):
    """An adapter. `name` is the address of its messages, `title` what the seller names as the carrier."""

    name: ClassVar[str]
    title: ClassVar[str]

    def parse_event(self, raw: bytes, headers: Mapping[str, str], now: datetime) -> TrackingNews:
        """What a message says. Raises BadEvent."""
        ...
