"""What the demo's sellers put up, and what they say of themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef

from catalog import downloads, services, storefronts
from catalog.demo import drawings
from catalog.demo.measurements import groundwater_sample
from catalog.models import Listing, ListingFile, Storefront
from catalog.services import Picture, Supply
from negotiation_hub.kernel.money import Money
from negotiation_hub.people import demo
from negotiation_hub.people import queries as people

_GOODS, _INFORMATION, _SERVICE = Listing.Kind.GOODS, Listing.Kind.INFORMATION, Listing.Kind.SERVICE


@dataclass(frozen=True, slots=True)
class Offered:
    """A listing of the demo: who offers it, its words and price, and how it looks."""

    seller: str
    kind: str
    title: str
    minor: int  # euro cents
    draw: Callable[[], bytes]
    alt: str
    description: str
    stock: int | None = None
    floor: int | None = None  # euro cents
    files: tuple[tuple[str, Callable[[], bytes]], ...] = ()


OFFERED: Final = (
    Offered(
        "stranger",
        _GOODS,
        "Cargo bike, two summers old",
        1_850_00,
        drawings.cargo_bike,
        "Green cargo bike with a wooden box between the wheels",
        """Long cargo bike with a wooden box, ridden for two summers and kept indoors.

- Box 80 x 60 cm, holds two children or a week's shopping
- New chain and brake pads in spring
- Collect it in Zaragoza, or I take it to the station

Reason for selling: the children ride their own bikes now. *Make me an offer.*""",
        stock=1,
        floor=1_500_00,
    ),
    Offered(
        "seller",
        _GOODS,
        "Dosing pumps DP-6, refurbished, 12 pieces",
        3_480_00,
        drawings.dosing_pumps,
        "Four orange dosing pumps in a row on a shelf",
        """Twelve diaphragm dosing pumps taken back from a plant that changed its process. Cleaned, \
new diaphragms and \
valves, tested on our bench.

| Property | Value |
|---|---|
| Flow | 0.2 to 6 l/h at 10 bar |
| Head | PVDF, ceramic balls |
| Supply | 230 V, 24 W |
| Guarantee | 12 months |

We prefer to sell all twelve together; **ask for a smaller lot**.""",
        stock=6,
        floor=2_900_00,
    ),
    Offered(
        "seller",
        _INFORMATION,
        "Groundwater levels of the middle Ebro, ten years, hourly",
        1_950_00,
        drawings.groundwater,
        "Three boreholes through layers of ground, and a line of measured water levels",
        """Hourly water levels of 46 boreholes from 2016 to 2025, checked and gap-marked, with \
coordinates and logs of the \
drilling.

- CSV and Parquet, one file per borehole, 4.0 million rows; the first file is an extract to look into
- Method, sensor changes and known gaps described on 18 pages
- Licence for one company; wider licences are a matter of price

Delivered as a download as soon as it is paid.""",
        floor=1_400_00,
        files=(("groundwater-levels-sample.csv", groundwater_sample),),
    ),
    Offered(
        "seller",
        _SERVICE,
        "Yearly service of a pumping station",
        9_600_00,
        drawings.service_year,
        "A calendar with four visits ticked, and a cog wheel",
        """Four visits a year by two technicians, for stations of up to six pumps.

1. Vibration and alignment, bearings, seals
2. Flow, head and power at the working point, compared with the year before
3. Report within five working days, with what to order and when

Travel within 200 km is included. Response within 24 hours can be agreed on top.""",
        floor=8_400_00,
    ),
    Offered(
        "seller",
        _INFORMATION,
        "Pump curves and 3D models of the CP and SB series",
        780_00,
        drawings.curves,
        "A sheet with three falling pump curves and an efficiency curve",
        """For engineers who select pumps by software: 214 measured curves (head, power, \
efficiency, NPSH) to ISO 9906 \
grade 2B, and the matching models.

- Curves: CSV and JSON, fitted polynomials included
- Models: STEP and IFC, three levels of detail
- Updates for two years""",
    ),
    Offered(
        "seller",
        _SERVICE,
        "Commissioning and start-up on site, two days",
        2_400_00,
        drawings.gauge,
        "A pressure gauge on a pipe, its needle in the green",
        """An engineer of ours brings your pumps into operation with your people: alignment, \
direction of rotation, settings \
of the drive, working point, hand-over record.

Two days on site. Travel is charged as agreed: name the place, and we put it into the offer.""",
    ),
    Offered(
        "seller",
        _GOODS,
        "Solar pump kit SB-3 for boreholes to 120 m",
        4_890_00,
        drawings.solar_kit,
        "Solar module on a pole that drives a pump in a borehole",
        """Everything for a borehole without grid power: submersible pump, controller, eight \
