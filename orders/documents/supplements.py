"""What an amendment adds to an order that was invoiced already: another invoice, over the difference."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Sum

from orders.documents import amounts, parties
from orders.documents.facts import InvoiceFacts, LineFacts
from orders.facts import OrderDetails
from orders.models import Order, Paper, PaperKind
from payments.models import Refund
from payments.queries import PRICE_LOWERED

_PIECE: Final = "C62"  # UNECE Rec 20: one


@dataclass(frozen=True, slots=True)
class More:
    """What is not on an invoice yet, in minor units, and the amendment that it came with."""

    cause: UUID
    name: str
    net: int
    tax: int
    gross: int


def billed(order: Order) -> tuple[int, int]:
    """Net and gross of an order's invoices, less the credit notes for what a lower price has taken off."""
    invoices = order.papers.filter(kind=PaperKind.INVOICE)
    lowered = Refund.objects.filter(payment__order_id=order.pk, cause__startswith=PRICE_LOWERED)
    notes = order.papers.filter(kind=PaperKind.CREDIT_NOTE, cause__in=lowered.values("pk"))
    plus = invoices.aggregate(net=Sum("net"), gross=Sum("gross"))
    minus = notes.aggregate(net=Sum("net"), gross=Sum("gross"))
    return (plus["net"] or 0) - (minus["net"] or 0), (plus["gross"] or 0) - (minus["gross"] or 0)


def more_to_bill(order: Order) -> More | None:
    """The difference that an order's newest amendment has left to be invoiced; None: nothing."""
    amendment = order.amendments.order_by("-number").first()
    if amendment is None or order.papers.filter(kind=PaperKind.INVOICE, cause=amendment.pk).exists():
        return None
    net, gross = billed(order)
    more, more_net = order.gross - gross, order.net - net
    if more <= 0 or not 0 <= more_net <= more:
        return None
    return More(amendment.pk, amendment.name, more_net, more - more_net, more)


def facts_of(order: Order, details: OrderDetails, more: More, number: str, now: datetime) -> InvoiceFacts:
    """What the further invoice says: one line, which names the order change that has the lines."""
    taxed = amounts.taxed(order)
    total = more.gross if taxed.basis == "included" else more.net
    line = LineFacts(
        position=1,
        title=f"{more.name}: {order.title}",
        quantity="1",
        unit=_PIECE,
        unit_price=total,
        total=total,
        net=more.net,
    )
    return InvoiceFacts(
        kind="invoice",
        number=number,
        issued_on=now.date(),
        order_number=order.number,
        title=order.title,
        currency=order.currency,
        seller=parties.seller(order),
        buyer=parties.buyer(order, details),
        reference=details.reference,
        delivered_on=None,
        lines=(line,),
        taxed=taxed,
        net=more.net,
        tax=more.tax,
        gross=more.gross,
    )


def uncredited(invoice: Paper) -> int:
    """What of an invoice no credit note has taken back, in minor units."""
    credited: int = invoice.corrections.aggregate(sum=Sum("gross"))["sum"] or 0
    return invoice.gross - credited
