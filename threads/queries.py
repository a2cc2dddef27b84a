"""Reading threads and groups: who may see and say what, lists, and what a socket is sent.

A stranger is told of what is not theirs what they are told of what is not: StreamUnknown, or NotFound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from catalog import queries as catalog
from catalog.models import Listing
from negotiation_hub.kernel import clock, wire
from negotiation_hub.kernel.audience import View
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Membership, User
from rooms import queries as rooms
from rooms.models import Room
from threads import limits, state
from threads.models import Follow, Group, Member, Thread

KIND: Final = "thread"  # of their streams


@dataclass(frozen=True, slots=True)
class Seat:
    """What a person is in a thread (seller, buyer, moderator, member; a guest reads only), and may do there.

    `may_manage`: resolve and reopen it. `may_move`: take it to a private room about its listing.
    """

    thread: Thread
    side: str
    may_post: bool = False
    may_manage: bool = False
    may_move: bool = False


# -- who may what ------------------------------------------------------------------------------------------


def seat(viewer: User | None, thread: Thread) -> Seat | None:
    """The person's place in a thread, or None for who may not read it. `viewer` None: nobody signed in."""
    if thread.group is None:
        return _private_seat(viewer, thread)
    if viewer is None or not viewer.is_active:
        return Seat(thread, "guest") if thread.group.is_public else None
    staff = _staff(viewer, thread.group)
    if not thread.group.is_public and staff is None:
        return None
    moderates = staff is None and people.may_moderate(viewer)
    sells, asked = people.may_sell(staff), thread.started_by_id == viewer.pk
    return Seat(
        thread,
        "seller" if staff is not None else "moderator" if moderates else "member",
        may_post=True,
        may_manage=sells or moderates or asked or thread.assignee_id == viewer.pk,
        may_move=thread.listing is not None and (sells or (asked and staff is None)),
    )


def _private_seat(viewer: User | None, thread: Thread) -> Seat | None:
    if viewer is None or not viewer.is_active:
        return None
    member = Member.objects.filter(thread=thread, user=viewer).first()
    if member is None:
        return None
    listing = Listing.objects.filter(pk=thread.listing).first() if thread.listing else None
    sells = listing is not None and people.may_sell(people.membership(viewer, listing.organisation_id))
    may_move = listing is not None and (sells or thread.started_by_id == viewer.pk)
    return Seat(thread, member.side, may_post=True, may_manage=True, may_move=may_move)


def thread_for(viewer: User | None, thread_id: UUID) -> Seat:
    """A thread that the person may read. Raises StreamUnknown."""
    thread = _complete().filter(pk=thread_id).first()
    found = seat(viewer, thread) if thread is not None else None
    if found is None:
        raise wire.StreamUnknown
    return found


def group_for(viewer: User | None, name: str) -> Group:
    """A group that the person may read. Raises NotFound."""
    group = Group.objects.select_related("owner").filter(name=name).first()
    if group is None or not may_read_group(viewer, group):
        raise NotFound
    return group


def may_read_group(viewer: User | None, group: Group) -> bool:
    """Everyone a public one; the members of its owner any other."""
    return group.is_public or (viewer is not None and _staff(viewer, group) is not None)


def _staff(viewer: User, group: Group) -> Membership | None:
    return people.membership(viewer, group.owner_id) if group.owner_id is not None else None


def _complete() -> QuerySet[Thread]:
    return Thread.objects.select_related("group__owner", "started_by", "assignee")


# -- the socket and the log --------------------------------------------------------------------------------


def view(actor: User, row: Stream) -> View:
    """A thread as the person sees it over the socket. Raises StreamUnknown."""
    found = thread_for(actor, row.id)
    return View(
        room=row.id,
        you={"side": found.side},
        state=lambda: thread_state(found.thread),
        # A post is no simple command: it sets mails going, in the same transaction.
        may=frozenset({"typing"}) if found.may_post else frozenset(),
    )


def thread_state(thread: Thread) -> state.State:
    """The state of a thread from its rows; equal to the fold of its events."""
    return {
        "thread": thread_view(thread),
        "people": [person_view(one) for one in Member.objects.filter(thread=thread).order_by("pk")],
    }


def thread_view(thread: Thread) -> dict[str, Any]:
    """A thread as the wire shows it."""
    return {
        "id": str(thread.pk),
        "subject": thread.subject,
        "group": thread.group.name if thread.group is not None else None,
        "listing": _text(thread.listing),
        "room": _text(thread.room),
        "order": _text(thread.order),
        "started_by": _text(thread.started_by_id),
        "assignee": _text(thread.assignee_id),
        "status": str(thread.status),
    }


