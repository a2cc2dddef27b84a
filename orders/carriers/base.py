"""What every carrier offers: it takes bookings, and maybe reports by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Protocol


class BadEvent(Exception):
    """A message that the carrier did not sign just now, or that does not say what it must."""


class CarrierAway(Exception):
    """The carrier gave no answer that says anything: the same may be asked again, and is done once."""


class CarrierRefused(Exception):
    """The carrier does not take this parcel. The text is the carrier's, for the seller to read."""


@dataclass(frozen=True, slots=True)
class TrackingNews:
    """One message about one parcel. `event` is one of `lifecycle.SHIPMENT`; `sequence` grows with each thing
    that the carrier does with the parcel, in whatever order its messages come; `at` is the carrier's time.
    `picture` is the address of a picture of the delivery, `received_by` who took it; empty: there is none.
    """

    id: str
    number: str
    event: str
    sequence: int
    at: datetime
    expected_on: date | None = None
    picture: str = ""
    received_by: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Whence or whereto. `country` is ISO 3166-1 alpha-2."""

    name: str
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    company: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Consignment:
    """What is booked: one parcel, the `position`th of `count`. `key` makes the same request twice one
    booking; `reference` is what sender and receiver call it; `language` is that of the label.
    """

    key: str
    reference: str
    sender: Address
    receiver: Address
    position: int
    count: int
    language: str


@dataclass(frozen=True, slots=True)
class Booked:
    """What the carrier gave: the number of the parcel, and its label as PDF."""

    number: str
    label: bytes


class Carrier(Protocol):
    """An adapter. `name` is what we call it."""

    name: ClassVar[str]

    @property
    def title(self) -> str:
        """What the seller names as the carrier."""
        ...

    def book(self, consignment: Consignment, now: datetime) -> Booked:
        """Books a parcel; the same key gives the same booking. Raises CarrierAway, CarrierRefused."""
        ...

    def cancel(self, key: str) -> None:
        """Takes a booking back, if there is one that was not carried yet. Raises CarrierAway."""
        ...


class ReportingCarrier(Carrier, Protocol):
    """A carrier that reports by itself: `name` is the address of its messages. Pictures that it names are
    fetched from anywhere outside, and from `origin`, where it is itself.
    """

    @property
    def origin(self) -> str:
        """Scheme, host and port of its API."""
        ...

    def parse_event(self, raw: bytes, headers: Mapping[str, str], now: datetime) -> TrackingNews:
        """What a message says. Raises BadEvent."""
        ...
