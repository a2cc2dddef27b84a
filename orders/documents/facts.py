"""What the papers say, as frozen values. Amounts are whole minor units, quantities decimal text as agreed.

Each writer (UBL, CII, PDF) makes its form from these and from nothing else. A paper keeps them sealed as they
were on the day of its issue, so that what is drawn later says the same.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, TypeVar

from pydantic import TypeAdapter


class Tax(StrEnum):
    """The VAT category of a line by UNCL 5305, as far as a deal here can have it."""

    STANDARD = "S"
    ZERO = "Z"
    OUTSIDE = "O"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """Who buys or sells. Only what is known: the rest is empty."""

    identifier: str  # of the organisation here
    name: str
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""  # ISO 3166-1 alpha-2
    vat_id: str = ""  # with the prefix of its country
    registration: str = ""  # in the register of companies
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """One line. `net` is its part of the net sum; `unit_price` and `total` are as agreed."""

    position: int
    title: str
    quantity: str
    unit: str  # UNECE Rec 20
    unit_price: int
    total: int
    net: int
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxFacts:
    """The tax of the one rate that a deal has."""

    category: Tax
    rate_bp: int  # 1/100 %
    basis: Literal["none", "added", "included"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFacts:
    """An order as it was placed: for the order, its agreement and its confirmation."""

    number: str
    issued_on: date
    agreed_on: date
    agreement: str  # the agreement's id
    title: str
    currency: str
    seller: PartyFacts
    buyer: PartyFacts
    reference: str  # the buyer's own
    expected_on: date | None
    lines: tuple[LineFacts, ...]
    taxed: TaxFacts
    net: int
    tax: int
    gross: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts:
    """An invoice, or a credit note, whose amounts are positive too. It is paid, or given back."""

    kind: Literal["invoice", "credit_note"]
    number: str
    issued_on: date
    order_number: str
    title: str
    currency: str
    seller: PartyFacts
    buyer: PartyFacts
    reference: str  # the buyer's own
    delivered_on: date | None
    lines: tuple[LineFacts, ...]
    taxed: TaxFacts
    net: int
    tax: int
    gross: int
    corrects: str = ""  # the number of the invoice that a credit note is about
    corrects_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DespatchLine:
    """What is on its way. `quantity` is empty where the seller did not say how much of it a part is."""

    position: int
    title: str
    quantity: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DespatchFacts:
    """A shipment."""

    number: str
    issued_on: date
    order_number: str
    title: str
    seller: PartyFacts
    buyer: PartyFacts
    reference: str  # the buyer's own
    carrier: str
    tracking: str
    complete: bool  # false: more follows
    expected_on: date | None
    lines: tuple[DespatchLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedLine(LineFacts):
    """A line as it is after a change: `status` by UNCL 1229, with the clause that it came from. Of one that
    is no more, what it was, and no net.
    """

    status: str
    offer_version: int
    offer_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts:
    """What both sides changed of an order: all of it as it is now."""

    number: str
    sequence: int  # among the changes of the order, from 1
    issued_on: date
    order_number: str
    agreement: str
    amends: str  # the agreement before it
    title: str
    currency: str
    seller: PartyFacts
    buyer: PartyFacts
    reference: str  # the buyer's own
    lines: tuple[ChangedLine, ...]
    taxed: TaxFacts
    net: int
    tax: int
    gross: int
    gross_before: int


Facts = DealFacts | InvoiceFacts | DespatchFacts | ChangeFacts
_F = TypeVar("_F", DealFacts, InvoiceFacts, DespatchFacts, ChangeFacts)


def dump(facts: Facts) -> bytes:
    """As JSON."""
    return TypeAdapter(type(facts)).dump_json(facts)


def load(kind: type[_F], data: bytes) -> _F:
    """The inverse of `dump`. Raises pydantic.ValidationError."""
    found: _F = TypeAdapter(kind).validate_json(data)
    return found