modules, frame, 130 m of cable.

| Property | Value |
|---|---|
| Delivers | 18 m³ a day at 80 m, clear sky |
| Pump | stainless steel, 4 inch |
| Modules | 8 x 440 W |
| Weight | 410 kg on two pallets |

**Ready to ship in ten days.** Price per kit; from five kits on we talk.""",
        stock=0,
        floor=4_300_00,
    ),
    Offered(
        "seller",
        _GOODS,
        "Centrifugal pumps CP-40, stainless steel, lot of 500",
        61_250_00,
        drawings.pump,
        "Centrifugal pump with a green motor on a base plate",
        """End-suction centrifugal pumps for clean and slightly dirty water, made in Zaragoza.

| Property | Value |
|---|---|
| Flow and head | 40 m³/h at 32 m |
| Material | AISI 316L, seal SiC/SiC |
| Motor | 5.5 kW, IE4, 400 V, 50 Hz |
| Delivery | FCA Zaragoza, six weeks from order |

Negotiable: **quantity, price per unit, delivery dates, payment terms, spare parts**. Test records \
for each pump are \
included.""",
        stock=8,
        floor=54_000_00,
    ),
)

STORY: Final = """Norte Bombas makes pumps for clean and slightly dirty water in Zaragoza, since 1986: \
centrifugal pumps for industry and irrigation, submersible pumps for boreholes, and solar kits where \
there is no grid.

- **64 people**, of whom nine do nothing but test: every pump leaves us with its own record
- Spare parts for every pump since 1998, most of them within two days
- We take back what we made, and sell it again with a guarantee

*Ask us anything.* The people who answer are those who build it.
"""
POLICIES: Final = """**Delivery** FCA Zaragoza; elsewhere as agreed. We load from Monday to Thursday.

**Returns** of unused goods within 30 days. You pay the way back.

**Guarantee** 24 months on new pumps, 12 on refurbished ones.

**Information goods** are licensed to one company; tell us when you need more.
"""
CONTACT: Final = "+34 976 555 018, Monday to Friday 8 to 17 h, in Spanish and English"


def listing_id(number: int) -> UUID:
    """The id of a demo listing: UUIDv7 of a past moment, the same everywhere; new listings come before it."""
    return UUID(f"019c0000-0000-7000-8000-{number:012x}")


def make_listings(*, now: datetime) -> int:
    """Puts up what is missing, and returns how many listings that were."""
    offers = {listing_id(number): offered for number, offered in enumerate(OFFERED, 1)}
    # One question for all, since this is asked at every start.
    written = Exists(
        Storefront.objects.filter(organisation=OuterRef("organisation"), organisation__slug=demo.SELLER_SLUG)
    )
    filed = Exists(ListingFile.objects.filter(listing=OuterRef("pk")))
    known = Listing.objects.filter(pk__in=offers).annotate(written=written, filed=filed)
    there = {pk: (written, filed) for pk, written, filed in known.values_list("pk", "written", "filed")}
    missing = [(pk, offered) for pk, offered in offers.items() if pk not in there]
    for pk, offered in missing:
        services.create_listing(
            actor=demo.user_of(offered.seller, now=now),
            listing_id=pk,
            title=offered.title,
            description=offered.description,
            price=Money(offered.minor, "EUR"),
            kind=offered.kind,
            supply=Supply(
                stock=offered.stock, floor=None if offered.floor is None else Money(offered.floor, "EUR")
            ),
            uploads=[Picture(offered.draw(), offered.alt)],
            now=now,
        )
    for pk, offered in offers.items():
        if offered.files and not there.get(pk, (False, False))[1]:
            _make_files(pk, offered, now)
    if not any(written for written, _ in there.values()):
        _make_storefront(now)
    return len(missing)


def _make_files(pk: UUID, offered: Offered, now: datetime) -> None:
    seller = demo.user_of(offered.seller, now=now)
    if Listing.objects.filter(pk=pk, status=Listing.Status.ARCHIVED).exists():
        return  # what was put away does not change any more
    for name, make in offered.files:
        downloads.add_file(actor=seller, listing_id=pk, data=make(), name=name, now=now)


def _make_storefront(now: datetime) -> None:
    seller = demo.user_of("seller", now=now)
    company = people.acting_organisation(seller)
    if Storefront.objects.filter(organisation=company).exists():
        return
    storefronts.write_storefront(
        actor=seller,
        organisation=company,
        story=STORY,
        policies=POLICIES,
        contact=CONTACT,
        published=True,
        now=now,
    )
