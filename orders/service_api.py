"""REST: appointments of services, what shows that work was done, disputes."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Router
from ninja.files import UploadedFile

from negotiation_hub.kernel import clock, limits
from orders import calendar_file, services
from orders.delivery_api import person_of, shown_milestone
from orders.models import Appointment, WorkMilestone
from orders.schemas import MilestoneOut
from orders.service_schemas import AppointmentOut, RuleIn, TakeIn, TimesIn, TimesOut, WordIn

router = Router(tags=["orders"])


def shown_appointment(row: Appointment) -> dict[str, Any]:
    """An appointment for `AppointmentOut`."""
    own = AppointmentOut.model_fields.keys() - {"order", "line", "calendar", "proposals"}
    names = TimesOut.model_fields.keys()
    return {
        **{name: getattr(row, name) for name in own},
        "order": row.order_id,
        "line": row.line_id,
        "calendar": calendar_file.text_of(row.order, row) or None,
        "proposals": [{name: getattr(one, name) for name in names} for one in row.proposals.all()],
    }


@router.post("/appointments/times", response=AppointmentOut, summary="Propose up to three times")
def propose(request: HttpRequest, data: TimesIn) -> dict[str, Any]:
    """For a service line of a placed order whose work is open; an agreed time holds until one is taken."""
    given = data.model_dump(exclude={"id", "line"})
    made = services.propose(
        line_id=data.line,
        actor=person_of(request),
        proposal=services.Proposal(**given),
        proposal_id=data.id,
        now=clock.now(),
    )
    return _fresh(made.appointment_id)


@router.post(
    "/appointments/times/{uuid:times_id}/take", response=AppointmentOut, summary="Take one (other side)"
)
def take(request: HttpRequest, times_id: UUID, data: TakeIn) -> dict[str, Any]:
    """It is the appointment from now on, and goes to both sides by mail for their calendars."""
    row = services.take(proposal_id=times_id, actor=person_of(request), at=data.at, now=clock.now())
    return _fresh(row.pk)


@router.post(
    "/appointments/times/{uuid:times_id}/decline", response=AppointmentOut, summary="Take none (other side)"
)
def decline(request: HttpRequest, times_id: UUID, data: WordIn) -> dict[str, Any]:
    """What was agreed before holds."""
    made = services.decline(
        proposal_id=times_id, actor=person_of(request), reason=data.reason, now=clock.now()
    )
    return _fresh(made.appointment_id)


@router.post(
    "/appointments/{uuid:appointment_id}/missed",
    response=AppointmentOut,
    summary="Say that the other side did not come",
)
def missed(request: HttpRequest, appointment_id: UUID, data: WordIn) -> dict[str, Any]:
    """Once it has begun. Where the seller was missing the buyer may dispute the work."""
    row = services.miss(
        appointment_id=appointment_id, actor=person_of(request), reason=data.reason, now=clock.now()
    )
    return _fresh(row.pk)


@router.put("/listings/{uuid:listing_id}/appointments", response={204: None}, summary="How it is booked")
def set_rule(request: HttpRequest, listing_id: UUID, data: RuleIn) -> HttpResponse:
    """For a service of your own; it holds for orders from now on."""
    services.set_rule(
        actor=person_of(request),
        listing_id=listing_id,
        minutes=data.minutes,
        at_once=data.at_once,
        now=clock.now(),
    )
    return HttpResponse(status=204)


@router.post(
    "/milestones/{uuid:milestone_id}/proofs", response=MilestoneOut, summary="Show what was done (seller)"
)
def add_proof(request: HttpRequest, milestone_id: UUID, file: File[UploadedFile]) -> dict[str, Any]:
    """A picture, drawn anew without what the camera noted, or a PDF, CSV or text; until it is received."""
    data = file.read(limits.FILE_BYTES_MAX + 1)
    proof = services.add_work_proof(
        work_id=milestone_id, actor=person_of(request), data=data, name=file.name or "", now=clock.now()
    )
    return shown_milestone(proof.work)


@router.post(
    "/milestones/{uuid:milestone_id}/dispute", response=MilestoneOut, summary="Dispute the work (buyer)"
)
def dispute(request: HttpRequest, milestone_id: UUID, data: WordIn) -> dict[str, Any]:
    """Reported work, or work whose appointment the seller has missed. Silence is no receipt until it ends."""
    made = services.dispute_work(
        work_id=milestone_id, actor=person_of(request), reason=data.reason, now=clock.now()
    )
    return shown_milestone(made.work)


@router.post(
    "/milestones/{uuid:milestone_id}/dispute/withdraw",
    response=MilestoneOut,
    summary="Take the dispute back (buyer)",
)
def withdraw(request: HttpRequest, milestone_id: UUID) -> dict[str, Any]:
    """The days of silence begin anew."""
    work = services.withdraw_dispute(work_id=milestone_id, actor=person_of(request), now=clock.now())
    return shown_milestone(WorkMilestone.objects.get(pk=work.pk))


def _fresh(appointment_id: UUID) -> dict[str, Any]:
    return shown_appointment(Appointment.objects.select_related("order", "line").get(pk=appointment_id))
