"""What search engines read about a topic: schema.org as JSON-LD."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.html import format_html

from catalog.models import Listing
from catalog.structured import DataBlock
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.render import to_text
from threads.models import Thread
from threads.posts import Entry


def discussion(
    thread: Thread, posts: Sequence[Entry], listing: Listing | None, absolute: Callable[[str], str]
) -> str:
    """A topic with the posts of one page; the first of them is the question. Empty without any."""
    said = [one for one in posts if one.kind == "message.sent" and one.html is not None]
    if not said:
        return ""
    address = absolute(thread.get_absolute_url())
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "@id": f"{address}#topic",
        "headline": thread.subject,
        "url": address,
        **_words(said[0]),
        "comment": [{"@type": "Comment", "url": f"{address}#p{one.seq}", **_words(one)} for one in said[1:]],
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/CommentAction",
            "userInteractionCount": max(thread.posts - 1, 0),
        },
    }
    if listing is not None:
        data["about"] = {
            "@type": "Thing",
            "name": listing.title,
            "url": absolute(listing.get_absolute_url()),
        }
    return format_html("{}", DataBlock(data))


def _words(entry: Entry) -> dict[str, Any]:
    return {
        "text": to_text(entry.text),
        "datePublished": clock.text(entry.at),
        "author": {"@type": "Person", "name": entry.name or "Negotiation Hub"},
    }
