"""Posts go out as mail to those who follow them, each in the reader's language, each post once.

A mail can be answered: its Reply-To is an address that is signed for this reader and thread. It can be
stopped by one click without signing in. Message-ID, In-Reply-To and References make the thread what it is
here in every mail program.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from negotiation_hub.kernel import commit, crypto, mail, outbox, stream
from negotiation_hub.kernel.limits import MAIL_REFERENCES_MAX
from negotiation_hub.kernel.mail_address import reply_address
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.kernel.render import render_message
from negotiation_hub.kernel.stream import Event
from negotiation_hub.people.models import User
from threads import limits, queries
from threads.models import Follow, Group, Member, PostMail, Thread
from threads.moving import MOVED_TOPIC
from threads.services import MAIL_TOPIC

REPLY: Final = "thread"  # purposes of signed addresses
LEAVE: Final = "leave"
LEAVE_TOKEN: Final = "threads/leave"  # noqa: S105 - what a signed link is for
_DOMAIN_LABEL_CHARS: Final = 63  # RFC 1035


def whom_to_mail(thread: Thread, post: Event) -> Iterator[Follow]:
    """The rows of those who get this post by mail, and may read it; never its author.

    The one place that decides: batching for those who have the thread open belongs here.
    """
    own = {row.user_id: row for row in Follow.objects.filter(thread=thread).select_related("user")}
    for row in own.values():
        if row.level == Follow.Level.MAIL and _may_have(row.user, thread, post):
            yield row
    if thread.group is None:
        return
    of_group = Follow.objects.filter(group=thread.group, level=Follow.Level.MAIL).select_related("user")
    for row in of_group.iterator(chunk_size=500):
        chosen = own.get(row.user_id)
        if (chosen is None or not chosen.level) and _may_have(row.user, thread, post):
            yield chosen or Follow(thread=thread, user=row.user)


def _may_have(person: User, thread: Thread, post: Event) -> bool:
    return str(person.pk) != post.by and person.is_active and queries.seat(person, thread) is not None


@outbox.handler(MAIL_TOPIC)
def mail_post(payload: dict[str, Any], now: datetime) -> None:
    """Queues the mails of a post. Done again it queues those that are missing."""
    thread = Thread.objects.select_related("group__owner", "started_by").get(pk=UUID(payload["thread"]))
    post = stream.at(thread.pk, payload["seq"])
    if post is None or post.content is None:
        return  # redacted since: what nobody may read is not sent
    readers = list(whom_to_mail(thread, post))
    about = _About(thread, post)
    for start in range(0, len(readers), limits.MAILS_AT_ONCE):
        with commit.transact():
            for follow in readers[start : start + limits.MAILS_AT_ONCE]:
                about.send(follow, now)


class _About:
    """What is the same in all mails of a post."""

    def __init__(self, thread: Thread, post: Event) -> None:
        self.thread, self.post = thread, post
        before = PostMail.objects.filter(thread=thread, seq__lt=post.seq)
        newest = list(before.order_by("-seq").values_list("message_id", flat=True)[:MAIL_REFERENCES_MAX])
        first = list(before.order_by("seq").values_list("message_id", flat=True)[:1])
        self.references = list(dict.fromkeys([*first, *reversed(newest)]))
        answers = post.body.get("answers")
        named = before.filter(seq=answers).values_list("message_id", flat=True).first() if answers else None
        self.parent = named or (newest[0] if newest else "")
        self.message_id = PostMail.objects.get(thread=thread, seq=post.seq).message_id
        self.subject = reply_subject(thread.subject) if self.references else thread.subject
        author = Member.objects.filter(thread=thread, user=UUID(post.by)).first() if post.by else None
        self.sender = author.name if author is not None else ""

    def send(self, follow: Follow, now: datetime) -> None:
        """Queues the mail of one reader, once."""
        if follow._state.adding:  # noqa: SLF001 - a follower of the group, who needs a row for a reply address
            follow, _made = Follow.objects.get_or_create(thread=self.thread, user=follow.user)
        token = crypto.make_token(LEAVE_TOKEN, {"follow": follow.pk}, ttl_s=limits.LEAVE_LINK_S, now=now)
        leave_url = address(reverse("threads:leave", args=[token]))
        by_mail = reply_address(LEAVE, follow.pk, now=now, ttl_s=limits.LEAVE_LINK_S)
        # A program can unsubscribe by one click over https only (RFC 8058).
        one_click = [leave_url] if leave_url.startswith("https:") else []
        text, html = self._words(follow.user, leave_url)
        mail.send(
            follow.user.email,
            self.subject,
            text,
            dedupe=f"thread:{self.thread.pk}:{self.post.seq}:{follow.user_id}",
            html=html,
            sender=self.sender or _("Negotiation Hub"),
            message_id=self.message_id,
            in_reply_to=self.parent,
            references=self.references,
            reply_to=reply_address(REPLY, follow.pk, now=now, ttl_s=limits.REPLY_ADDRESS_S),
            list_id=list_id(self.thread.group) if self.thread.group is not None else "",
            list_unsubscribe=[f"mailto:{by_mail}", *one_click],
        )

    def _words(self, reader: User, leave_url: str) -> tuple[str, str]:
        with translation.override(reader.language or settings.LANGUAGE_CODE):
            said, url = self.post.body["text"], address(self.thread.get_absolute_url())
            answer = _("You can answer this mail. Your answer appears in the thread:")
            stop = _("No more mails about this thread:")
            # Mail programs leave out of a quote what stands below "-- ".
            text = f"{said}\n\n-- \n{answer}\n{url}\n{stop}\n{leave_url}\n"
            context = {
                "said": render_message(said),
                "answer": answer,
                "stop": stop,
                "url": url,
                "leave_url": leave_url,
            }
            return text, render_to_string("threads/mail.html", context)


@outbox.handler(MOVED_TOPIC)
def mail_moved(payload: dict[str, Any], now: datetime) -> None:
    """Tells the asker that the seller has opened a private room to go on in."""
    thread = Thread.objects.select_related("started_by").get(pk=UUID(payload["thread"]))
    asker = thread.started_by
    if asker is None or thread.room is None:
        return
    with translation.override(asker.language or settings.LANGUAGE_CODE):
        facts = {"name": payload["by"], "subject": thread.subject}
        subject = _("%(name)s has opened a private room: %(subject)s") % facts
        words = _("%(name)s would like to go on about “%(subject)s” in a private room.") % facts
    url = address(reverse("rooms:room", args=[thread.room]))
    with commit.transact():
        mail.send(asker.email, subject, f"{words}\n\n{url}\n", dedupe=f"{MOVED_TOPIC}:{thread.pk}")


def tell_refused(person: User, thread: Thread, refusal: Refusal, *, key: str) -> None:
    """Tells the author of a mailed answer why it is not there, once per `key`; never anybody else."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subject = _("Your answer was not posted: %(subject)s") % {"subject": thread.subject}
        words = _("Your mail arrived, but it was not posted:")
        here = _("You can answer here:")
        reason = _(refusal.message)
    text = f"{words} {reason}\n\n{here}\n{address(thread.get_absolute_url())}\n"
    with commit.transact():
        mail.send(person.email, subject, text, dedupe=f"thread-refused:{key}")


def reply_subject(subject: str) -> str:
    """The subject of a reply: `Re:` once."""
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def list_id(group: Group) -> str:
    """A group as a mailing list, in the form of a domain."""
    labels = group.name.replace("_", "-").split(".")
    return ".".join([*(label[:_DOMAIN_LABEL_CHARS].strip("-") for label in labels), settings.MAIL_DOMAIN])


def address(path: str) -> str:
    """A path as people outside reach it."""
    # Whoever caused the mail may be under a prefix (the demo has one for each person), the reader is not.
    return f"{settings.PUBLIC_URL}/{path.removeprefix(get_script_prefix())}"
