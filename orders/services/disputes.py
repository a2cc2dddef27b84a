"""The buyer says that work was not done as agreed: silence is no receipt until that has an end."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, limits
from negotiation_hub.kernel.refusals import Malformed, NotFound, Refusal
from negotiation_hub.kernel.text import can_be_shown, one_line
from negotiation_hub.people.models import User
from orders import dispute_mails
from orders.hooks import cause_id, milestone
from orders.lifecycle import Appointed, Status, Who, Work
from orders.models import Appointment, Order, WorkDispute, WorkMilestone
from orders.services import common

_LIVE = frozenset({Status.UNFULFILLED, Status.PARTIALLY_FULFILLED, Status.FULFILLED})


class DisputeState(Refusal):
    """There is nothing to dispute: the work is neither reported nor was its appointment missed."""

    code = "dispute.state"
    message = _("Work can be disputed once it is reported, or when the seller did not come.")


class DisputeReasonMissing(Malformed):
    """What is wrong is said in words, and can be shown."""

    code = "dispute.reason"
    message = _("Please say in 1 to 500 characters what is wrong.")


def dispute_work(*, work_id: UUID, actor: User, reason: str, now: datetime) -> WorkDispute:
    """The buyer disputes reported work, or work whose appointment the seller has missed.

    While one is open it is returned as it is. Raises DisputeReasonMissing, DisputeState,
    NotPermitted, NotFound.
    """
    reason = said(reason)
    with commit.transact():
        work, order = _locked(work_id, actor)
        known = work.disputes.filter(ended_at=None).first()
        if known is not None:
            return known
        if order.status not in _LIVE or not may_be_disputed(work):
            raise DisputeState
        made = WorkDispute.objects.create(work=work, by=actor.pk, at=now, reason=reason)
        shown = {"id": str(work.pk), "title": work.title, "reason": reason}
        milestone(order, "service.disputed", made.pk, now, service=shown)
        dispute_mails.disputed(order, work, made)
    return made


def said(words: str, *, needed: bool = True, ask: str = DisputeReasonMissing.message) -> str:
    """What somebody says about a dispute, as it is stored. Raises DisputeReasonMissing, which asks for it."""
    words = one_line(words)
    if not int(needed) <= len(words) <= limits.REASON_CHARS_MAX or not can_be_shown(words):
        raise DisputeReasonMissing(ask)
    return words


def withdraw_dispute(*, work_id: UUID, actor: User, now: datetime) -> WorkMilestone:
    """The buyer takes it back; the days of silence begin anew. Without one nothing changes.

    Raises NotPermitted, NotFound.
    """
    with commit.transact():
        work, order = _locked(work_id, actor)
        for made in work.disputes.filter(ended_at=None):
            _end(order, made, WorkDispute.End.WITHDRAWN, by=actor.pk, now=now)
            common.silence_from(order, f"dispute:{made.pk}", now)
    return work


def may_be_disputed(work: WorkMilestone) -> bool:
    """Whether there is something to dispute."""
    if work.status == Work.REPORTED:
        return True
    row = Appointment.objects.filter(line=work.line_id, status=Appointed.MISSED.value).first()
    last = row.changes.last() if row is not None else None
    return work.status == Work.OPEN and last is not None and last.missing == "seller"


def open_in(order: Order) -> bool:
    """Whether anything of an order is disputed."""
    return WorkDispute.objects.filter(work__order=order, ended_at=None).exists()


def end_of_work(order: Order, work: WorkMilestone, end: str, *, by: UUID | None, now: datetime) -> None:
    """What is open about this work has an end, in the caller's transaction."""
    for made in work.disputes.filter(ended_at=None):
        _end(order, made, end, by=by, now=now)


def end_of_line(order: Order, line_id: UUID, end: str, *, by: UUID | None, now: datetime) -> None:
    """The same for all work of a line."""
    for work in order.work.filter(line=line_id):
        end_of_work(order, work, end, by=by, now=now)


def end_of_order(order: Order, now: datetime) -> None:
    """The same for a whole order, which has ended."""
    for work in order.work.all():
        end_of_work(order, work, WorkDispute.End.ENDED, by=None, now=now)


def _end(order: Order, made: WorkDispute, end: str, *, by: UUID | None, now: datetime) -> None:
    made.end, made.ended_at, made.ended_by = end, now, by
    made.save(update_fields=["end", "ended_at", "ended_by"])
    shown = {"id": str(made.work_id), "title": made.work.title, "end": str(end)}
    milestone(order, "service.dispute_ended", cause_id(order, "dispute", made.pk), now, service=shown)
    if end == WorkDispute.End.WITHDRAWN:
        dispute_mails.withdrawn(order, made.work, made)


def _locked(work_id: UUID, actor: User) -> tuple[WorkMilestone, Order]:
    owner = WorkMilestone.objects.filter(pk=work_id).values_list("order_id", flat=True).first()
    if owner is None:
        raise NotFound
    order = common.locked(owner)
    common.require(order, actor, Who.BUYER)
    return WorkMilestone.objects.get(pk=work_id), order
