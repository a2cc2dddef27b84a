"""When the card is charged: at shipment, or at once when receipt is further away than an authorisation
lasts.
"""

from datetime import datetime, timedelta

from negotiation_hub.kernel import limits
from orders.lifecycle import AuthorizeStatus, ChargeStatus, Status
from orders.models import Order
from payments import services as payments

_SHIPPED = frozenset({Status.PARTIALLY_FULFILLED, Status.FULFILLED, Status.PARTIALLY_RETURNED})


def capture_if_far(order: Order, now: datetime) -> None:
    """Asks for the capture of a placed, authorised order whose receipt is expected more than 5 days from
    now.
    """
    if order.status != Status.UNFULFILLED or order.expected_on is None:
        return
    if order.expected_on <= (now + timedelta(days=limits.CAPTURE_AT_ONCE_DAYS)).date():
        return
    capture(order, f"far:{order.pk}:{order.revision}", now)


def capture_if_shipped(order: Order, cause: str, now: datetime) -> None:
    """A payment authorised only after the goods left (a retry of a failed one) is captured at once."""
    if order.status in _SHIPPED:
        capture(order, cause, now)


def capture(order: Order, cause: str, now: datetime) -> None:
    """Asks payments to capture what is authorised and not charged yet; the answer comes as a payment fact."""
    charged = order.charge_status in {ChargeStatus.FULL, ChargeStatus.OVERCHARGED}
    if order.authorize_status == AuthorizeStatus.FULL and not charged:
        payments.capture_order(order_id=order.pk, cause=cause, now=now)
