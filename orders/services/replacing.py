"""What is sent instead of pieces that come back: a parcel of its own, which counts for nothing ordered."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.utils.translation import gettext_noop as _

from catalog import stock as listings
from negotiation_hub.kernel import commit
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.people.models import User
from orders import mails, returned
from orders.hooks import cause_id, milestone
from orders.lifecycle import ReturnOutcome, ReturnStatus, Who
from orders.models import GoodsReturn, Shipment, ShipmentItem
from orders.queries import shipment_view
from orders.services import common, returning, shipping


class NoReplacement(Refusal):
    """Nothing is owed instead of this return."""

    code = "return.no_replacement"
    message = _("No replacement was agreed for this return.")


def send_replacement(*, return_id: UUID, actor: User, carrier: str, tracking: str, now: datetime) -> Shipment:
    """The seller sends the same lines and quantities again. What has left is returned as it is.

    Raises NoReplacement, ReturnCarrierMissing, NotPermitted, NotFound.
    """
    carrier, tracking = returning.parcel_names(carrier, tracking)
    with commit.transact():
        owner = GoodsReturn.objects.filter(pk=return_id).values_list("order_id", flat=True).first()
        if owner is None:
            raise NotFound
        order = common.locked(owner)
        common.require(order, actor, Who.SELLER)
        row = GoodsReturn.objects.get(pk=return_id)
        known = returned.replacement_of(row)
        if known is not None:
            return known
        if row.outcome != ReturnOutcome.REPLACEMENT or row.status == ReturnStatus.CANCELED:
            raise NoReplacement
        parcel = Shipment.objects.create(
            id=uuid5(row.pk, f"parcel:{row.replacements.count()}"),
            order=order,
            carrier=carrier,
            tracking=tracking,
            complete=True,
            shipped_at=now,
            replaces=row,
        )
        ShipmentItem.objects.bulk_create(
            ShipmentItem(shipment=parcel, line_id=item.line_id, quantity=item.stands)
            for item in row.items.all()
            if Decimal(item.stands)
        )
        shipping.record(parcel, "move", by=actor.pk, now=now)
        for listing_id, count in sorted(returning.pieces(row).items()):
            listings.send_stock(cause=returning.stock_cause(row), listing_id=listing_id, gone=count)
        milestone(
            order, "shipment.sent", cause_id(order, "sent", parcel.pk), now, shipment=shipment_view(parcel)
        )
        mails.shipped(order, parcel)
        common.queue_papers(order, parcel.pk)
    return parcel
