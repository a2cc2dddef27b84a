"""Shipping and tracking of goods, and the receipt of whatever was delivered."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, limits
from negotiation_hub.kernel.refusals import Malformed, NotFound, Refusal
from negotiation_hub.people.models import User
from orders import lifecycle, mails
from orders.hooks import cause_id, milestone, tell_received
from orders.lifecycle import SHIPMENT, Status, Tracking, Who
from orders.models import Order, Receipt, Shipment, ShipmentChange
from orders.parts import Parts, delivered_at
from orders.queries import shipment_view
from orders.services import capture, common, work
from payments import services as payments
from payments.queries import order_money

_NAME_CHARS_MAX = 100
_RECEIVABLE = frozenset({Status.FULFILLED, Status.PARTIALLY_RETURNED, Status.RETURNED})


class CarrierMissing(Malformed):
    """A shipment names who carries it, on one line."""

    code = "shipment.carrier"
    message = _("Please say who carries the goods, in at most 100 characters.")


class ShipmentState(Refusal):
    """The shipment is not at a point where this can happen to it."""

    code = "shipment.state"
    message = _("This cannot happen to the shipment any more.")


class NotShipped(Refusal):
    """Receipt is confirmed of what the seller has delivered in whole."""

    code = "order.not_shipped"
    message = _("Not everything has been delivered yet.")


def ship_order(
    *, order_id: UUID, actor: User, carrier: str, tracking: str, now: datetime, complete: bool = True
) -> Shipment:
    """The seller hands the goods over: all that is left of them, or a part (`complete=False`). The payment is
    captured.

    The same shipment again is returned as it is. Raises CarrierMissing, OrderUnpaid, OrderState,
    NotPermitted, NotFound.
    """
    carrier, tracking = " ".join(carrier.split()), " ".join(tracking.split())
    if not 0 < len(carrier) <= _NAME_CHARS_MAX or len(tracking) > _NAME_CHARS_MAX:
        raise CarrierMissing
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, common.who_may("ship"))
        sent = Shipment.objects.filter(order=order, complete=complete)
        if not complete:
            sent = sent.filter(carrier=carrier, tracking=tracking)
        if (existing := sent.first()) is not None:
            return existing
        parts = Parts.of(order)
        if not common.possible(order, "ship") or not parts.goods or parts.sent:
            raise common.OrderState
        common.refresh_money(order)
        if not common.paid_in_full(order):
            raise common.OrderUnpaid
        shipment = Shipment.objects.create(
            order=order, carrier=carrier, tracking=tracking, complete=complete, shipped_at=now
        )
        common.delivered_more(order, ("ship", "ship_part"), by=actor.pk, now=now, shipment=str(shipment.pk))
        _track(shipment, "move", by=actor.pk, now=now)
        capture.capture(order, f"shipment:{shipment.pk}", now)
        milestone(
            order,
            "shipment.sent",
            cause_id(order, "sent", shipment.pk),
            now,
            shipment=shipment_view(shipment),
        )
        mails.shipped(order, shipment)
        common.queue_papers(order, shipment.pk)
    return shipment


def track_shipment(*, shipment_id: UUID, actor: User, event: str, now: datetime) -> Shipment:
    """The carrier's news as one event of the shipment machine. News that changes nothing is harmless.

    Raises ShipmentState, NotPermitted, NotFound.
    """
    if event == "deliver":
        return mark_delivered(shipment_id=shipment_id, actor=actor, now=now)
    with commit.transact():
        shipment, _order = _locked_shipment(shipment_id, actor, event)
        row = lifecycle.step(SHIPMENT, event, Tracking(shipment.status))
        if row is None:
            raise ShipmentState
        if shipment.status != row.after:
            _track(shipment, event, by=actor.pk, now=now)
    return shipment


def mark_delivered(*, shipment_id: UUID, actor: User, now: datetime) -> Shipment:
    """The goods are there: the buyer is asked to confirm, and 14 days of silence are receipt.

    A delivered shipment is returned as it is. Raises ShipmentState, NotPermitted, NotFound.
    """
    with commit.transact():
        shipment, order = _locked_shipment(shipment_id, actor, "deliver")
        if shipment.status == Tracking.DELIVERED:
            return shipment
        _deliver(order, shipment, by=actor.pk, now=now)
        mails.delivered(order, shipment, now + timedelta(seconds=limits.RECEIPT_SILENCE_S))
    return shipment


def confirm_receipt(*, order_id: UUID, actor: User, now: datetime) -> Receipt:
    """The buyer has what was agreed: held funds go to the seller, less the platform's fee, once they are
    captured.

    Said again it changes nothing. Raises NotShipped, OrderState, NotPermitted, NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.BUYER)
        return _receive(order, by=actor.pk, now=now)


