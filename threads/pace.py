"""How much one person may write: counted in the log, so that every process and every way in counts alike."""

from datetime import datetime, timedelta

from negotiation_hub.kernel.wire import TooFast
from negotiation_hub.people.models import User
from threads.limits import POSTS_PER_MINUTE_MAX, THREADS_PER_HOUR_MAX
from threads.models import PostMail, Thread


def check_posts(person: User, now: datetime) -> None:
    """Raises TooFast for who has posted as much as one may in a minute."""
    since = now - timedelta(minutes=1)
    if PostMail.objects.filter(author=person, at__gt=since).count() >= POSTS_PER_MINUTE_MAX:
        raise TooFast(retry_after_ms=60_000 // POSTS_PER_MINUTE_MAX)


def check_threads(person: User, now: datetime) -> None:
    """Raises TooFast for who has opened as many threads as one may in an hour."""
    since = now - timedelta(hours=1)
    if Thread.objects.filter(started_by=person, created_at__gt=since).count() >= THREADS_PER_HOUR_MAX:
        raise TooFast(retry_after_ms=3_600_000 // THREADS_PER_HOUR_MAX)
