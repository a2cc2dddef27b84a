"""Each buyer's own copy of a PDF: made once for an order and file, kept sealed, served by stretches."""

import hashlib
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError
from django.utils import formats, translation

from negotiation_hub.kernel import clock, commit, files, outbox, pdf_stamp, sealed_files, sealed_pieces
from negotiation_hub.kernel.ids import uuid7
from orders.models import DownloadGrant, StampedCopy
from orders.models.download import COPY

TOPIC: Final = "orders.stamp"


def opened(grant: DownloadGrant) -> sealed_pieces.Opened:
    """The buyer's copy, to be read by stretches; made now if no job has made it yet, which takes seconds.

    Raises Busy, pdf_stamp.PdfUnfit, files.FileDamaged, crypto.BadSeal; OSError where the storage fails.
    """
    copy = copy_of(grant, clock.now())
    return COPY.stretches(copy, copy.sha256)


def copy_of(grant: DownloadGrant, now: datetime) -> StampedCopy:
    """The buyer's copy, the same one each time. Raises as `opened` does."""
    if (known := _known(grant)) is not None:
        return known
    data = b"".join(files.open_file(grant.file).chunks())  # at most STAMP_BYTES_MAX: it was put up so
    stamped = pdf_stamp.stamped(data, line_of(grant), f"{grant.order.number} {grant.pk}")
    made = StampedCopy(
        id=uuid7(),
        grant=grant,
        size_bytes=len(stamped),
        sha256=hashlib.sha256(stamped).hexdigest(),
        made_at=now,
    )
    written = COPY.write(made, stamped)
    try:
        with commit.transact():
            if _known(grant) is None:
                made.file = COPY.keep(written, owner=grant.order.seller_id)
                made.save(force_insert=True)
                return made
    except IntegrityError:
        pass  # two made it at once, and the other was first
    sealed_files.discard(written)
    return StampedCopy.objects.select_related("file").get(grant=grant)


def line_of(grant: DownloadGrant) -> str:
    """What stands on each page: the order, the buyer and the day of the release, in no language."""
    order = grant.order
    with translation.override("en"):
        day = formats.date_format(grant.granted_at, "Y-m-d")
    return f"{order.number} · {order.buyer_name} · {day}"


def enqueue(grant: DownloadGrant) -> None:
    """Has the copy made by a job, in the open transaction, so that nobody waits for it."""
    if grant.stamp:
        outbox.enqueue(TOPIC, {"grant": str(grant.pk)}, dedupe=f"{TOPIC}:{grant.pk}")


@outbox.handler(TOPIC)
def _make(payload: dict[str, Any], now: datetime) -> None:
    rows = DownloadGrant.objects.select_related("order", "file")
    copy_of(rows.get(pk=UUID(payload["grant"])), now)


def _known(grant: DownloadGrant) -> StampedCopy | None:
    return StampedCopy.objects.select_related("file").filter(grant=grant).first()
