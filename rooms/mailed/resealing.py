"""Making the indexes of senders anew with the newest key; the columns beside them are sealed as all are."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from negotiation_hub.kernel import crypto, resealing
from rooms.mailed.models import MailOrder


def renew(key_id: str) -> Iterator[int]:
    """Indexes every draft that is not indexed by this key of the ring. Raises crypto.BadSeal."""
    for page in resealing.pages(_indexed()):
        fresh = [(row, bytes(row.index)) for row in page if not _is_current(row, key_id)]
        if fresh:
            yield resealing.write(lambda fresh=fresh: _swap(fresh))  # type: ignore[misc]


def old(key_id: str) -> int:
    """How many drafts are indexed by another key."""
    return sum(not _is_current(row, key_id) for row in _indexed().iterator(chunk_size=500))


def _indexed() -> QuerySet[MailOrder]:
    return MailOrder.objects.filter(index__isnull=False)


def _is_current(row: MailOrder, key_id: str) -> bool:
    return row.index is not None and crypto.mac_key_of(bytes(row.index)) == key_id


def _swap(fresh: Sequence[tuple[MailOrder, bytes]]) -> int:
    written = 0
    for row, stored in fresh:
        if row.sender is not None:
            row.put_sender(row.sender)
            written += MailOrder.objects.filter(pk=row.pk, index=stored).update(index=row.index)
    return written
