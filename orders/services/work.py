"""Services: the seller reports the work done, the buyer receives it or asks for changes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, limits
from negotiation_hub.kernel.refusals import Malformed, NotFound, Refusal
from negotiation_hub.kernel.text import can_be_shown, one_line
from negotiation_hub.people.models import User
from orders import lifecycle, mails, silence
from orders.hooks import milestone
from orders.lifecycle import WORK, Status, Work
from orders.models import Order, WorkChange, WorkDispute, WorkMilestone
from orders.parts import Parts
from orders.services import capture, common, disputes

_RECEIVABLE = frozenset(
    {Status.PARTIALLY_FULFILLED, Status.FULFILLED, Status.PARTIALLY_RETURNED, Status.RETURNED}
)


class WorkState(Refusal):
    """The work is not at the point where this can be done."""

    code = "work.state"
    message = _("The work is not at the point where this can be done.")


class ReasonMissing(Malformed):
    """Changes are asked for in words."""

    code = "work.reason"
    message = _("Please say in 1 to 500 characters what should be different.")


class NoteInvalid(Malformed):
    """A word about the work that is too long or cannot be shown."""

    code = "work.note"
    message = _("Please say it in at most 500 characters.")


def create_milestones(order: Order) -> None:
    """One for each service line, with the order and in its transaction."""
    commit.require_transaction()
    lines = [line for line in order.lines.all() if line.kind == "service"]
    WorkMilestone.objects.bulk_create(
        WorkMilestone(order=order, line=line, position=index + 1, title=line.title)
        for index, line in enumerate(lines)
    )


def report_work(*, work_id: UUID, actor: User, now: datetime, note: str = "") -> WorkMilestone:
    """The seller says that the work is done, with a word about it if they like. The payment is captured, as
    for goods that are sent.

    Reported work is returned as it is. Raises NoteInvalid, WorkState, OrderState, OrderUnpaid, NotPermitted,
    NotFound.
    """
    note = one_line(note)
    if len(note) > limits.REASON_CHARS_MAX or not can_be_shown(note):
        raise NoteInvalid
    with commit.transact():
        work, order = locked_for(work_id, actor, "report")
        if work.status == Work.REPORTED:
            return work
        if not common.possible(order, "deliver"):
            raise common.OrderState
        common.refresh_money(order)
        if not common.paid_in_full(order):
            raise common.OrderUnpaid
        change = _move(work, "report", by=actor.pk, now=now, reason=note or None)
        common.delivered_more(order, ("deliver", "deliver_part"), by=actor.pk, now=now, work=str(work.pk))
        capture.capture(order, f"work:{change.pk}", now)
        _tell(order, work, "service.reported", change, now, **({"note": note} if note else {}))
        common.silence_from(order, change.pk, now)
        mails.work_reported(order, work, change, now + silence.period(order))
    return work


def receive(order: Order, work: WorkMilestone, *, by: UUID, now: datetime) -> None:
    """Reported work of a locked order is received. Raises WorkState, OrderState."""
    if order.status not in _RECEIVABLE:
        raise common.OrderState
    _receive(order, work, by=by, now=now)


def request_changes(*, work_id: UUID, actor: User, reason: str, now: datetime) -> WorkMilestone:
    """The buyer asks for something else: the work is open again, and with it the order.

    The same words about the same report again change nothing. Raises ReasonMissing, WorkState, OrderState,
    NotPermitted, NotFound.
    """
    reason = one_line(reason)
    if not 0 < len(reason) <= limits.REASON_CHARS_MAX or not can_be_shown(reason):
        raise ReasonMissing
    with commit.transact():
        work, order = locked_for(work_id, actor, "request_changes")
        last = work.changes.last()
        if work.status == Work.OPEN and last is not None and last.reason == reason:
            return work
        if not common.possible(order, "rework"):
            raise common.OrderState
        change = _move(work, "request_changes", by=actor.pk, now=now, reason=reason)
        event = "rework_part" if Parts.of(order).begun else "rework"
        common.move(order, event, by=actor.pk, now=now, work=str(work.pk))
        disputes.end_of_work(order, work, WorkDispute.End.CHANGES, by=actor.pk, now=now)
        _tell(order, work, "service.changes_requested", change, now, reason=reason)
        mails.changes_requested(order, work, change)
    return work


def receive_reported(order: Order, *, by: UUID | None, now: datetime) -> None:
    """With the order's receipt, what was reported is received too. `by` is null for silence."""
    for work in order.work.filter(status=Work.REPORTED.value):
        _receive(order, work, by=by, now=now)


def _receive(order: Order, work: WorkMilestone, *, by: UUID | None, now: datetime) -> None:
    change = _move(work, "receive", by=by, now=now)
    disputes.end_of_work(order, work, WorkDispute.End.RECEIVED, by=by, now=now)
    _tell(order, work, "service.received", change, now)


def locked_for(work_id: UUID, actor: User, event: str) -> tuple[WorkMilestone, Order]:
    """The milestone and its order, locked, for who may cause this event. Raises NotPermitted, NotFound."""
    owner = WorkMilestone.objects.filter(pk=work_id).values_list("order_id", flat=True).first()
    if owner is None:
        raise NotFound
    order = common.locked(owner)
    common.require(order, actor, next(row.who for row in WORK if row.event == event))
    return WorkMilestone.objects.get(pk=work_id), order


def _move(
    work: WorkMilestone, event: str, *, by: UUID | None, now: datetime, reason: str | None = None
) -> WorkChange:
    row = lifecycle.step(WORK, event, Work(work.status))
    if row is None:
        raise WorkState
    before, work.status = work.status, row.after.value
    if row.after == Work.RECEIVED:
        work.received_at, work.received_by = now, by
    else:
        reported = row.after == Work.REPORTED
        work.reported_at, work.reported_by = (now, by) if reported else (None, None)
    work.save()
    seq = work.changes.count() + 1
    return WorkChange.objects.create(
        work=work, seq=seq, event=event, before=before, after=work.status, actor=by, at=now, reason=reason
    )


def _tell(
    order: Order, work: WorkMilestone, kind: str, change: WorkChange, now: datetime, **extra: Any
) -> None:
    shown = {"id": str(work.pk), "title": work.title, **extra}
    milestone(order, kind, change.pk, now, service=shown)
