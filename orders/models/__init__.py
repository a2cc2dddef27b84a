"""The tables of orders."""

from orders.models.amendment import Amendment
from orders.models.appointment import Appointment, AppointmentChange, AppointmentProposal, AppointmentRule
from orders.models.booking import Booking, BookingStatus, CarrierNumber
from orders.models.delivery import WorkChange, WorkMilestone
from orders.models.details import Lookup, SealedDetails
from orders.models.dispute import DisputeChange, DisputeItem, GoodsDispute
from orders.models.download import Download, DownloadGrant, StampedCopy
from orders.models.frame import CallOff, Frame, FrameLine, FrameMove
from orders.models.licence import LicenceDemand, LicenceKey
from orders.models.order import Order, OrderChange, OrderLine
from orders.models.papers import Document, NumberRange, Paper, PaperKind
from orders.models.picking import Picking
from orders.models.proof import DeliveryProof
from orders.models.receiving import PartReceipt, PartReceiptItem
from orders.models.reminder import Reminder, ReminderStop
from orders.models.returning import GoodsReturn, ReturnChange, ReturnItem
from orders.models.settling import Cancellation, LatePayment, Milestone, Receipt
from orders.models.shipment import CarrierEvent, Shipment, ShipmentChange, ShipmentItem
from orders.models.work_proof import WorkDispute, WorkProof

__all__ = [
    "Amendment",
    "Appointment",
    "AppointmentChange",
    "AppointmentProposal",
    "AppointmentRule",
    "Booking",
    "BookingStatus",
    "CallOff",
    "Cancellation",
    "CarrierEvent",
    "CarrierNumber",
    "DeliveryProof",
    "DisputeChange",
    "DisputeItem",
    "Document",
    "Download",
    "DownloadGrant",
    "Frame",
    "FrameLine",
    "FrameMove",
    "GoodsDispute",
    "GoodsReturn",
    "LatePayment",
    "LicenceDemand",
    "LicenceKey",
    "Lookup",
    "Milestone",
    "NumberRange",
    "Order",
    "OrderChange",
    "OrderLine",
    "Paper",
    "PaperKind",
    "PartReceipt",
    "PartReceiptItem",
    "Picking",
    "Receipt",
    "Reminder",
    "ReminderStop",
    "ReturnChange",
    "ReturnItem",
    "SealedDetails",
    "Shipment",
    "ShipmentChange",
    "ShipmentItem",
    "StampedCopy",
    "WorkChange",
    "WorkDispute",
    "WorkMilestone",
    "WorkProof",
]
