"""Requests: a buyer writes down what they want, chooses sellers, and asks each of them in a room of its own.

Nothing that belongs to a request is in such a room, but what the buyer asks for: neither its id nor whom else
they asked. A request's row is the lock of all that is decided about it; under it only new streams are made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from catalog import queries as catalog
from negotiation_hub.kernel import clock, commit, limits, outbox, units
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.kernel.text import can_be_shown, one_line
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Membership, User
from rooms import award, opening, request_mails
from rooms import request as machine
from rooms.opening import Asked
from rooms.refusals import UnitUnknown
from rooms.request_models import Request, RequestInvite
from rooms.request_queries import acts_for, invites_of, request_for
from rooms.request_refusals import (
    RequestChanged,
    RequestDeadline,
    RequestIncomplete,
    RequestLinesTooMany,
    RequestSeller,
    RequestSellersTooMany,
    RequestState,
    RequestsTooMany,
    RequestTextInvalid,
)
from rooms.wire import AskedLine

OPEN_TOPIC: Final = "rooms.open_asked"
DEADLINE_TOPIC: Final = "rooms.answers_due"
_LINES: Final = TypeAdapter(list[AskedLine])
_LAST_MOMENT: Final = time(23, 59, 59, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a buyer typed. `answers_until` is the last day for answers, in UTC."""

    title: str
    text: str
    lines: Sequence[dict[str, str]]  # of `rooms/wire.py: AskedLine`
    currency: str
    needed_by: date | None
    answers_until: date | None


def write_request(*, actor: User, wanted: Wanted, request_id: UUID, now: datetime) -> Request:
    """A draft with this id, made or written anew. Nobody is asked by it, and it need not be complete.

    Raises NotPermitted, NotFound for what is not theirs, RequestState for what was sent, RequestTextInvalid,
    RequestLinesTooMany, UnitUnknown, RequestDeadline.
    """
    fields = _checked(wanted, now)
    buyer = people.acting_organisation(actor)
    if not people.may_buy(people.membership(actor, buyer.pk)):
        raise NotPermitted
    with commit.transact():
        made, fresh = Request.objects.get_or_create(
            id=request_id, defaults={**fields, "buyer": buyer, "by": actor, "made_at": now}
        )
        if fresh:
            return made
        made = _locked(actor, request_id)
        if made.status != machine.Status.DRAFT:
            raise RequestState
        if any(getattr(made, name) != value for name, value in fields.items()):
            _save(made, **fields, by=actor, revision=made.revision + 1)
    return made


def add_seller(*, actor: User, request_id: UUID, seller_id: UUID, now: datetime) -> None:
    """One more seller, who is asked at once when the request is open. One who is there stays.

    Raises RequestState, RequestSeller, RequestSellersTooMany, and RequestDeadline after the time for answers.
    """

    def do(asked: Request) -> None:
        if asked.status not in machine.TAKES_SELLERS:
            raise RequestState
        if asked.invites.filter(seller=seller_id).exists():
            return
        _check_seller(asked, seller_id)
        if asked.status == machine.Status.OPEN and asked.answers_until and asked.answers_until <= now:
            raise RequestDeadline
        if asked.invites.count() >= limits.REQUEST_SELLERS_MAX:
            raise RequestSellersTooMany
        invite = RequestInvite.objects.create(request=asked, seller_id=seller_id, added_at=now)
        if asked.status == machine.Status.OPEN:
            _ask(invite)
        else:
            _save(asked, revision=asked.revision + 1)

    _decide(actor, request_id, do)


def drop_seller(*, actor: User, request_id: UUID, seller_id: UUID) -> None:
    """One seller fewer in a draft. Raises RequestState for one that was sent: who was asked, was asked."""

    def do(asked: Request) -> None:
        if asked.status != machine.Status.DRAFT:
            raise RequestState
        if asked.invites.filter(seller=seller_id).delete()[0]:
            _save(asked, revision=asked.revision + 1)

    _decide(actor, request_id, do)


