"""What can be done to an order. Each service opens its transaction, locks the order first, and may be
repeated.
"""

from orders.facts import AgreementFacts, DetailsMissing, LineFacts, OrderDetails
from orders.services.common import OrderOverdue, OrderState, OrderUnpaid
from orders.services.delivery import (
    CarrierMissing,
    NotShipped,
    ShipmentState,
    confirm_receipt,
    mark_delivered,
    receipt_by_silence,
    ship_order,
    track_shipment,
)
from orders.services.money import (
    Choice,
    NoLatePayment,
    NothingToRefund,
    PaymentFact,
    RoomTaken,
    cancel_order,
    expire_unpaid,
    payment_changed,
    record_return,
    refund_order,
    resolve_late_payment,
)
from orders.services.placing import (
    LinkInvalid,
    OrderChanged,
    confirm_order,
    confirm_token,
    convert_order,
    create_draft_order,
    order_of_link,
    place_order,
    read_link,
)

__all__ = [
    "AgreementFacts",
    "CarrierMissing",
    "Choice",
    "DetailsMissing",
    "LineFacts",
    "LinkInvalid",
    "NoLatePayment",
    "NotShipped",
    "NothingToRefund",
    "OrderChanged",
    "OrderDetails",
    "OrderOverdue",
    "OrderState",
    "OrderUnpaid",
    "PaymentFact",
    "RoomTaken",
    "ShipmentState",
    "cancel_order",
    "confirm_order",
    "confirm_receipt",
    "confirm_token",
    "convert_order",
    "create_draft_order",
    "expire_unpaid",
    "mark_delivered",
    "order_of_link",
    "payment_changed",
    "place_order",
    "read_link",
    "receipt_by_silence",
    "record_return",
    "refund_order",
    "resolve_late_payment",
    "ship_order",
    "track_shipment",
]
