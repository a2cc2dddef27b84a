"""When a service takes place: times are proposed and taken by either side, moved by agreement, or missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, limits, outbox
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import Malformed, NotFound, Refusal
from negotiation_hub.kernel.text import can_be_shown, one_line
from negotiation_hub.people.models import User
from orders import appointment_mails, lifecycle
from orders.appointment_times import agreed_in, known_zone
from orders.hooks import cause_id, milestone
from orders.lifecycle import APPOINTMENT, Appointed, Status, Who, Work
from orders.models import Appointment, AppointmentChange, AppointmentProposal, Order, OrderLine, WorkDispute
from orders.queries import sides_of
from orders.services import capacity, common, disputes

REMIND: Final = "orders.appointment_reminder"
_ENDED: Final = frozenset({Status.CANCELED, Status.EXPIRED})
_LIVE: Final = frozenset({Status.UNFULFILLED, Status.PARTIALLY_FULFILLED})
_Outcome = AppointmentProposal.Outcome


class AppointmentState(Refusal):
    """The appointment is not at the point where this can be done: answered, done, or not begun."""

    code = "appointment.state"
    message = _("The appointment is not at the point where this can be done.")


class AppointmentInvalid(Malformed):
    """Times, length, zone or words that cannot be. `field` is what it is about."""

    code = "appointment.invalid"
    message = _("Please propose one to three different times to come, with a length and a time zone.")

    def __init__(self, field: str = "times") -> None:
        self.field = field
        super().__init__()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a side proposes: starts (aware), minutes, IANA zone, place or link, who comes, a word."""

    times: Sequence[datetime]
    minutes: int
    zone: str
    place: str = ""
    who: str = ""
    note: str = ""


def create(order: Order, now: datetime) -> None:
    """The appointments of an order that it lacks: for each service line whose listing is booked, and for the
    first one where the offer has named a time. Raises AppointmentTaken.
    """
    commit.require_transaction()
    there = set(order.appointments.values_list("line", flat=True))
    named = None if there else agreed_in(order.issues)
    for line in order.lines.all():
        if line.kind != "service" or line.pk in there:
            continue
        rule = capacity.rule_of(line.listing_id)
        if rule is None and named is None:
            continue
        row = Appointment.objects.create(order=order, line=line, listing_id=line.listing_id, due=line.due)
        if named is not None:
            minutes = rule.minutes if rule else limits.APPOINTMENT_USUAL_MINUTES
            row.zone = named.zone
            book(row, named.starts_at, minutes, by=None, now=now)
            named = None


def propose(
    *, line_id: UUID, actor: User, proposal: Proposal, now: datetime, proposal_id: UUID | None = None
) -> AppointmentProposal:
    """A side proposes up to three times; what stood before is replaced. An agreed time holds until one of
    them is taken. Repeated with one `proposal_id` it happens once.

    Raises AppointmentInvalid, AppointmentState, NotPermitted, NotFound.
    """
    wanted = _checked(proposal, now)
    line = OrderLine.objects.filter(pk=line_id, kind="service").first()
    if line is None:
        raise NotFound
    with commit.transact():
        order = common.locked(line.order_id)
        side = _side(order, actor)
        known = AppointmentProposal.objects.filter(pk=proposal_id).first() if proposal_id else None
        if known is not None:
            if known.appointment.line_id != line_id:
                raise AppointmentState
            return known
        row, _made = Appointment.objects.get_or_create(
            line=line, defaults={"order": order, "listing_id": line.listing_id, "due": line.due}
        )
        _require_open(order, row)
        _replace(row, now)
        made = AppointmentProposal.objects.create(
            id=proposal_id or uuid7(),
            appointment=row,
            side=side,
            by=actor.pk,
            at=now,
            times=[at.isoformat() for at in sorted(wanted.times)],
            minutes=wanted.minutes,
            zone=wanted.zone,
            place=wanted.place,
            who=wanted.who,
            note=wanted.note,
        )
        shown = {**_shown(row), "side": side, "times": made.times, "minutes": made.minutes, "zone": made.zone}
        milestone(order, "appointment.proposed", made.pk, now, appointment=shown)
        appointment_mails.proposed(order, row, made)
    return made


