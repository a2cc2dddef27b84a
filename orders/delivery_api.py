"""REST: shipments of goods, downloads of information, milestones of services."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import File, Router
from ninja.files import UploadedFile

from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from orders import lateness, penalty, queries, services
from orders.carriers import tracking_url
from orders.models import LicenceKey, Order, Shipment, WorkMilestone, WorkProof
from orders.order_facts import Facts
from orders.parts import decimal_text, left_of
from orders.schemas import (
    ChangesIn,
    DownloadsOut,
    FetchOut,
    LineOut,
    MilestoneOut,
    PenaltyOut,
    ShipmentIn,
    ShipmentOut,
    ShipmentsOut,
    TrackingIn,
)
from orders.service_schemas import ReportIn

router = Router(tags=["orders"])


def person_of(request: HttpRequest) -> User:
    """Whoever the token or the session says. Raises NotFound for anybody else."""
    person = request.auth  # type: ignore[attr-defined]
    if not isinstance(person, User):
        raise NotFound
    return person


def shown_shipment(shipment: Shipment) -> dict[str, Any]:
    """A shipment for `ShipmentOut`."""
    timing = lateness.parcel_timing(shipment.order, shipment, clock.now().date())
    return {
        **queries.shipment_view(shipment),
        "order": shipment.order_id,
        "tracking_url": tracking_url(shipment.carrier, shipment.tracking),
        "status": shipment.status,
        "complete": shipment.complete,
        "items": [{"line": row.line_id, "quantity": row.quantity} for row in shipment.items.all()],
        "proofs": [
            {
                "id": row.pk,
                "at": row.at,
                "url": settings.PUBLIC_URL
                + reverse("orders:proof_picture", args=[shipment.order_id, row.pk]),
            }
            for row in shipment.proofs.all()
        ],
        "expected_on": shipment.expected_on,
        "days_late": timing.days if timing is not None else 0,
        "shipped_at": shipment.shipped_at,
        "delivered_at": shipment.delivered_at,
    }


def shown_lines(order: Order) -> list[dict[str, Any]]:
    """The lines of an order for `LineOut`."""
    left = left_of(order, order.shipments.all())
    names = LineOut.model_fields.keys() - {"left", "agreed_on", "days_late"}
    shown = []
    for line in order.lines.all():
        goods = line.pk in left
        timing = lateness.line_timing(order, line, clock.now().date()) if goods else None
        shown.append(
            {
                **{name: getattr(line, name) for name in names},
                "left": decimal_text(left[line.pk]) if goods else None,
                "agreed_on": timing.due if timing is not None else None,
                "days_late": timing.days if timing is not None else 0,
            }
        )
    return shown


def shown_penalty(order: Order) -> dict[str, Any] | None:
    """What late delivery costs, for `PenaltyOut`."""
    owed = penalty.of_order(order, clock.now().date())
    if owed is None:
        return None
    names = PenaltyOut.model_fields.keys() - {"currency"}
    return {**{name: getattr(owed, name) for name in names}, "currency": order.currency}


def shown_cancellation(facts: Facts) -> dict[str, Any] | None:
    """What canceling would cost, for `CancellationOut`."""
    terms = facts.leaving()
    if terms is None:
        return None
    cost = None if terms.cost is None else services.cost_now(facts.order, terms)
    return {
        "clause": terms.clause,
        "free_until": terms.free_until,
        "cost": cost,
        "afterwards": terms.afterwards,
        "currency": facts.order.currency,
    }


def shown_downloads(order: Order) -> list[dict[str, Any]]:
    """The released files of an order for `DownloadOut`."""
    return [
        {
            "id": grant.pk,
            "order": order.pk,
            "line": grant.line_id,
            "name": grant.name,
            "media_type": grant.file.media_type,
            "size_bytes": grant.file.size_bytes,
            "granted_at": grant.granted_at,
            "expires_at": grant.expires_at,
            "downloads": len(grant.downloads.all()),
            "downloads_max": grant.downloads_max,
            "revoked_at": grant.revoked_at,
        }
        for grant in order.grants.select_related("file").prefetch_related("downloads")
    ]


def _downloads(order: Order, person: User) -> dict[str, Any]:
    """For `DownloadsOut`."""
    whole = "buyer" in queries.sides_of(order, person)
    keys = [
        {
            "line": row.line_id,
            "key": row.get() if whole and row.revoked_at is None else None,
            "ending": row.ending,
            "given_at": row.given_at,
            "revoked_at": row.revoked_at,
        }
        for row in LicenceKey.objects.filter(line__order=order).order_by("id")
    ]
    return {"downloads": shown_downloads(order), "licence_keys": keys}


def shown_work_proof(work: WorkMilestone, proof: WorkProof) -> dict[str, Any]:
    """What shows that work was done, for `WorkProofOut`."""
    path = reverse("orders:work_proof", args=[work.order_id, proof.pk])
    shown = {name: getattr(proof, name) for name in ("id", "at", "name", "media_type")}
    return {**shown, "url": settings.PUBLIC_URL + path}


def shown_milestone(work: WorkMilestone) -> dict[str, Any]:
    """A milestone for `MilestoneOut`."""
    own = MilestoneOut.model_fields.keys() - {"order", "line", "proofs", "disputes"}
    return {
        **{name: getattr(work, name) for name in own},
        "order": work.order_id,
        "line": work.line_id,
        "proofs": [shown_work_proof(work, row) for row in work.proofs.all()],
        "disputes": list(work.disputes.all()),
    }


@router.get("/shipments", response=ShipmentsOut, summary="The shipments of an order")
def list_shipments(request: HttpRequest, order: UUID) -> dict[str, Any]:
    """The oldest first."""
    found = queries.order_for(person_of(request), order)
    return {"shipments": [shown_shipment(row) for row in found.shipments.all()]}


@router.post("/shipments", response=ShipmentOut, summary="Send the goods (seller)")
def ship(request: HttpRequest, data: ShipmentIn) -> dict[str, Any]:
    """Needs a placed order whose payment is authorised in full; handing over captures the payment."""
    shipment = services.ship_order(
        order_id=data.order,
        actor=person_of(request),
        carrier=data.carrier,
        tracking=data.tracking,
        complete=data.complete,
        items=_items(data),
        shipment_id=data.id,
        expected_on=data.expected_on,
        handed_over=data.handed_over,
        now=clock.now(),
    )
    return shown_shipment(shipment)


def _items(data: ShipmentIn) -> dict[UUID, str] | None:
    """Raises ShipmentQuantity where a line is named twice."""
    if data.items is None:
        return None
    found = {row.line: row.quantity for row in data.items}
    if len(found) != len(data.items):
        raise services.ShipmentQuantity
    return found


@router.post("/shipments/{uuid:shipment_id}/delivered", response=ShipmentOut, summary="The goods are there")
def delivered(request: HttpRequest, shipment_id: UUID) -> dict[str, Any]:
    """From then on the buyer has 14 days; silence is receipt."""
    return shown_shipment(
        services.mark_delivered(shipment_id=shipment_id, actor=person_of(request), now=clock.now())
    )


@router.post(
    "/shipments/{uuid:shipment_id}/tracking", response=ShipmentOut, summary="The carrier's news (seller)"
)
def track(request: HttpRequest, shipment_id: UUID, data: TrackingIn) -> dict[str, Any]:
    """One event of the shipment's way; `cancel` while it is only packed."""
    shipment = services.track_shipment(
        shipment_id=shipment_id,
        actor=person_of(request),
        event=data.event,
        expected_on=data.expected_on,
        now=clock.now(),
    )
    return shown_shipment(shipment)


