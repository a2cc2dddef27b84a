"""Who hears of what, and how far they have read."""

from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.models import Stream
from negotiation_hub.people.models import User
from threads import queries
from threads.models import Follow, Group, Thread


def follow(*, actor: User, thread_id: UUID, level: str) -> None:
    """How the person wants to hear of a thread. Raises StreamUnknown, ValueError for what is no level."""
    found = queries.thread_for(actor, thread_id)
    with commit.transact():
        Follow.objects.update_or_create(
            thread=found.thread, user=actor, defaults={"level": Follow.Level(level)}
        )


def follow_group(*, actor: User, name: str, level: str) -> Group:
    """How the person wants to hear of those topics of a group that they say nothing of. Raises NotFound."""
    group = queries.group_for(actor, name)
    with commit.transact():
        Follow.objects.update_or_create(group=group, user=actor, defaults={"level": Follow.Level(level)})
    return group


def leave(*, follow_id: int) -> Follow | None:
    """Ends the mails of a thread for whoever holds a signed link of theirs; None when the person is gone."""
    with commit.transact():
        Follow.objects.filter(pk=follow_id).update(level=Follow.Level.NONE)
        return Follow.objects.select_related("thread__group", "user").filter(pk=follow_id).first()


def mark_read(*, actor: User, thread_id: UUID, seq: int) -> None:
    """Notes that the person has read up to `seq`. It never goes back. Raises StreamUnknown."""
    found = queries.thread_for(actor, thread_id)
    with commit.transact():
        head = Stream.objects.get(id=thread_id).head_seq
        read_to(actor, found.thread, min(max(seq, 0), head))


def by_default(person: User, thread: Thread) -> None:
    """Whoever asks, answers or is asked gets mail, unless they chose otherwise, here or for the group."""
    if queries.group_level(person, thread.group):
        return
    mail = Follow.Level.MAIL
    row, _made = Follow.objects.get_or_create(thread=thread, user=person, defaults={"level": mail})
    if not row.level:
        Follow.objects.filter(pk=row.pk).update(level=mail)


def read_to(person: User, thread: Thread, seq: int) -> None:
    """Moves a person's read mark forward, in the open transaction."""
    row, made = Follow.objects.get_or_create(thread=thread, user=person, defaults={"read_seq": seq})
    if not made:
        Follow.objects.filter(pk=row.pk).update(read_seq=Greatest(F("read_seq"), seq))
