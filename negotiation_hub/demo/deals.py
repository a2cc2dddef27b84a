"""What the demo's people are dealing about. Made up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final
from uuid import UUID

from orders.facts import OrderDetails

_DOSING, _LEVELS, _YEARLY, _CURVES, _START_UP, _SOLAR = 2, 3, 4, 5, 6, 7  # listings, by their places

_NUMBER_BITS: Final = 16
FIRST_ROOM: Final = UUID("019c0000-0000-7000-8000-0d0000000000")
LAST_ROOM: Final = UUID("019c0000-0000-7000-8000-0dffffffffff")


class Stage(IntEnum):
    """How far a deal is taken. From PAID on the provider is needed."""

    TALKING = 1
    OFFER = 2  # the newest one may wait for a manager
    AGREED = 3
    CONVERTED = 4
    PLACED = 5
    PAID = 6
    DELIVERED = 7  # sent, released, reported; not received
    RECEIVED = 8
    ANSWERED = 9


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of a listing, by its place, at so many euro cents."""

    listing: int
    minor: int


@dataclass(frozen=True, slots=True)
class Bid:
    """An offer: whose, what the first line is to cost, what else is said, and beside what more."""

    by: str  # buyer, seller
    minor: int  # euro cents
    issues: Mapping[str, str] = field(default_factory=dict)
    more: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal of the demo: about a listing, with a person, and how far it has come."""

    number: int
    listing: int  # by its place among the demo's
    until: Stage
    hours: int  # how long ago it began
    talk: tuple[tuple[str, str], ...]  # side, text
    bids: tuple[Bid, ...] = ()
    buyer: str = "buyer"
    sketch: bool = False
    details: OrderDetails | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    wants: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)  # by side

    def room_id(self, again: int = 0) -> UUID:
        """The id of its room: UUIDv7 of a past moment, the same everywhere; new rooms come before it. `again`
        counts how often the deal was made anew.
        """
        return UUID(int=FIRST_ROOM.int + (again << _NUMBER_BITS) + self.number)


def _details(
    name: str, street: str, postal_code: str, city: str, *, phone: str = "", reference: str = ""
) -> OrderDetails:
    return OrderDetails(
        contact_name=name,
        street=street,
        postal_code=postal_code,
        city=city,
        country="ES",
        phone=phone,
        reference=reference,
    )


def _choice(name: str, **wanted: Any) -> Mapping[str, Any]:
    return {"kind": "choice", "name": name, **wanted}


_ACME: Final = _details(
    "Ben Ortega", "Calle del Molino 12", "50014", "Zaragoza", phone="+34 976 555 041", reference="AW-2207"
)

TALK: Final = Deal(
    13,
    _SOLAR,
    Stage.TALKING,
    hours=3,
    sketch=True,
    talk=(
        ("buyer", "Our borehole is **96 m** deep and 140 mm wide. Does the kit fit, and when could it come?"),
        ("seller", "It fits: the pump is 100 mm wide. The next ones leave our bench in about four weeks."),
        ("buyer", "The tank stands 60 m from the well, behind the shed. I have drawn it on the board."),
        ("seller", "Thank you. Then 130 m of cable are just enough. Could the modules stand *south* of it?"),
        ("buyer", "Yes, there is no shade. What would two kits cost?"),
    ),
)
WAITS: Final = Deal(
    12,
    _YEARLY,
    Stage.OFFER,
    hours=5,
    talk=(
        ("buyer", "We have six pumps in one station, 40 km from you. Is there room in the price?"),
        ("seller", "For a station so near, a little. Make us an offer."),
    ),
    bids=(
        Bid("buyer", 7_900_00, {"Visits": "four a year", "Response": "within 24 hours"}),
        # Below the listing's floor: it waits for the manager.
        Bid("seller", 8_200_00, {"Visits": "four a year", "Response": "within 48 hours"}),
    ),
)
STANDS: Final = Deal(
    11,
    _CURVES,
    Stage.OFFER,
    hours=4,
    talk=(
        ("buyer", "We only need the CP series. Can you split the package?"),
        ("seller", "The files are one package, but the price can follow what you use."),
    ),
    bids=(
        Bid("buyer", 560_00, {"Licence": "one company", "Updates": "two years"}),
        Bid("seller", 690_00, {"Licence": "one company", "Updates": "three years"}),
    ),
    wants={
        "buyer": (
            {"kind": "total", "reservation": 900_00, "target": 600_00, "weight": 3},
            _choice("Updates", reservation="one year", target="three years", weight=1),
        ),
        "seller": (
            {"kind": "total", "reservation": 550_00, "target": 800_00, "weight": 3},
            _choice("Updates", reservation="three years", target="one year", weight=1),
        ),
    },
)
AGREED: Final = Deal(
    10,
    _START_UP,
    Stage.AGREED,
    hours=6,
    talk=(
        ("buyer", "Two pumps, both CP-40, on Tuesday and Wednesday of next week?"),
        ("seller", "Wednesday and Thursday: the engineer is on the road before."),
    ),
    bids=(
        Bid("seller", 2_350_00, {"Place": "Ejea de los Caballeros", "Travel": "included"}),
        Bid("buyer", 2_250_00, {"Place": "Ejea de los Caballeros", "Travel": "included"}),
    ),
)
CONVERTED: Final = Deal(
    9,
    _DOSING,
    Stage.CONVERTED,
    hours=8,
    talk=(
        ("buyer", "All twelve, if the valves are the new ones. We need them before the season."),
        ("seller", "They are. We can load on Thursday."),
    ),
    bids=(Bid("seller", 3_300_00, {"Delivery": "one week from payment", "Guarantee": "12 months"}),),
    details=_ACME,
)
TO_PAY: Final = Deal(
    8,
    _LEVELS,
    Stage.PLACED,
    hours=9,
    talk=(
        ("buyer", "Is the borehole near Gallur in it, and without gaps in 2021?"),
        ("seller", "It is. Two gaps in 2021, six hours together, both marked."),
    ),
    bids=(
        Bid("buyer", 1_500_00, {"Licence": "one company"}),
        Bid("seller", 1_700_00, {"Licence": "one company, its consultants included"}),
    ),
    details=_ACME,
)
TO_SEND: Final = Deal(
    7,
    _DOSING,
    Stage.PAID,
    hours=20,
    talk=(
        ("buyer", "A second dozen for the plant in Tudela, at the same terms?"),
        ("seller", "With pleasure. I have put them on the table."),
    ),
    bids=(Bid("seller", 3_250_00, {"Delivery": "one week from payment", "Guarantee": "12 months"}),),
    details=_details("Ben Ortega", "Camino de Caritat 3", "31500", "Tudela", phone="+34 948 555 072"),
)
ON_ITS_WAY: Final = Deal(
    6,
    _DOSING,
    Stage.DELIVERED,
    hours=26,
    talk=(
        ("buyer", "Pumps, the water levels for the permit, and somebody who sets them up: one price?"),
        ("seller", "One price, one order. The engineer can come the day after the parcel."),
    ),
    bids=(
        Bid(
            "seller",
            3_200_00,
            {"Delivery": "within a week", "Place": "Borja"},
            more=(Line(_LEVELS, 1_600_00), Line(_START_UP, 1_900_00)),
        ),
    ),
    details=_details("Ben Ortega", "Plaza del Mercado 2", "50540", "Borja", phone="+34 976 555 041"),
)
ASKED: Final = Deal(
    5,
    _START_UP,
    Stage.RECEIVED,
    hours=28,
    talk=(
        ("buyer", "The first station is ready. Could your engineer come this week?"),
        ("seller", "On Friday, if the power is connected by then."),
    ),
    bids=(
        Bid("seller", 2_400_00, {"Place": "Tarazona"}),
        Bid("buyer", 2_300_00, {"Place": "Tarazona", "Hand-over record": "on paper and as PDF"}),
    ),
    details=_ACME,
)


def _done(
    number: int, buyer: str, listing: int, minor: int, where: OrderDetails, answers: Mapping[str, Any]
) -> Deal:
    """A deal of a customer, from the first word to the answered survey."""
    return Deal(
        number,
        listing,
        Stage.ANSWERED,
        hours=30,
        talk=(
            ("buyer", "Good morning. We would take it at the price that you gave our neighbours."),
            ("seller", "Good morning. That price holds: here it is."),
        ),
        bids=(Bid("seller", minor),),
        buyer=buyer,
        details=where,
        answers=answers,
    )


# With the demo buyer's own answer there are five, of five organisations: then the result may be shown.
DONE: Final = (
    _done(
        4,
        "orchard",
        _START_UP,
        2_300_00,
        _details("Marta Roca", "Camino Real 8", "50290", "Épila"),
        {"product": "yes", "delivery": 5, "negotiation": 5},
    ),
    _done(
        3,
        "waterworks",
        _LEVELS,
        1_800_00,
        _details("Jonas Weber", "Avenida de Europa 21", "22003", "Huesca"),
        {"product": "yes", "delivery": 5, "negotiation": 4, "better": "A column with the sensor's type."},
    ),
    _done(
        2,
        "irrigators",
        _START_UP,
        2_350_00,
        _details("Elena Ferrer", "Calle Mayor 40", "50300", "Calatayud"),
        {"product": "yes", "delivery": 4, "negotiation": 5},
    ),
    _done(
        1,
        "nursery",
        _LEVELS,
        1_750_00,
        _details("Tom Hale", "Carretera de Logroño 118", "50620", "Casetas"),
        {
            "product": "in_part",
            "delivery": 4,
            "negotiation": 4,
            "better": "Say sooner which years are in it.",
        },
    ),
)
# In the order in which they are made: lists show the newest first.
DEALS: Final = (*DONE, ASKED, ON_ITS_WAY, TO_SEND, TO_PAY, CONVERTED, AGREED, STANDS, WAITS, TALK)
_BY_NUMBER: Final = {deal.number: deal for deal in DEALS}


def deal_in(room_id: UUID) -> Deal | None:
    """The deal that a room of the demo is about."""
    return _BY_NUMBER.get(room_id.int & ((1 << _NUMBER_BITS) - 1))


def times_made(room_id: UUID) -> int:
    """How often its deal had been made before."""
    return (room_id.int - FIRST_ROOM.int) >> _NUMBER_BITS
