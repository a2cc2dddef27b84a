"""What `negotiation-hub verify` asks of threads: that the rows say what the log says."""

from collections.abc import Iterator

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.audit import Problem
from threads import queries, state
from threads.models import PostMail, Thread


def check() -> Iterator[Problem]:
    """Checks every thread."""
    threads = Thread.objects.select_related("group").order_by("pk")
    for thread in threads.iterator(chunk_size=200):
        yield from check_thread(thread)


def check_thread(thread: Thread) -> Iterator[Problem]:
    """The fold of the events must be what the rows say, and every post have its Message-ID."""
    where = f"thread {thread.pk}"
    folded, said, last = state.empty(), set(), None
    for event in stream.everything(thread.pk):
        try:
            state.apply(folded, event.kind, event.body)
        except (KeyError, TypeError, ValueError):
            yield Problem(where, f"event {event.seq} ({event.kind}) does not follow from those before it")
            return
        if event.kind == "message.sent":
            said.add(event.seq)
            last = event.at
    rows = queries.thread_state(thread)
    for part in folded:
        if folded[part] != rows[part]:
            yield Problem(where, f"{part}: the rows are not what the log says")
    if (thread.posts, thread.last_at) != (len(said), last):
        yield Problem(where, "its number of posts, or the time of the last, is not what the log says")
    named = set(PostMail.objects.filter(thread=thread).values_list("seq", flat=True))
    for seq in sorted(named - said):
        yield Problem(where, f"a Message-ID names the post {seq}, which is not there")
    for seq in sorted(said - named):
        yield Problem(where, f"the post {seq} has no Message-ID")