def send_request(*, actor: User, request_id: UUID, revision: int, now: datetime) -> None:
    """Asks every seller of a draft, as it was read. What was sent before is sent.

    Raises RequestState for one that is closed, RequestChanged, RequestIncomplete, RequestDeadline,
    RequestSeller, RequestsTooMany.
    """

    def do(asked: Request) -> None:
        if asked.status in {machine.Status.OPEN, machine.Status.AWARDED}:
            return
        following = machine.after("send", machine.Status(asked.status))
        if following is None:
            raise RequestState
        if revision != asked.revision:
            raise RequestChanged
        invites = list(asked.invites.all())
        if not asked.lines or not invites:
            raise RequestIncomplete
        if asked.answers_until is None or asked.answers_until <= now:
            raise RequestDeadline
        for invite in invites:
            _check_seller(asked, invite.seller_id)  # a draft may have waited, and people change sides
        open_now = Request.objects.filter(buyer=asked.buyer_id, status=machine.Status.OPEN)
        if open_now.count() >= limits.REQUESTS_OPEN_MAX:
            raise RequestsTooMany
        _save(asked, status=following, by=actor, sent_at=now)
        for invite in invites:
            _ask(invite)
        outbox.enqueue(
            DEADLINE_TOPIC,
            {"request": str(asked.pk)},
            dedupe=f"{DEADLINE_TOPIC}:{asked.pk}",
            at=asked.answers_until,
        )

    _decide(actor, request_id, do)


def close_request(*, actor: User, request_id: UUID, now: datetime) -> None:
    """Gives it up: its rooms are closed, with no agreement. What is closed is closed.

    Raises RequestState for one that was awarded.
    """

    def do(asked: Request) -> None:
        if asked.status == machine.Status.CLOSED:
            return
        following = machine.after("close", machine.Status(asked.status))
        if following is None:
            raise RequestState
        _save(asked, status=following, ended_at=now)
        award.close_rooms(asked)

    _decide(actor, request_id, do)


def ask_again(*, actor: User, request_id: UUID, copy_id: UUID, now: datetime) -> Request:
    """A draft with the id `copy_id` that asks the same of the same sellers, of whom some may be out of reach
    by now. The copy that is there already stays as it is.

    Raises NotFound, NotPermitted, and RequestState for one that is a draft or still open.
    """
    with commit.transact():
        asked = _locked(actor, request_id)
        if asked.status not in machine.ENDED:
            raise RequestState
        made, fresh = Request.objects.get_or_create(
            id=copy_id,
            defaults={
                **{name: getattr(asked, name) for name in ("buyer", "title", "text", "lines", "currency")},
                "by": actor,
                "made_at": now,
            },
        )
        if not fresh:
            return request_for(actor, copy_id)  # the second click, or an id that is somebody else's
        for seller in (invite.seller_id for invite in invites_of(asked)):
            if _may_be_asked(asked.buyer_id, seller):
                RequestInvite.objects.create(request=made, seller_id=seller, added_at=now)
    return made


@outbox.handler(OPEN_TOPIC)
def open_asked(payload: dict[str, Any], now: datetime) -> None:
    """Opens the room of one seller and tells their people. A repeated job finds it opened."""
    invite_id = UUID(payload["invite"])
    with commit.transact():
        found = RequestInvite.objects.select_related("request").get(pk=invite_id)
        asked = _row(found.request_id)
        invite = RequestInvite.objects.select_related("seller").get(pk=invite_id)
        # Awarded or closed before this seller was reached: then they are not asked any more.
        if invite.room_id is not None or asked.status != machine.Status.OPEN:
            return
        person = acts_for(asked)
        if person is None:
            return  # everybody who may buy has left, so nobody could answer the seller
        room = opening.open_asked(
            person=person, buyer=asked.buyer, seller=invite.seller, asked=asked_of(asked), now=now
        )
        invite.room = room
        invite.save(update_fields=["room"])
        request_mails.to_seller(room, invite.pk)