def person_view(member: Member) -> dict[str, str]:
    """A person in a thread as the wire shows them."""
    return {"id": str(member.user_id), "name": member.name, "side": member.side}


def _text(id: UUID | None) -> str | None:
    return None if id is None else str(id)


# -- lists -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Topics:
    """A page of threads, the one with the newest post first; `before` is the key of the following page."""

    threads: Sequence[Thread]
    before: str | None


def groups_for(viewer: User | None) -> list[Group]:
    """All groups that the person may read, by name, each with `last_at` of its newest post."""
    rows = _readable(viewer).select_related("owner")
    return list(rows.annotate(last_at=Max("threads__last_at")).order_by("name"))


def topics_of(group: Group, *, before: str = "", limit: int = limits.TOPICS_PAGE) -> Topics:
    """A group's topics behind the key `before`."""
    return _page(_complete().filter(group=group), before, limit)


def threads_of(viewer: User, *, before: str = "", limit: int = limits.TOPICS_PAGE) -> Topics:
    """The threads that a person is in or follows, private ones and topics."""
    member = Exists(Member.objects.filter(thread=OuterRef("pk"), user=viewer))
    heard = Exists(Follow.objects.filter(thread=OuterRef("pk"), user=viewer, level__in=_HEARD))
    topic = Q(group__in=_readable(viewer)) & Q(Q(member) | Q(heard))
    return _page(_complete().filter(Q(Q(group=None) & Q(member)) | topic), before, limit)


def unread_of(viewer: User, threads: Sequence[Thread]) -> set[UUID]:
    """Which of the threads have posts that the person has not read."""
    heads = dict(Stream.objects.filter(id__in=[one.pk for one in threads]).values_list("id", "head_seq"))
    marks = Follow.objects.filter(user=viewer, thread__in=threads).values_list("thread", "read_seq")
    read = {thread: seq for thread, seq in marks if thread is not None}
    return {one.pk for one in threads if heads.get(one.pk, 0) > read.get(one.pk, 0)}


def questions_on(
    listing_id: UUID, viewer: User | None, *, limit: int = limits.PANEL_QUESTIONS
) -> list[Thread]:
    """The newest questions on a listing that this person may read."""
    rows = _complete().filter(listing=listing_id, group__isnull=False).order_by("-last_at", "-pk")
    return [one for one in rows[: 4 * limit] if seat(viewer, one) is not None][:limit]


_HEARD: Final = (Follow.Level.MAIL, Follow.Level.WEB)


def _readable(viewer: User | None) -> QuerySet[Group]:
    if viewer is None:
        return Group.objects.filter(is_public=True)
    ours = [member.organisation_id for member in people.memberships_of(viewer)]
    return Group.objects.filter(Q(is_public=True) | Q(owner__in=ours))


def key_of(thread: Thread) -> str:
    """Where a thread stands in the order of newest posts."""
    return f"{clock.to_us(thread.last_at)}.{thread.pk}"


def _page(rows: QuerySet[Thread], before: str, limit: int) -> Topics:
    if (key := _read_key(before)) is not None:
        at, id = key
        rows = rows.filter(Q(last_at__lt=at) | Q(last_at=at, pk__lt=id))
    found = list(rows.order_by("-last_at", "-pk")[: limit + 1])
    return Topics(found[:limit], key_of(found[limit - 1]) if len(found) > limit else None)


def _read_key(text: str) -> tuple[datetime, UUID] | None:
    at_us, _, id = text.partition(".")
    try:
        return clock.from_us(int(at_us)), UUID(id)
    except (ValueError, OverflowError):
        return None  # not a key of ours: the first page


# -- about a thread ----------------------------------------------------------------------------------------


def follow_of(viewer: User, thread: Thread) -> Follow:
    """How the person follows a thread; not saved when there is no row yet. `level` is the one that counts."""
    own = Follow.objects.filter(thread=thread, user=viewer).first() or Follow(thread=thread, user=viewer)
    own.level = own.level or group_level(viewer, thread.group)
    return own


def group_level(viewer: User, group: Group | None) -> str:
    """How the person follows a group; empty without a choice."""
    row = Follow.objects.filter(group=group, user=viewer).first() if group is not None else None
    return row.level if row is not None else ""


def room_of(viewer: User | None, thread: Thread) -> Room | None:
    """The private room to which a thread was taken, if this person may enter it."""
    if thread.room is None or viewer is None:
        return None
    try:
        return rooms.room_for(viewer, thread.room).room
    except (wire.StreamUnknown, rooms.SameParty):
        return None


def listing_of(viewer: User | None, thread: Thread) -> Listing | None:
    """The listing that a thread is about, if it can be seen."""
    if thread.listing is None:
        return None
    try:
        return catalog.listing_for(viewer, thread.listing)
    except NotFound:
        return None
