"""A thread's log as people read it: posts, and what else happened between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.render import render_message
from negotiation_hub.kernel.stream import Event
from negotiation_hub.people.models import User
from threads import limits
from threads.models import Member, PostMail, Thread

_NOTES: Final = frozenset({"thread.moved", "thread.resolved", "thread.reopened"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A post (`message.sent`), or a note of another kind. `html` is safe; None once redacted."""

    seq: int
    kind: str
    at: datetime
    name: str  # empty: the system
    side: str
    mine: bool
    text: str
    html: str | None
    answers: int | None
    answered: str  # the name of who is answered
    by_mail: bool
    files: int  # that came with the mail


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a thread, oldest first. `earlier` is the key of the page before; `newest`: none follows."""

    entries: Sequence[Entry]
    earlier: int | None
    newest: bool
    head: int
    hash: str


def page_of(thread: Thread, viewer: User | None, *, before: int | None = None) -> Page:
    """The newest entries of a thread, or those in front of the number `before`."""
    beyond = before if before is not None and before > 1 else _BEYOND
    events = stream.before(thread.pk, beyond, limit=limits.POSTS_PAGE)
    last = events[-1] if events else None
    newest = beyond == _BEYOND
    return Page(
        entries_of(thread, events, viewer),
        earlier=events[0].seq if events and events[0].seq > 1 else None,
        newest=newest,
        head=last.seq if last is not None else 0,
        hash=last.hash.hex() if last is not None else "",
    )


_BEYOND: Final = 2**53  # behind every number


def entries_of(thread: Thread, events: Sequence[Event], viewer: User | None) -> list[Entry]:
    """What of these events is shown."""
    spoke = {event.by for event in events if event.by is not None}
    members = Member.objects.filter(thread=thread, user__in=spoke)
    people = {str(one.user_id): one for one in members}
    answered = {seq for event in events if (seq := event.body.get("answers"))}
    named = PostMail.objects.filter(thread=thread, seq__in=answered)
    authors = dict(named.values_list("seq", "author__name"))
    shown = [event for event in events if event.kind == "message.sent" or event.kind in _NOTES]
    return [_entry(event, people, authors, viewer) for event in shown]


def first_post(thread: Thread) -> Event | None:
    """What a thread begins with."""
    first = PostMail.objects.filter(thread=thread).order_by("seq").first()
    return stream.at(thread.pk, first.seq) if first is not None else None


def _entry(
    event: Event, people: Mapping[str, Member], authors: Mapping[int, str | None], viewer: User | None
) -> Entry:
    body = event.body
    author = people.get(event.by or "")
    text = body.get("text", "")
    answers = body.get("answers")
    mail = body.get("mail") or {}
    return Entry(
        seq=event.seq,
        kind=event.kind,
        at=event.at,
        name=author.name if author is not None else "",
        side=author.side if author is not None else "",
        mine=viewer is not None and event.by == str(viewer.pk),
        text=text,
        html=render_message(text) if event.content is not None else None,
        answers=answers,
        answered=(authors.get(answers) or "") if answers else "",
        by_mail=bool(mail),
        files=mail.get("files", 0),
    )