def receipt_by_silence(*, order_id: UUID, now: datetime) -> Receipt | None:
    """Records the receipt of an order of which the last was delivered 14 days ago without a word. None while
    that is not so.
    """
    with commit.transact():
        order = common.locked(order_id)
        if order.status != Status.FULFILLED or Receipt.objects.filter(order=order).exists():
            return None
        last = delivered_at(order)
        if last is None or last + timedelta(seconds=limits.RECEIPT_SILENCE_S) > now:
            return None
        return _receive(order, by=None, now=now)


def release_if_due(order: Order, now: datetime) -> None:
    """Gives the held funds of a received order to the seller, once, as soon as nothing is left to capture."""
    receipt = Receipt.objects.filter(order=order, released_at=None).first()
    if receipt is None:
        return
    money = order_money(order.pk)
    if money.authorized > 0 or money.held <= 0:
        return
    released = payments.release_funds(
        order_id=order.pk,
        payee_id=order.seller_id,
        fee_bp=limits.PLATFORM_FEE_BP,
        cause=f"receipt:{receipt.pk}",
        now=now,
    )
    if released is None:
        return
    receipt.released_at = now
    receipt.released_amount, receipt.released_fee = released.amount, released.fee
    receipt.save()
    shown = {"amount": released.amount, "fee": released.fee, "currency": order.currency}
    milestone(order, "funds.released", cause_id(order, "released", receipt.pk), now, released=shown)
    mails.funds_released(order, receipt)


def _receive(order: Order, *, by: UUID | None, now: datetime) -> Receipt:
    existing = Receipt.objects.filter(order=order).first()
    if existing is not None:
        return existing
    if order.status not in _RECEIVABLE:
        raise NotShipped
    for shipment in order.shipments.all():
        if lifecycle.step(SHIPMENT, "deliver", Tracking(shipment.status)) is not None:
            _deliver(order, shipment, by=by, now=now)
    work.receive_reported(order, by=by, now=now)
    receipt = Receipt.objects.create(order=order, by=by, received_at=now)
    milestone(order, "order.received", receipt.pk, now)
    mails.received(order, receipt)
    tell_received(order.pk, now)
    release_if_due(order, now)
    return receipt


def _locked_shipment(shipment_id: UUID, actor: User, event: str) -> tuple[Shipment, Order]:
    owner = Shipment.objects.filter(pk=shipment_id).values_list("order_id", flat=True).first()
    if owner is None:
        raise NotFound
    order = common.locked(owner)
    who = next((row.who for row in SHIPMENT if row.event == event), None)
    if who is None:
        raise Malformed
    common.require(order, actor, who)
    return Shipment.objects.get(pk=shipment_id), order


def _deliver(order: Order, shipment: Shipment, *, by: UUID | None, now: datetime) -> None:
    shipment.delivered_at = now
    _track(shipment, "deliver", by=by, now=now)
    cause = cause_id(order, "delivered", shipment.pk)
    milestone(order, "shipment.delivered", cause, now, shipment=shipment_view(shipment))
    common.silence_from(order, shipment.pk, now)


def _track(shipment: Shipment, event: str, *, by: UUID | None, now: datetime) -> None:
    row = lifecycle.step(SHIPMENT, event, Tracking(shipment.status))
    if row is None:
        raise ShipmentState
    before, shipment.status = shipment.status, row.after.value
    shipment.save()
    seq = shipment.changes.count() + 1
    ShipmentChange.objects.create(
        shipment=shipment, seq=seq, event=event, before=before, after=shipment.status, actor=by, at=now
    )
