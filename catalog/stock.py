"""Counted stock: every change is a move with a cause, and the moves of a listing add up to its stock.

The stock is what can still be sold. What is taken is reserved for its cause (`StockHold`) until it goes to
the buyer, or comes back.

Taking and returning lock the listing's row and nothing else, so they may be called under the locks of those
above (stream, order). The same cause moves a listing's stock once, however often it is told.
"""

from datetime import datetime
from uuid import UUID, uuid5

from catalog.models import Listing, StockHold, StockMove
from catalog.refusals import SoldOut, StockChanged, StockInvalid
from negotiation_hub.kernel import commit, ids
from negotiation_hub.kernel.limits import ROUNDS_MAX, STOCK_MAX
from negotiation_hub.kernel.refusals import NotFound

_Reason = StockMove.Reason


def take_stock(*, listing_id: UUID, quantity: int, cause: UUID, now: datetime) -> None:
    """Takes pieces out of a listing's stock, in the caller's transaction; repeated, it takes nothing more.

    Nothing happens to a listing that is not counted. Raises SoldOut when fewer are left, NotFound, and
    ValueError for a quantity below one.
    """
    if quantity < 1:
        raise ValueError("at least one piece is taken")
    with commit.transact():
        listing = locked(listing_id)
        if listing.stock is None or StockMove.objects.filter(listing=listing, cause=cause).exists():
            return
        if listing.stock < quantity:
            raise SoldOut
        _move(listing, -quantity, cause, _Reason.TAKEN, now)
        StockHold.objects.create(listing=listing, cause=cause, pieces=quantity, reserved_at=now)


def return_stock(*, cause: UUID, now: datetime) -> None:
    """Puts back what was taken for `cause` and has not gone; repeated, or when nothing was taken, nothing
    happens.

    A listing that is no longer counted gets nothing back: there is no number that it could be added to.
    """
    with commit.transact():
        taken = StockMove.objects.filter(cause=cause, reason=_Reason.TAKEN).order_by("listing_id")
        for move in taken:
            listing = locked(move.listing_id)
            hold = StockHold.objects.get(listing=listing, cause=cause)
            if hold.returned_at is not None:
                continue
            hold.returned_at = now
            hold.save(update_fields=["returned_at"])
            rest = hold.pieces - hold.gone
            if listing.stock is not None and rest:
                _move(listing, rest, returned(cause), _Reason.RETURNED, now)


def change_stock(*, cause: UUID, listing_id: UUID, pieces: int, now: datetime) -> None:
    """Reserves so many pieces for `cause` in all, in the caller's transaction, which holds the cause's own
    lock: more are taken from the stock, fewer go back to it, never fewer than have gone. Said again, it
    changes nothing.

    Nothing happens to a listing of which nothing is reserved for the cause. Raises SoldOut, NotFound.
    """
    commit.require_transaction()
    listing = locked(listing_id)
    hold = StockHold.objects.filter(cause=cause, listing=listing, returned_at=None).first()
    if hold is None or listing.stock is None:
        return
    more = max(pieces, hold.gone) - hold.pieces
    if listing.stock < more:
        raise SoldOut
    if more:
        made = StockMove.objects.filter(listing=listing, cause__in=changes(cause), reason=_Reason.CHANGED)
        _move(listing, -more, changes(cause)[made.count()], _Reason.CHANGED, now)
        hold.pieces += more
        hold.save(update_fields=["pieces"])


def is_reserved(*, cause: UUID, listing_id: UUID) -> bool:
    """Whether anything of the listing was ever reserved for this cause."""
    return StockHold.objects.filter(cause=cause, listing=listing_id).exists()


def changes(cause: UUID) -> list[UUID]:
    """The causes of later changes of what is reserved for `cause`, in their order."""
    return [uuid5(cause, f"changed:{number}") for number in range(1, ROUNDS_MAX + 1)]


def send_stock(*, cause: UUID, listing_id: UUID, gone: int) -> None:
    """Says how many of the pieces that are reserved for `cause` have left the seller so far, in the caller's
    transaction, which holds the cause's own lock. Said again, or fewer, it changes nothing; never more go
    than are reserved, and none of what came back.
    """
    commit.require_transaction()
    hold = StockHold.objects.filter(cause=cause, listing=listing_id, returned_at=None).first()
    if hold is not None and hold.gone < min(gone, hold.pieces):
        hold.gone = min(gone, hold.pieces)
        hold.save(update_fields=["gone"])


def take_back(*, cause: UUID, listing_id: UUID, gone: int) -> None:
    """Says that only so many of the pieces that are reserved for `cause` have left the seller: the rest is in
    the house again, and still reserved. In the caller's transaction, which holds the cause's own lock. Said
    again, or more, it changes nothing.
    """
    commit.require_transaction()
    hold = StockHold.objects.filter(cause=cause, listing=listing_id, returned_at=None).first()
    if hold is not None and hold.gone > gone:
        hold.gone = gone
        hold.save(update_fields=["gone"])


def bring_back(*, listing_id: UUID, quantity: int, cause: UUID, now: datetime) -> int:
    """Puts pieces that a buyer has sent back into a listing's stock, for sale again: how many were put there.

    Repeated with one cause it happens once. A listing that is not counted gets nothing back. Raises NotFound,
    and ValueError for a quantity below one.
    """
    if quantity < 1:
        raise ValueError("at least one piece comes back")
    with commit.transact():
        listing = locked(listing_id)
        known = StockMove.objects.filter(listing=listing, cause=cause).first()
        if known is not None:
            return known.change
        if listing.stock is None:
            return 0
        _move(listing, quantity, cause, _Reason.RETURNED, now)
    return quantity


def count_stock(*, listing: Listing, stock: int | None, seen: int | None, now: datetime) -> None:
    """Sets what the seller counted (None: not counted any more) on a listing whose row the caller has locked.

    `seen` is the stock that the seller saw: leaving it as it was overwrites no sale that came in between.
    Raises StockInvalid, and StockChanged when there was such a sale and the seller says another number.
    """
    commit.require_transaction()
    if stock in (seen, listing.stock):
        return
    if listing.stock != seen:
        raise StockChanged
    change = (stock or 0) - (listing.stock or 0)
    if change:
        _record(listing, change, ids.uuid7(), _Reason.COUNTED, now)
    listing.stock = stock
    listing.save(update_fields=["stock"])


def clean_stock(stock: object) -> int | None:
    """A number of pieces, or None for what is not counted. Raises StockInvalid."""
    if stock is None:
        return None
    if isinstance(stock, bool) or not isinstance(stock, int) or not 0 <= stock <= STOCK_MAX:
        raise StockInvalid
    return stock


def locked(listing_id: UUID) -> Listing:
    """A listing, locked for a change of its stock, in the caller's transaction. Raises NotFound."""
    # Not the whole row's lock on PostgreSQL: who only refers to the listing need not wait.
    listing = Listing.objects.select_for_update(no_key=True).filter(pk=listing_id).first()
    if listing is None:
        raise NotFound
    return listing


def _move(listing: Listing, change: int, cause: UUID, reason: str, now: datetime) -> None:
    _record(listing, change, cause, reason, now)
    listing.stock = (listing.stock or 0) + change
    listing.save(update_fields=["stock"])


def _record(listing: Listing, change: int, cause: UUID, reason: str, now: datetime) -> None:
    StockMove.objects.create(listing=listing, cause=cause, change=change, reason=reason, at=now)


def returned(cause: UUID) -> UUID:
    """The cause of a return: it follows from that of the taking, so that it happens once."""
    return uuid5(cause, "returned")
