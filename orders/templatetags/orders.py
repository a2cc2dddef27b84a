"""Words of orders on pages: `{% load orders %}`."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from catalog.models import Place
from orders import countries, documents, hooks, wording
from orders.models import Order, OrderLine, PartReceiptItem

register = template.Library()


@register.filter
def quantity(line: OrderLine) -> str:
    """`500 pcs`."""
    return wording.quantity(line.quantity, line.unit)


@register.simple_tag
def clause_address(order: Order, line: OrderLine) -> str:
    """Where in the room the offer stands that a line comes from."""
    return hooks.source_of(order, line.offer_version)


@register.filter
def due(line: OrderLine) -> str:
    """`by Dec. 3, 2026`, or nothing."""
    return "" if line.due is None else wording.due(line.due)


@register.filter
def minor(amount: int | None, currency: str) -> str:
    """`61,250.00 EUR`."""
    return "" if amount is None else wording.amount(amount, currency)


@register.filter
def issue(value: Any, name: str = "") -> str:
    """The value of the issue with that name, in words."""
    return wording.issue_value(value, name)


@register.filter
def issue_name(name: str) -> str:
    """The name of an issue, in the reader's language where the offer's form has it ready."""
    return wording.issue_name(name)


@register.simple_tag
def pick_up_place(place_id: str) -> str:
    """Where the buyer fetches an order, on one line."""
    place = Place.objects.filter(pk=place_id).first()
    return f"{place.name}, {place.street}, {place.postal_code} {place.city}" if place else ""


@register.filter
def country(code: str) -> str:
    """The country's name."""
    return countries.name(code)


@register.filter
def tax_label(order: Order) -> str:
    """How the tax stands in the totals."""
    return documents.tax_label(order)


@register.filter
def authorize_words(status: str) -> str:
    """The first money axis."""
    return {
        "none": _("nothing authorised"),
        "partial": _("authorised in part"),
        "full": _("authorised in full"),
    }.get(status, status)


@register.filter
def charge_words(status: str) -> str:
    """The second money axis."""
    return {
        "none": _("nothing charged"),
        "partial": _("charged in part"),
        "full": _("charged in full"),
        "overcharged": _("charged too much"),
    }.get(status, status)


@register.filter
def kind_words(kind: str) -> str:
    """What a line is."""
    return {"goods": _("goods"), "information": _("download"), "service": _("service")}.get(kind, kind)


@register.filter
def appointment_words(status: str) -> str:
    """Where an appointment stands."""
    return {
        "open": _("to be agreed"),
        "agreed": _("agreed"),
        "missed": _("missed"),
        "canceled": _("canceled"),
    }.get(status, status)


@register.filter
def work_words(status: str) -> str:
    """How far a piece of work is."""
    return {"open": _("to be done"), "reported": _("reported as done"), "received": _("received")}.get(
        status, status
    )


@register.filter
def tracking_words(status: str) -> str:
    """Where a shipment is."""
    return {
        "pending": _("waiting for the carrier"),
        "picked_up": _("picked up"),
        "in_transit": _("on its way"),
        "out_for_delivery": _("out for delivery"),
        "ready_for_pickup": _("ready to be picked up"),
        "delivered": _("delivered"),
        "delivery_delayed": _("delayed"),
        "delivery_failed": _("could not be delivered"),
        "on_hold": _("on hold"),
        "return_to_sender": _("on its way back"),
        "returned": _("back at the seller's"),
        "canceled": _("canceled"),
        "unknown": _("no news"),
    }.get(status, status)


@register.filter
def received(item: PartReceiptItem) -> str:
    """`200 pcs Pump NB-40`."""
    return f"{wording.quantity(item.quantity, item.line.unit)} {item.line.title}"