def take(*, proposal_id: UUID, actor: User, at: datetime, now: datetime) -> Appointment:
    """The other side takes one of the proposed times: it is the appointment from now on. Price and terms
    stay. The same one again changes nothing.

    Raises AppointmentState, AppointmentInvalid, AppointmentTaken, NotPermitted, NotFound.
    """
    with commit.transact():
        made, row, order = _answered(proposal_id, actor)
        if made.outcome == _Outcome.TAKEN and row.starts_at == at:
            return row
        if made.outcome != _Outcome.STANDING:
            raise AppointmentState
        _require_open(order, row)
        if at.astimezone(UTC).isoformat() not in made.times or at <= now:
            raise AppointmentInvalid
        row.zone = made.zone
        row.place, row.who = made.place or row.place, made.who or row.who
        book(row, at, made.minutes, by=actor.pk, now=now)
        _close(made, _Outcome.TAKEN, actor, now)
        disputes.end_of_line(order, row.line_id, WorkDispute.End.APPOINTED, by=actor.pk, now=now)
        _announce(order, row, now)
    return row


def decline(*, proposal_id: UUID, actor: User, reason: str, now: datetime) -> AppointmentProposal:
    """The other side takes none of them; what was agreed before holds. Again it changes nothing.

    Raises AppointmentState, AppointmentInvalid, NotPermitted, NotFound.
    """
    reason = _words(reason, limits.REASON_CHARS_MAX, "note")
    with commit.transact():
        made, row, order = _answered(proposal_id, actor)
        if made.outcome == _Outcome.DECLINED:
            return made
        if made.outcome != _Outcome.STANDING:
            raise AppointmentState
        _close(made, _Outcome.DECLINED, actor, now)
        side = "seller" if made.side == "buyer" else "buyer"
        shown = {**_shown(row), "side": side, "reason": reason}
        milestone(order, "appointment.declined", cause_id(order, "declined", made.pk), now, appointment=shown)
        appointment_mails.declined(order, row, made, reason)
    return made


def miss(*, appointment_id: UUID, actor: User, reason: str, now: datetime) -> Appointment:
    """A side says, with a word, that the other did not come. It can be agreed anew; where the seller was
    missing the buyer may dispute the work. Again it changes nothing.

    Raises AppointmentState before it begins, AppointmentInvalid, NotPermitted, NotFound.
    """
    reason = _words(reason, limits.REASON_CHARS_MAX, "note")
    if not reason:
        raise AppointmentInvalid("note")
    with commit.transact():
        row, order = _locked(appointment_id)
        missing = "seller" if _side(order, actor) == "buyer" else "buyer"
        if row.status == Appointed.MISSED:
            return row
        if row.starts_at is None or row.starts_at > now:
            raise AppointmentState
        change = _move(row, "miss", by=actor.pk, now=now, missing=missing, reason=reason)
        shown = {**_shown(row), "side": missing, "reason": reason}
        milestone(order, "appointment.missed", change.pk, now, appointment=shown)
        appointment_mails.missed(order, row, change)
    return row


def follow(order: Order, now: datetime) -> None:
    """Lets the appointments of a locked order follow it: its lines' agreed days, its placing and its end.

    Called again without a change it does nothing. A day without a place leaves the time to be agreed.
    """
    commit.require_transaction()
    for row in order.appointments.select_related("line"):
        if order.status in _ENDED:
            _cancel(order, row, now)
            continue
        if row.status == Appointed.CANCELED:
            row.starts_at = row.ends_at = None
            _move(row, "reopen", by=None, now=now)
        if row.due != row.line.due:
            _to_day(row, now)
        if order.placed_at is not None:
            _announce(order, row, now)