@router.post(
    "/shipments/{uuid:shipment_id}/proofs", response=ShipmentOut, summary="Add a picture of it (seller)"
)
def add_proof(request: HttpRequest, shipment_id: UUID, file: File[UploadedFile]) -> dict[str, Any]:
    """Drawn anew without what the camera noted; both sides may look at it."""
    data = file.read(limits.FILE_BYTES_MAX + 1)
    proof = services.add_proof(shipment_id=shipment_id, actor=person_of(request), data=data, now=clock.now())
    return shown_shipment(proof.shipment)


@router.get("/downloads", response=DownloadsOut, summary="The released files of an order")
def list_downloads(request: HttpRequest, order: UUID) -> dict[str, Any]:
    """Both sides see how often each was fetched."""
    person = person_of(request)
    return _downloads(queries.order_for(person, order), person)


@router.post("/downloads/{uuid:download_id}", response=FetchOut, summary="Fetch a file (buyer)")
def fetch_download(request: HttpRequest, download_id: UUID) -> dict[str, Any]:
    """Counts the download and answers with a short-lived address; GET it for the bytes, without signing in.

    Asked again within a minute it is counted once.
    """
    now = clock.now()
    token = services.take_download(grant_id=download_id, actor=person_of(request), now=now)
    return {
        "url": settings.PUBLIC_URL + reverse("orders:file", args=[token]),
        "expires_at": now + timedelta(seconds=limits.DOWNLOAD_FETCH_S),
    }


@router.post("/orders/{uuid:order_id}/release", response=DownloadsOut, summary="Release the files (seller)")
def release(request: HttpRequest, order_id: UUID) -> dict[str, Any]:
    """Those that were added since, and once more those that have run out. Released files stay as they are."""
    person = person_of(request)
    services.release_files(order_id=order_id, actor=person, now=clock.now())
    return _downloads(queries.order_for(person, order_id), person)


@router.post(
    "/milestones/{uuid:milestone_id}/report",
    response=MilestoneOut,
    summary="Report the work as done (seller)",
)
def report(request: HttpRequest, milestone_id: UUID, data: ReportIn | None = None) -> dict[str, Any]:
    """Needs a placed order whose payment is authorised in full; the payment is captured."""
    note = data.note if data is not None else ""
    work = services.report_work(work_id=milestone_id, actor=person_of(request), note=note, now=clock.now())
    return shown_milestone(work)


@router.post("/milestones/{uuid:milestone_id}/receive", response=MilestoneOut, summary="Receive it (buyer)")
def receive(request: HttpRequest, milestone_id: UUID) -> dict[str, Any]:
    """Its share of the held funds goes to the seller, less the fee."""
    work = services.receive_work(work_id=milestone_id, actor=person_of(request), now=clock.now())
    return shown_milestone(work)


@router.post(
    "/milestones/{uuid:milestone_id}/changes", response=MilestoneOut, summary="Ask for changes (buyer)"
)
def changes(request: HttpRequest, milestone_id: UUID, data: ChangesIn) -> dict[str, Any]:
    """The milestone is open again, and the order is not fulfilled."""
    work = services.request_changes(
        work_id=milestone_id, actor=person_of(request), reason=data.reason, now=clock.now()
    )
    return shown_milestone(work)