@outbox.handler(DEADLINE_TOPIC)
def answers_due(payload: dict[str, Any], now: datetime) -> None:
    """Tells the buyer, and nobody else, that the time for answers is over. It closes nothing."""
    with commit.transact():
        asked = _row(UUID(payload["request"]))
        due = asked.answers_until
        reader = acts_for(asked)
        if asked.status == machine.Status.OPEN and due is not None and due <= now and reader is not None:
            request_mails.to_buyer(asked, reader)


def asked_of(asked: Request) -> Asked:
    """What a seller is told of a request."""
    assert asked.answers_until is not None  # noqa: S101 - it was sent
    return {
        "title": asked.title,
        "text": asked.text,
        "lines": asked.lines,
        "currency": asked.currency,
        "needed_by": None if asked.needed_by is None else asked.needed_by.isoformat(),
        "answers_until": clock.text(asked.answers_until),
    }


def _decide(actor: User, request_id: UUID, do: Callable[[Request], None]) -> None:
    with commit.transact():
        do(_locked(actor, request_id))


def _locked(actor: User, request_id: UUID) -> Request:
    """The request under lock, for who may buy for its organisation. Raises NotFound, NotPermitted."""
    request_for(actor, request_id)
    asked = _row(request_id)
    if not people.may_buy(people.membership(actor, asked.buyer_id)):
        raise NotPermitted
    return asked


def _row(request_id: UUID) -> Request:
    rows = Request.objects.select_related("by", "buyer").select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def _save(asked: Request, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(asked, name, value)
    asked.save(update_fields=list(fields))


def _ask(invite: RequestInvite) -> None:
    outbox.enqueue(OPEN_TOPIC, {"invite": str(invite.pk)}, dedupe=f"{OPEN_TOPIC}:{invite.pk}")


def _check_seller(asked: Request, seller_id: UUID) -> None:
    if not _may_be_asked(asked.buyer_id, seller_id):
        raise RequestSeller


def _may_be_asked(buyer_id: UUID, seller_id: UUID) -> bool:
    return catalog.may_be_asked(seller_id) and not _related(buyer_id, seller_id)


def _related(buyer_id: UUID, seller_id: UUID) -> bool:
    """One organisation, or two with a person in common: they would read what the other sellers offer."""
    ours = Membership.objects.filter(organisation=buyer_id).values("user")
    return buyer_id == seller_id or Membership.objects.filter(organisation=seller_id, user__in=ours).exists()


def _checked(wanted: Wanted, now: datetime) -> dict[str, Any]:
    title, text = one_line(wanted.title), wanted.text.replace("\r\n", "\n").strip()
    shown = can_be_shown(title) and can_be_shown(text.replace("\n", "").replace("\t", ""))
    if not shown or not 0 < len(title) <= limits.LABEL_CHARS_MAX or len(text) > limits.REQUEST_TEXT_CHARS_MAX:
        raise RequestTextInvalid
    if len(wanted.lines) > limits.REQUEST_LINES_MAX:
        raise RequestLinesTooMany
    try:
        lines = [line.model_dump() for line in _LINES.validate_python(list(wanted.lines))]
    except ValidationError as error:
        raise RequestTextInvalid from error
    if not all(can_be_shown(line["title"]) for line in lines):
        raise RequestTextInvalid
    if not all(units.known(line["unit"]) for line in lines):
        raise UnitUnknown
    until = wanted.answers_until and datetime.combine(wanted.answers_until, _LAST_MOMENT)
    if until is not None and not now < until <= now + timedelta(seconds=limits.REQUEST_ANSWERS_MAX_S):
        raise RequestDeadline
    return {
        "title": title,
        "text": text,
        "lines": lines,
        "currency": wanted.currency,
        "needed_by": wanted.needed_by,
        "answers_until": until,
    }
