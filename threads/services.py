"""What happens in threads. Each service is one transaction under the lock of the thread's stream.

A command that was committed before is answered again from the log; a refused one is judged anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from catalog import queries as catalog
from negotiation_hub.kernel import commit, limits, outbox, stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.kernel.stream import Draft, Event, Head
from negotiation_hub.kernel.text import can_be_shown, one_line
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people import queries as people
from negotiation_hub.people.guests import require_account
from negotiation_hub.people.models import Membership, User
from rooms.refusals import MessageBlank
from rooms.wire import MessageSend
from threads import following, hooks, machine, pace, queries
from threads.groups import seller_group
from threads.limits import PEOPLE_MAX, SUBJECT_CHARS_MAX
from threads.models import Group, Member, PostMail, Thread
from threads.queries import Seat
from threads.refusals import AnswersNothing, PeopleTooMany, SubjectInvalid, TextTooLong

MAIL_TOPIC = "threads.mail"  # of the job that mails a post
_SEQ_END = 2**53  # no event has this number: databases and JSON readers keep what is below it


@dataclass(frozen=True, slots=True)
class FromMail:
    """The mail that a post came in: its Message-ID, and how many files came along."""

    message_id: str
    files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """A thread before it exists. `people` are those of a private one, with their sides."""

    thread_id: UUID
    actor: User | None
    subject: str
    text: str
    group: Group | None = None
    people: Sequence[tuple[User, str]] = ()
    assignee: User | None = None
    listing: UUID | None = None
    room: UUID | None = None
    order: UUID | None = None
    followers: Sequence[User] = field(default=())


@dataclass(slots=True)
class _Locked:
    """A thread under lock."""

    head: Head
    seat: Seat
    actor: User
    now: datetime

    @property
    def thread(self) -> Thread:
        return self.seat.thread


# -- opening -----------------------------------------------------------------------------------------------


def ask(*, actor: User, listing_id: UUID, subject: str, text: str, now: datetime, thread_id: UUID) -> Thread:
    """A question on a listing: a topic in its seller's public group. Once per `thread_id`.

    The seller's sales staff and managers are told by mail. Raises NotFound, SubjectInvalid, MessageBlank,
    TextTooLong, TooFast.
    """
    listing = catalog.published_listing(listing_id)
    with commit.transact():
        group = seller_group(listing.organisation, now)
    sales = (Membership.Role.SALES.value, Membership.Role.MANAGER.value)
    staff = people.members_of(listing.organisation_id, *sales) or people.members_of(listing.organisation_id)
    return _open(
        _Opening(
            thread_id=thread_id,
            actor=actor,
            subject=subject,
            text=text,
            group=group,
            listing=listing.pk,
            followers=staff,
        ),
        now,
    )


def start_topic(
    *, actor: User, group_name: str, subject: str, text: str, now: datetime, thread_id: UUID
) -> Thread:
    """A topic in a group. Once per `thread_id`. Raises NotFound, and as `ask` does."""
    group = queries.group_for(actor, group_name)
    opening = _Opening(thread_id=thread_id, actor=actor, subject=subject, text=text, group=group)
    return _open(opening, now)


def start_thread(
    *,
    actor: User | None,
    subject: str,
    text: str,
    people: Sequence[tuple[User, str]],
    now: datetime,
    thread_id: UUID,
    assignee: User | None = None,
    listing: UUID | None = None,
    room: UUID | None = None,
    order: UUID | None = None,
) -> Thread:
    """A private thread among the people named, each with a side (`buyer`, `seller`). Once per `thread_id`.

    They all follow it by mail. `actor` None: the system speaks; else the actor is one of them. `listing`,
    `room` and `order` say what it is about. Raises PeopleTooMany, NotPermitted, SubjectInvalid, MessageBlank,
    TextTooLong, TooFast.
    """
    named = {person.pk for person, _ in people}
    if not 0 < len(named) <= PEOPLE_MAX or len(named) != len(people):
        raise PeopleTooMany
    if any(one is not None and one.pk not in named for one in (actor, assignee)):
        raise NotPermitted
    opening = _Opening(
        thread_id=thread_id,
        actor=actor,
        subject=subject,
        text=text,
        people=people,
        assignee=assignee,
        listing=listing,
        room=room,
        order=order,
        followers=[person for person, _ in people],
    )
    return _open(opening, now)


def _open(opening: _Opening, now: datetime) -> Thread:
    subject, text = clean_subject(opening.subject), clean_text(opening.text)
    try:
        with commit.transact():
            return _opened_before(opening) or _write(opening, subject, text, now)
    except IntegrityError:  # the same request, at the same time
        found = _opened_before(opening)
        if found is None:
            raise
        return found


def _opened_before(opening: _Opening) -> Thread | None:
    found = Thread.objects.select_related("group").filter(pk=opening.thread_id).first()
    mine = found is not None and found.started_by_id == (opening.actor.pk if opening.actor else None)
    if not mine and Stream.objects.filter(id=opening.thread_id).exists():
        raise NotFound  # an id that is somebody else's
    return found


def _write(opening: _Opening, subject: str, text: str, now: datetime) -> Thread:
    if opening.actor is not None:
        pace.check_threads(opening.actor, now)
        pace.check_posts(opening.actor, now)
    thread = Thread.objects.create(
        id=opening.thread_id,
        subject=subject,
        group=opening.group,
        listing=opening.listing,
        room=opening.room,
        order=opening.order,
        started_by=opening.actor,
        assignee=opening.assignee,
        created_at=now,
        last_at=now,
    )
    head = stream.create(kind=queries.KIND, scope=thread.pk, id=thread.pk)
    drafts = [Draft("thread.opened", {"thread": queries.thread_view(thread)}, milestone=True)]
    # In one order whoever is named first: joining counts in a row of each person, which others may hold.
    named = sorted(opening.people, key=lambda one: one[0].pk)
    drafts += [_join(thread, person, side, now) for person, side in named]
    if opening.actor is not None and opening.group is not None:
        found = queries.seat(opening.actor, thread)
        drafts.append(_join(thread, opening.actor, found.side if found is not None else "member", now))
    drafts.append(Draft("message.sent", {"text": text}))
    author = opening.actor.pk if opening.actor is not None else None
    events = stream.append(head, drafts, by=author, at=now, command=thread.pk)
    for person in opening.followers:
        following.by_default(person, thread)
    _posted(thread, events[-1], opening.actor, None)
    return thread


# -- speaking ----------------------------------------------------------------------------------------------


def send_message(*, actor: User, frame: MessageSend, now: datetime) -> Answer:
    """`message.send` on a thread, over the socket. Raises as `post` does."""
    return post(actor=actor, thread_id=UUID(frame.stream), text=frame.text, command=frame.id, now=now)


def post(
    *,
    actor: User,
    thread_id: UUID,
    text: str,
    command: UUID | str,
    now: datetime,
    answers: int | None = None,
    mail: FromMail | None = None,
) -> Answer:
    """Says something in a thread, once per `command` of this author; a resolved thread is open again.

    `answers` is the number of the post that it answers. Raises StreamUnknown for who may not read the thread,
    NotPermitted, MessageBlank, TextTooLong, AnswersNothing, TooFast, AccountNeeded.
    """
    require_account(actor)
    text = clean_text(text)

    def do(locked: _Locked) -> Answer:
        thread = locked.thread
        if answers is not None and not _is_post(thread, answers):
            raise AnswersNothing
        pace.check_posts(actor, now)
        if not Member.objects.filter(thread=thread, user=actor).exists():
            # By itself: a command's answer is its first event, and that is the post.
            joined = _join(thread, actor, locked.seat.side, now)
            stream.append(locked.head, [joined], by=actor.pk, at=now)
        body: dict[str, Any] = {"text": text}
        if answers is not None:
            body["answers"] = answers
        if mail is not None:
            body["mail"] = {"message_id": mail.message_id, "files": mail.files}
        drafts = [Draft("message.sent", body), *_moved_on(thread, "post", now)]
        said = stream.append(locked.head, drafts, by=actor.pk, at=now, command=command)[0]
        _posted(thread, said, actor, mail)
        return Answer(said.seq, said.hash)

    return _once(actor, thread_id, command, now, do)


def _is_post(thread: Thread, seq: int) -> bool:
    return 0 < seq < _SEQ_END and PostMail.objects.filter(thread=thread, seq=seq).exists()


def _posted(thread: Thread, event: Event, author: User | None, mail: FromMail | None) -> None:
    """What follows from a post in its transaction: its Message-ID, who has read it, and the mails."""
    own = f"<{thread.pk}.{event.seq}@{settings.MAIL_DOMAIN}>"
    given = mail.message_id if mail is not None else ""
    if not given or PostMail.objects.filter(message_id=given).exists():
        given = own  # none of its own, or one that is another post's
    PostMail.objects.create(message_id=given, thread=thread, seq=event.seq, author=author, at=event.at)
    if author is not None:
        following.by_default(author, thread)
        following.read_to(author, thread, event.seq)
    thread.last_at, thread.posts = event.at, thread.posts + 1  # read under the lock of its stream
    thread.save(update_fields=["last_at", "posts", "status"])
    payload = {"thread": str(thread.pk), "seq": event.seq}
    outbox.enqueue(MAIL_TOPIC, payload, dedupe=f"{MAIL_TOPIC}:{thread.pk}:{event.seq}")


def _join(thread: Thread, person: User, side: str, now: datetime) -> Draft:
    member = Member.objects.create(thread=thread, user=person, side=side, name=person.name, joined_at=now)
    return Draft("participant.joined", {"participant": queries.person_view(member)})


# -- resolving ---------------------------------------------------------------------------------------------


def resolve(*, actor: User, thread_id: UUID, now: datetime) -> None:
    """Nobody waits for an answer any more. Again it does nothing. Raises StreamUnknown, NotPermitted."""
    _step(actor, thread_id, "resolve", now)


def reopen(*, actor: User, thread_id: UUID, now: datetime) -> None:
    """The opposite of `resolve`."""
    _step(actor, thread_id, "reopen", now)


def _step(actor: User, thread_id: UUID, event: str, now: datetime) -> None:
    with commit.transact():
        locked = lock(actor, thread_id, now)
        if not locked.seat.may_manage:
            raise NotPermitted
        if drafts := _moved_on(locked.thread, event, now):
            locked.thread.save(update_fields=["status"])
            stream.append(locked.head, drafts, by=actor.pk, at=now)


def _moved_on(thread: Thread, event: str, now: datetime) -> list[Draft]:
    step = machine.step(event, machine.Status(thread.status))
    if step is None:
        return []
    thread.status = step.after
    hooks.tell_moved(thread.pk, step.after, now)
    return [Draft(step.kind, {})]


# -- under the lock ----------------------------------------------------------------------------------------


def lock(actor: User, thread_id: UUID, now: datetime) -> _Locked:
    """The thread under lock, for who may read it. Raises StreamUnknown."""
    head = stream.lock(thread_id)
    if head is None or head.kind != queries.KIND:
        raise StreamUnknown
    return _Locked(head, queries.thread_for(actor, thread_id), actor, now)


def _once(
    actor: User, thread_id: UUID, command: UUID | str, now: datetime, do: Callable[[_Locked], Answer]
) -> Answer:
    with commit.transact():
        locked = lock(actor, thread_id, now)
        if not locked.seat.may_post:
            raise NotPermitted
        if (first := stream.answered(thread_id, by=actor.pk, command=command)) is not None:
            return Answer(first.seq, first.hash)
        return do(locked)


def clean_subject(text: str) -> str:
    """A subject on one line. Raises SubjectInvalid."""
    subject = one_line(text)
    if not 0 < len(subject) <= SUBJECT_CHARS_MAX or not can_be_shown(subject):
        raise SubjectInvalid
    return subject


def clean_text(text: str) -> str:
    """What a person wrote, with plain line ends and without what cannot be stored.

    Raises MessageBlank, TextTooLong.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    text = text.encode("utf-8", "replace").decode().strip("\n").rstrip()
    if not text.strip():
        raise MessageBlank
    if len(text) > limits.MESSAGE_CHARS_MAX:
        raise TextTooLong
    return text
