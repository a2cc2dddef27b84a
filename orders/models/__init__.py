"""The tables of orders."""

from orders.models.delivery import Shipment, ShipmentChange, WorkChange, WorkMilestone
from orders.models.details import Lookup, SealedDetails
from orders.models.download import Download, DownloadGrant
from orders.models.licence import LicenceDemand, LicenceKey
from orders.models.order import Order, OrderChange, OrderLine
from orders.models.papers import Document, NumberRange, Paper, PaperKind
from orders.models.settling import LatePayment, Milestone, Receipt

__all__ = [
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
    "Receipt",
    "SealedDetails",
    "Shipment",
    "ShipmentChange",
    "WorkChange",
    "WorkMilestone",
]
