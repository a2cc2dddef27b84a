"""The files of an information listing: put there by the seller, got by the buyer through their order only."""

from datetime import datetime
from functools import partial
from io import SEEK_END, BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO, Final
from uuid import UUID

from django.db.models import Max

from catalog import queries
from catalog.models import Listing, ListingFile
from catalog.refusals import ListingArchived, ListingFileKind, ListingFilesTooMany, ListingFileUnfit
from negotiation_hub.kernel import commit, files, limits, pdf_stamp
from negotiation_hub.kernel.content import PDF, content_kind_of, ending_of
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.kernel.storage import PIECE_BYTES
from negotiation_hub.kernel.text import shown_only
from negotiation_hub.people.models import User

NAME_CHARS_MAX: Final = 120


def add_file(*, actor: User, listing_id: UUID, data: bytes, name: str, now: datetime) -> ListingFile:
    """Adds a small file; see `add_upload`."""
    return add_upload(actor=actor, listing_id=listing_id, source=BytesIO(data), name=name, now=now)


def add_upload(
    *, actor: User, listing_id: UUID, source: BinaryIO, name: str, now: datetime, stamp: bool = False
) -> ListingFile:
    """Adds a file at the end; the same one again, under the same name, is added once.

    It is read by pieces, and kept before the transaction, so that nobody waits for the disk. With `stamp`
    each buyer of a PDF gets a copy with their name; other kinds stay as they are. Raises NotFound,
    NotPermitted, ListingArchived, ListingFileUnfit, ListingFileKind, ListingFilesTooMany, FileTooLarge, and
    of a PDF that cannot be stamped pdf_stamp.PdfUnfit, PdfTooLarge, Busy.
    """
    listing = queries.listing_for(actor, listing_id)
    queries.require_editor(actor, listing)  # before the costly part
    if listing.kind != Listing.Kind.INFORMATION:
        raise ListingFileUnfit
    if (size := source.seek(0, SEEK_END)) > limits.LISTING_FILE_BYTES_MAX:
        raise files.FileTooLarge
    kind = content_kind_of(source, size, name)
    if kind is None:
        raise ListingFileKind
    clean = _clean_name(name, kind.endings[0])
    stamp = stamp and kind is PDF
    if stamp:
        _try_stamp(source, size)
    source.seek(0)
    pieces = iter(partial(source.read, PIECE_BYTES), b"")
    written = files.write_stream(pieces, bytes_max=limits.LISTING_FILE_BYTES_MAX)
    with commit.transact():
        listing = _own(actor, listing_id)
        if listing.kind != Listing.Kind.INFORMATION:
            raise ListingFileUnfit
        rows = ListingFile.objects.filter(listing=listing)
        if (known := rows.filter(name=clean, file__sha256=written.sha256).first()) is not None:
            if known.stamp != stamp:
                known.stamp = stamp
                known.save(update_fields=["stamp"])
            return known
        if rows.count() >= limits.FILES_PER_LISTING_MAX:
            raise ListingFilesTooMany
        stored = files.record(written, name=clean, media_type=kind.media_type, owner=listing.organisation_id)
        last = rows.aggregate(last=Max("order"))["last"]
        return ListingFile.objects.create(
            listing=listing,
            file=stored,
            order=0 if last is None else last + 1,
            name=clean,
            stamp=stamp,
            created_at=now,
        )


def remove_file(*, actor: User, file_id: UUID) -> Listing:
    """Takes a file off its listing, which it returns. What was sold keeps the stored file.

    Raises NotFound, NotPermitted, ListingArchived.
    """
    with commit.transact():
        row = queries.listing_file(file_id)
        listing = _own(actor, row.listing_id)
        row.delete()
    return listing


def _try_stamp(source: BinaryIO, size: int) -> None:
    """Stamps it once for nobody: what would fail at a buyer's download is refused here."""
    if size > limits.STAMP_BYTES_MAX:
        raise pdf_stamp.PdfTooLarge
    source.seek(0)
    pdf_stamp.stamped(source.read(), "·", "·")


def _own(actor: User, listing_id: UUID) -> Listing:
    """The listing, locked, if the actor may change it."""
    listing = Listing.objects.select_for_update().filter(pk=listing_id).first()
    if listing is None:
        raise NotFound
    queries.require_editor(actor, listing)
    if listing.status == Listing.Status.ARCHIVED:
        raise ListingArchived
    return listing


def _clean_name(name: str, ending: str) -> str:
    """The last part of a path, on one line, with an ending."""
    last = shown_only(PurePosixPath(name.replace("\\", "/")).name)
    own = ending_of(last)
    stem = last.removesuffix(last[-len(own) :] if own else "").strip(" .") or "file"
    return stem[: NAME_CHARS_MAX - len(own or ending)] + (own or ending)
