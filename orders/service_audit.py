"""What `negotiation-hub verify` proves of services: appointments follow their history, no place is given away
twice, proofs open, and disputes end with what ends them.
"""

from collections.abc import Iterator

from negotiation_hub.kernel import crypto, files
from negotiation_hub.kernel.audit import Problem
from orders import lifecycle
from orders.lifecycle import APPOINTMENT, Appointed, Status, Work
from orders.models import Appointment, AppointmentProposal, AppointmentRule, Order, WorkMilestone
from orders.services.capacity import most_at_once

_ENDED = frozenset({Status.CANCELED, Status.EXPIRED})


def of_order(order: Order) -> Iterator[str]:
    """Checks the appointments and the work of an order."""
    for row in order.appointments.select_related("line"):
        yield from _history(row)
        if row.line.order_id != order.pk or row.line.kind != "service":
            yield f"appointment {row.pk} belongs to no line of service of this order"
        if order.status in _ENDED and row.status != Appointed.CANCELED:
            yield f"appointment {row.pk} is {row.status}, but its order has ended"
        for made in row.proposals.filter(outcome=AppointmentProposal.Outcome.TAKEN):
            moments = row.changes.filter(event__in=("agree", "move")).values_list("at", flat=True)
            if made.answered_at not in set(moments):
                yield f"proposal {made.pk} is taken, but no time was agreed at that moment"
    for work in order.work.all():
        yield from _proofs(work)
        if work.status == Work.RECEIVED and work.disputes.filter(ended_at=None).exists():
            yield f"work {work.pk} is received and still disputed"


def check() -> Iterator[Problem]:
    """Checks the places of every listing that counts them."""
    for rule in AppointmentRule.objects.filter(at_once__isnull=False):
        spans = Appointment.objects.filter(
            listing_id=rule.pk, status=Appointed.AGREED.value, changes__at__gte=rule.updated_at
        ).distinct()
        most = most_at_once([(row.starts_at, row.ends_at) for row in spans if row.starts_at and row.ends_at])
        if most > (rule.at_once or 0):
            yield Problem(f"listing {rule.pk}", f"{most} appointments at once, {rule.at_once} are possible")


def _history(row: Appointment) -> Iterator[str]:
    status, agreed = Appointed.OPEN.value, 0
    last = None
    for seq, change in enumerate(row.changes.order_by("seq"), 1):
        cell = lifecycle.step(APPOINTMENT, change.event, Appointed(change.before))
        if (change.seq, change.before) != (seq, status) or cell is None or cell.after != change.after:
            yield f"appointment {row.pk}: step {change.seq} ({change.event}) does not follow from {status}"
        status, last = change.after, change
        agreed += change.event in {"agree", "move"}
    if row.status != status:
        yield f"appointment {row.pk} is {row.status}, but its history ends at {status}"
    if last is not None and row.starts_at != last.starts_at:
        yield f"appointment {row.pk} is at {row.starts_at}, its history says {last.starts_at}"
    if row.sequence < agreed:
        yield f"appointment {row.pk} counts {row.sequence} times, its history has {agreed}"


def _proofs(work: WorkMilestone) -> Iterator[str]:
    for proof in work.proofs.select_related("file"):
        try:
            proof.content()
        except (crypto.BadSeal, files.FileDamaged):
            yield f"proof {proof.pk} of work was changed, or belongs to another row"
