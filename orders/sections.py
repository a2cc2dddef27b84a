"""What the order's page shows of its deliveries: parcels with their way, files with what is left of them,
work with what was said about it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from catalog import queries as catalog
from catalog.models import ListingFile
from negotiation_hub.people.queries import people_by_ids
from orders import lateness, lifecycle, wording
from orders.carriers import tracking_url
from orders.models import (
    Booking,
    DownloadGrant,
    LicenceDemand,
    LicenceKey,
    Order,
    OrderLine,
    Picking,
    Shipment,
    WorkChange,
    WorkDispute,
    WorkMilestone,
)
from orders.parts import information_lines
from orders.services import received_by, refusal_of

_BUTTONS: Final = frozenset({"deliver", "cancel", "come_back"})


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment; `url` is the carrier's own page for it, if known; `events` in words, the newest first;
    `items` as title and quantity; `steps` are what the seller may say of it next, as event and words;
    `timing` is how it stands to what was agreed; `booking` is the seller's; `received_by` is whom the
    carrier gave it to, where it says so; `picking` is who was asked to pick it, if anybody.
    """

    shipment: Shipment
    url: str | None
    events: list[tuple[str, datetime]]
    items: list[tuple[str, str]]
    steps: list[tuple[str, str]]
    timing: lateness.Timing | None
    booking: Booking | None
    received_by: str
    picking: Picking | None


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """A file that was released. `why_not` is why it cannot be fetched now, in words."""

    grant: DownloadGrant
    taken: int
    last: datetime | None
    why_not: str
    log: list[tuple[datetime, str]]  # each download, the newest first, with who it was

    @property
    def left(self) -> int:
        return max(0, self.grant.downloads_max - self.taken)


@dataclass(frozen=True, slots=True)
class FilesOfLine:
    """An information line with its files. `fresh` are the listing's files that are not released yet."""

    line: OrderLine
    files: list[ReleasedFile]
    fresh: list[ListingFile]
    keys: list[LicenceKey]
    keys_missing: int

    @property
    def to_release(self) -> bool:
        """Whether the seller's button would do something."""
        return bool(self.fresh) or any(row.why_not for row in self.files)


@dataclass(frozen=True, slots=True)
class WorkOfLine:
    """A milestone with its steps in words, the newest first."""

    work: WorkMilestone
    steps: list[tuple[str, WorkChange]]
    dispute: WorkDispute | None  # that is open


def parcels(order: Order, today: date) -> list[Parcel]:
    """The shipments of an order, the oldest first."""
    words = _tracking_words()
    return [
        Parcel(
            shipment=row,
            url=tracking_url(row.carrier, row.tracking),
            events=_events(row, words),
            items=[
                (item.line.title, wording.quantity(item.quantity, item.line.unit))
                for item in row.items.select_related("line").order_by("line__position")
            ],
            steps=_steps(row, words),
            timing=lateness.parcel_timing(order, row, today),
            booking=Booking.objects.filter(shipment=row).first(),
            received_by=received_by(row),
            picking=Picking.objects.filter(shipment=row).select_related("place").first(),
        )
        for row in order.shipments.all()
    ]


def _events(shipment: Shipment, words: dict[str, str]) -> list[tuple[str, datetime]]:
    """What happened with a parcel, the newest first: with what the carrier told too late to move it."""
    steps = [(change.at, change.seq, change.event) for change in shipment.changes.all()]
    steps += [(row.occurred_at, 0, row.event) for row in shipment.carrier_events.all() if not row.applied]
    return [(words.get(event, event), at) for at, _seq, event in sorted(steps, reverse=True)]


def _steps(shipment: Shipment, words: dict[str, str]) -> list[tuple[str, str]]:
    """The events that change something, in the order of the table; some have buttons of their own."""
    status = lifecycle.Tracking(shipment.status)
    possible = [row for row in lifecycle.SHIPMENT if status in row.before and row.after != status]
    return [(row.event, words[row.event]) for row in possible if row.event not in _BUTTONS]


def files(order: Order, now: datetime) -> list[FilesOfLine]:
    """The information lines of an order with what was released for each."""
    found = []
    for line in information_lines(order):
        grants = list(line.grants.select_related("file").prefetch_related("downloads"))
        known = {(grant.name, grant.file.sha256) for grant in grants}
        offered = catalog.files_of(line.listing_id) if line.listing_id else []
        fresh = [row for row in offered if (row.name, row.file.sha256) not in known]
        keys = list(line.licence_keys.order_by("id"))
        demand = LicenceDemand.objects.filter(line=line, ended_at=None).first()
        missing = demand.wanted - len(keys) if demand else 0
        found.append(FilesOfLine(line, [_released(grant, now) for grant in grants], fresh, keys, missing))
    return found


def work(order: Order) -> list[WorkOfLine]:
    """The work of an order, in the order of its lines."""
    words = {
        "report": _("Reported as done"),
        "receive": _("Received"),
        "request_changes": _("Changes asked for"),
    }
    return [
        WorkOfLine(
            row,
            [(words.get(change.event, change.event), change) for change in row.changes.order_by("-seq")],
            row.disputes.filter(ended_at=None).first(),
        )
        for row in order.work.all()
    ]


def _released(grant: DownloadGrant, now: datetime) -> ReleasedFile:
    taken = [row.at for row in grant.downloads.all()]
    people = people_by_ids({row.by for row in grant.downloads.all()})
    log = [(row.at, people[row.by].name if row.by in people else "") for row in grant.downloads.all()]
    refusal = refusal_of(grant, now)
    short = {
        "download.expired": _("the time is over"),
        "download.used_up": _("all used up"),
        "download.revoked": _("taken back"),
    }
    return ReleasedFile(
        grant=grant,
        taken=len(taken),
        last=max(taken, default=None),
        why_not=short.get(refusal.code, refusal.code) if refusal else "",
        log=sorted(log, reverse=True),
    )


def _tracking_words() -> dict[str, str]:
    return {
        "pick_up": _("Picked up by the carrier"),
        "move": _("On its way"),
        "bring": _("Out for delivery"),
        "lay_out": _("Ready to be picked up"),
        "delay": _("Delayed"),
        "fail": _("Could not be delivered"),
        "hold": _("On hold"),
        "lose_sight": _("No news"),
        "deliver": _("Delivered"),
        "send_back": _("On its way back"),
        "come_back": _("Back at the seller's"),
        "cancel": _("Canceled"),
    }
