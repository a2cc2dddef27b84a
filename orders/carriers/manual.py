"""A carrier that has no computer of its own for us: it is booked by a mail, whose signed link reports the way
of the parcel. The number is ours.
"""

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from orders.carriers import label
from orders.carriers.base import Booked, Consignment

_DIGITS: Final = 12


class ManualCarrier:
    """The adapter; the mail goes out with the booking (`orders/services/courier.py`)."""

    name: ClassVar[str] = "mail"

    def __init__(self, title: str) -> None:
        self._title = title

    @property
    def title(self) -> str:
        """What the seller names as the carrier."""
        return self._title

    def book(self, consignment: Consignment, now: datetime) -> Booked:
        """A number of ours, made of the key, so that the same key gives the same; and a label with it."""
        number = f"NH{UUID(consignment.key).int % 10**_DIGITS:0{_DIGITS}}"
        return Booked(number, label.draw(consignment, carrier=self._title, number=number, at=now))

    def cancel(self, key: str) -> None:
        """Nothing to do: the link of a booking that was taken back opens no more."""
