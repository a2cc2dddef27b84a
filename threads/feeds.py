"""Atom feeds of groups (RFC 4287), for feed readers and for other sites."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from negotiation_hub.kernel.render import to_html
from threads import limits, posts, queries
from threads.models import Group


def atom(group: Group, absolute: Callable[[str], str]) -> str:
    """The topics with the newest posts, and what they begin with. `absolute` makes a path an address."""
    feed = Atom1Feed(
        title=_printable(group.title),
        link=absolute(group.get_absolute_url()),
        description=_printable(group.charter[:300]),
        feed_url=absolute(reverse("threads:feed", args=[group.name])),
    )
    for thread in queries.topics_of(group, limit=limits.FEED_TOPICS).threads:
        first = posts.first_post(thread)
        text = first.body.get("text", "") if first is not None else ""
        feed.add_item(
            title=_printable(thread.subject),
            link=absolute(thread.get_absolute_url()),
            description=to_html(_printable(text[: limits.FEED_POSTS_CHARS])),
            unique_id=f"urn:uuid:{thread.pk}",
            author_name=_printable(thread.started_by.name) if thread.started_by is not None else None,
            pubdate=thread.created_at,
            updateddate=thread.last_at,
        )
    return feed.writeString("utf-8")


def _printable(text: str) -> str:
    """Without the control characters that no XML may hold."""
    return "".join(char for char in text if char in "\n\t" or (char >= " " and char not in "\ufffe\uffff"))
