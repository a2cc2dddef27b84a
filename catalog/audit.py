"""What `negotiation-hub verify` asks of the catalogue: counted stock, a complete index, consent to mails."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection
from django.db.models import F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from catalog import campaign_audit
from catalog.models import Listing, PlaceStock, StockHold, StockMove
from catalog.stock import changes, returned
from negotiation_hub.kernel.audit import Problem

# Row by row what the triggers must have written; PostgreSQL's column is generated, and cannot differ.
_NOT_INDEXED = """
    SELECT l.id FROM catalog_listing AS l
    LEFT JOIN catalog_search_row AS r ON r.listing = l.id LEFT JOIN catalog_search AS s ON s.rowid = r.number
    WHERE l.status = 'published' AND (s.rowid IS NULL
        OR s.title <> replace(replace(l.title, '²', '2'), '³', '3')
        OR s.description <> replace(replace(l.description, '²', '2'), '³', '3'))
"""


def check() -> Iterator[Problem]:
    """Checks each listing's stock against its moves, the search's index against the listings, and campaigns.

    What campaigns are checked for stands in `campaign_audit`.
    """
    sums = (
        StockMove.objects.filter(listing=OuterRef("pk"))
        .values("listing")
        .annotate(all=Sum("change"))
        .values("all")
    )
    moved = Coalesce(Subquery(sums, output_field=IntegerField()), 0)
    counted = Coalesce("stock", 0)
    rows = Listing.objects.annotate(moved=moved, counted=counted).exclude(moved=counted)
    for listing in rows.order_by("pk").iterator(chunk_size=500):
        told = "is not counted" if listing.stock is None else f"says {listing.stock} in stock"
        yield Problem(f"listing {listing.pk}", f"{told}, but its moves add up to {listing.moved}")
    yield from _holds()
    yield from _places()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(_NOT_INDEXED)
            for (id,) in cursor.fetchall():
                yield Problem(f"listing {UUID(id)}", "is public, but the search does not know it as it is")
    yield from campaign_audit.check()


def _places() -> Iterator[Problem]:
    """What lies at a place is what its moves say."""
    rows = PlaceStock.objects.annotate(moved=Coalesce(Sum("moves__change"), 0)).exclude(moved=F("pieces"))
    for row in rows.order_by("pk"):
        told = f"says {row.pieces} pieces of listing {row.listing_id}"
        yield Problem(f"place {row.place_id}", f"{told}, but its moves add up to {row.moved}")


def _holds() -> Iterator[Problem]:
    """Each taking is a hold of as many pieces, and what came back is what had not gone."""
    holds = {(row.listing_id, row.cause): row for row in StockHold.objects.all()}
    for move in StockMove.objects.filter(reason=StockMove.Reason.TAKEN).order_by("pk"):
        where = f"listing {move.listing_id}"
        hold = holds.pop((move.listing_id, move.cause), None)
        back = StockMove.objects.filter(listing=move.listing_id, cause=returned(move.cause)).first()
        changed = StockMove.objects.filter(listing=move.listing_id, cause__in=changes(move.cause))
        taken = -move.change - sum(changed.values_list("change", flat=True))
        if hold is None or hold.pieces != taken:
            yield Problem(where, f"{taken} were taken, {hold.pieces if hold else 0} are reserved")
        elif back is not None and (hold.returned_at is None or back.change != hold.pieces - hold.gone):
            yield Problem(
                where, f"{back.change} came back of {hold.pieces} reserved, of which {hold.gone} had gone"
            )
    for hold in holds.values():
        yield Problem(f"listing {hold.listing_id}", f"{hold.pieces} are reserved that were never taken")