@outbox.handler(REMIND)
def remind(payload: dict[str, Any], now: datetime) -> None:
    """The day before, once: both sides are told of a time that still holds."""
    with commit.transact():
        row, order = _locked(UUID(payload["appointment"]))
        if row.status != Appointed.AGREED or row.sequence != payload["sequence"]:
            return
        if row.starts_at is not None and row.starts_at > now and order.status in _LIVE:
            appointment_mails.reminder(order, row)


def _to_day(row: Appointment, now: datetime) -> None:
    """The offer's day has moved: the same hour of the new day, where there is a place."""
    row.due = row.line.due
    if row.status != Appointed.AGREED or row.starts_at is None or row.ends_at is None or row.due is None:
        row.save()
        return
    zone = ZoneInfo(row.zone)
    local = row.starts_at.astimezone(zone)
    starts_at = datetime.combine(row.due, local.time(), zone).astimezone(UTC)
    if starts_at == row.starts_at:
        row.save()
        return
    minutes = int((row.ends_at - row.starts_at).total_seconds()) // 60
    if starts_at > now:
        try:
            book(row, starts_at, minutes, by=None, now=now)
        except capacity.AppointmentTaken:
            pass
        else:
            return
    row.starts_at = row.ends_at = None
    _move(row, "reopen", by=None, now=now)


def book(row: Appointment, starts_at: datetime, minutes: int, *, by: UUID | None, now: datetime) -> None:
    """Books a time. Raises AppointmentTaken, and leaves the row as it was."""
    starts_at = starts_at.astimezone(UTC)
    ends_at = starts_at + capacity.length(minutes)
    capacity.require_place(row, starts_at, ends_at)
    row.starts_at, row.ends_at = starts_at, ends_at
    row.sequence += 1
    _move(row, "move" if row.status == Appointed.AGREED else "agree", by=by, now=now)


def _announce(order: Order, row: Appointment, now: datetime) -> None:
    """Tells the table and both sides of the time that holds, once, and queues the reminder."""
    change = row.changes.filter(event__in=("agree", "move")).last()
    if row.status != Appointed.AGREED or change is None or row.starts_at is None:
        return
    before = row.changes.filter(event__in=("agree", "move"), seq__lt=change.seq).last()
    shown = _shown(row)
    if before is not None and before.starts_at is not None:
        shown["before"] = before.starts_at.isoformat()
    kind = "appointment.moved" if before is not None else "appointment.agreed"
    milestone(order, kind, change.pk, now, appointment=shown)
    appointment_mails.agreed(order, row, change, moved=before is not None)
    at = row.starts_at - timedelta(seconds=limits.APPOINTMENT_REMINDER_S)
    if at > now:
        payload = {"appointment": str(row.pk), "sequence": row.sequence}
        outbox.enqueue(REMIND, payload, dedupe=f"appointment:{row.pk}:{row.sequence}", at=at)


def _cancel(order: Order, row: Appointment, now: datetime) -> None:
    if row.status == Appointed.CANCELED:
        return
    told = (
        row.status == Appointed.AGREED and order.milestones.filter(kind__startswith="appointment.").exists()
    )
    _replace(row, now)
    if told:
        row.sequence += 1  # a cancelation is a revision (RFC 5546, 3.2.5)
    change = _move(row, "cancel", by=None, now=now)
    if told:
        milestone(order, "appointment.canceled", change.pk, now, appointment=_shown(row))
        appointment_mails.canceled(order, row, change)


def _move(
    row: Appointment,
    event: str,
    *,
    by: UUID | None,
    now: datetime,
    missing: str = "",
    reason: str | None = None,
) -> AppointmentChange:
    cell = lifecycle.step(APPOINTMENT, event, Appointed(row.status))
    if cell is None:
        raise AppointmentState
    before, row.status = row.status, cell.after.value
    row.save()
    return AppointmentChange.objects.create(
        appointment=row,
        seq=row.changes.count() + 1,
        event=event,
        before=before,
        after=row.status,
        actor=by,
        at=now,
        starts_at=row.starts_at,
        missing=missing,
        reason=reason,
    )


