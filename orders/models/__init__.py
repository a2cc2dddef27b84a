"""The tables of orders."""

from orders.models.appointment import (
    Appointment,
    AppointmentChange,
    AppointmentProposal,
    AppointmentRule,
)
from orders.models.delivery import WorkChange, WorkMilestone
from orders.models.details import Lookup, SealedDetails
from orders.models.download import Download, DownloadGrant
from orders.models.licence import LicenceDemand, LicenceKey
from orders.models.order import Order, OrderChange, OrderLine
from orders.models.papers import Document, NumberRange, Paper, PaperKind
from orders.models.proof import DeliveryProof
from orders.models.receiving import PartReceipt, PartReceiptItem
from orders.models.reminder import Reminder, ReminderStop
from orders.models.settling import LatePayment, Milestone, Receipt
from orders.models.shipment import CarrierEvent, Shipment, ShipmentChange, ShipmentItem
from orders.models.work_proof import WorkDispute, WorkProof

__all__ = [
    "Appointment",
    "AppointmentChange",
    "AppointmentProposal",
    "AppointmentRule",
    "CarrierEvent",
    "DeliveryProof",
    "Document",
    "Download",
    "DownloadGrant",
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
    "Receipt",
    "Reminder",
    "ReminderStop",
    "SealedDetails",
    "Shipment",
    "ShipmentChange",
    "ShipmentItem",
    "WorkChange",
    "WorkDispute",
    "WorkMilestone",
    "WorkProof",
]