def _answered(proposal_id: UUID, actor: User) -> tuple[AppointmentProposal, Appointment, Order]:
    """A proposal with what it is about, locked, for the side that it was made to."""
    owner = AppointmentProposal.objects.filter(pk=proposal_id).values_list("appointment", flat=True).first()
    if owner is None:
        raise NotFound
    row, order = _locked(owner)
    made = AppointmentProposal.objects.get(pk=proposal_id)
    common.require(order, actor, Who.SELLER if made.side == "buyer" else Who.BUYER)
    return made, row, order


def _locked(appointment_id: UUID) -> tuple[Appointment, Order]:
    owner = Appointment.objects.filter(pk=appointment_id).values_list("order_id", flat=True).first()
    if owner is None:
        raise NotFound
    order = common.locked(owner)
    return Appointment.objects.select_related("line").get(pk=appointment_id), order


def _side(order: Order, actor: User) -> str:
    """The side for which the person may speak. Raises NotPermitted, NotFound."""
    side = "seller" if "seller" in sides_of(order, actor) else "buyer"
    common.require(order, actor, Who.SELLER if side == "seller" else Who.BUYER)
    return side


def _require_open(order: Order, row: Appointment) -> None:
    if order.status not in _LIVE or row.status == Appointed.CANCELED:
        raise AppointmentState
    if not order.work.filter(line=row.line_id, status=Work.OPEN.value).exists():
        raise AppointmentState


def _replace(row: Appointment, now: datetime) -> None:
    standing = row.proposals.filter(outcome=_Outcome.STANDING)
    standing.update(outcome=_Outcome.REPLACED, answered_at=now)


def _close(made: AppointmentProposal, outcome: str, actor: User, now: datetime) -> None:
    made.outcome, made.answered_at, made.answered_by = outcome, now, actor.pk
    made.save(update_fields=["outcome", "answered_at", "answered_by"])


def _shown(row: Appointment) -> dict[str, Any]:
    """An appointment as the room's table is told of it: never the place or the people."""
    return {
        "id": str(row.pk),
        "title": row.line.title,
        "starts_at": row.starts_at.isoformat() if row.starts_at else None,
        "ends_at": row.ends_at.isoformat() if row.ends_at else None,
        "zone": row.zone,
    }


def _checked(proposal: Proposal, now: datetime) -> Proposal:
    """The same, cleaned. Raises AppointmentInvalid."""
    if any(at.tzinfo is None for at in proposal.times):
        raise AppointmentInvalid
    times = [at.astimezone(UTC).replace(second=0, microsecond=0) for at in proposal.times]
    last = now + timedelta(seconds=limits.APPOINTMENT_AHEAD_S)
    if not 0 < len(times) <= limits.APPOINTMENT_TIMES_MAX or len(set(times)) < len(times):
        raise AppointmentInvalid
    if any(not now < at <= last for at in times):
        raise AppointmentInvalid
    if not limits.APPOINTMENT_MIN_MINUTES <= proposal.minutes <= limits.APPOINTMENT_MAX_MINUTES:
        raise AppointmentInvalid("minutes")
    if not known_zone(proposal.zone):
        raise AppointmentInvalid("zone")
    return Proposal(
        times=times,
        minutes=proposal.minutes,
        zone=proposal.zone,
        place=_words(proposal.place, limits.APPOINTMENT_PLACE_CHARS_MAX, "place"),
        who=_words(proposal.who, limits.APPOINTMENT_WHO_CHARS_MAX, "who"),
        note=_words(proposal.note, limits.REASON_CHARS_MAX, "note"),
    )


def _words(text: str, most: int, field: str) -> str:
    text = one_line(text)
    if len(text) > most or (text and not can_be_shown(text)):
        raise AppointmentInvalid(field)
    return text
