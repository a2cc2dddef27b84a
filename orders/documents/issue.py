"""Issuing: what is due is written down with its facts, once for each cause. How it looks is drawn later.

`issue_due` looks at an order as it is and issues whatever is missing, so that it may run at any time, any
number of times, and in any order of causes.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.people.models import LegalFacts
from orders.documents import amounts, changes, credited_lines, numbering, parties, supplements
from orders.documents.facts import (
    ChangeFacts,
    DealFacts,
    DespatchFacts,
    DespatchLine,
    Facts,
    InvoiceFacts,
    LineFacts,
    dump,
    load,
)
from orders.documents.numbering import Number
from orders.facts import OrderDetails
from orders.lifecycle import ChargeStatus, Status
from orders.models import Cancellation, Order, Paper, PaperKind, Shipment
from orders.parts import Parts, left_at
from orders.queries import details_of
from orders.services import common
from payments.machine import RefundStatus
from payments.models import Refund
from payments.queries import order_money

_ENDED: Final = frozenset({Status.EXPIRED, Status.CANCELED})
_PLACED: Final = (PaperKind.ORDER, PaperKind.ORDER_AGREEMENT, PaperKind.CONFIRMATION)
_CHARGED: Final = (ChargeStatus.FULL.value, ChargeStatus.OVERCHARGED.value)
_AT_ONCE: Final = 1_000  # orders that one job looks at: some seconds; the next one takes the rest


def issue_due(*, order_id: UUID, now: datetime) -> list[Paper]:
    """Issues what is due of an order, and returns what is new. Raises NotFound.

    Order, agreement and confirmation when it is placed, an order change for each amendment, a delivery note
    for each shipment, the invoice once the whole is charged, another one for what an amendment has added to
    it, a credit note for each refund that was made.
    """
    with commit.transact():
        order = common.locked(order_id)
        details = details_of(order)
        if order.placed_at is None or details is None:
            return []
        made: list[Paper] = []
        if not Paper.objects.filter(order=order, kind=PaperKind.ORDER).exists():
            made += _order_papers(order, details, now)
        for amendment in changes.due(order):
            change = changes.facts_of(order, amendment, details)
            made.append(_keep(order, PaperKind.ORDER_CHANGE, amendment.pk, change.number, change, now))
        made += _delivery_notes(order, details, now)
        made += _invoice(order, details, now)
        made += _credit_notes(order, now)
        return made


def waiting(seller_id: UUID | None = None) -> QuerySet[Order]:
    """Orders of which a numbered paper may be due: charged without an invoice, though the seller has said
    what it must, or given back without a credit note. At most 1,000, the oldest first.
    """
    said = LegalFacts.objects.values("organisation")
    charged = Q(charge_status__in=_CHARGED, placed_at__isnull=False, seller__in=said)
    without = ~Q(pk__in=Paper.objects.filter(kind=PaperKind.INVOICE).values("order"))
    noted = Paper.objects.filter(kind=PaperKind.CREDIT_NOTE).values("cause")
    refunds = Refund.objects.filter(status=RefundStatus.SUCCEEDED).exclude(pk__in=noted)
    given_back = Q(pk__in=refunds.values("payment__order_id"))
    rows = Order.objects.select_related("buyer_person")
    if seller_id is not None:
        rows = rows.filter(seller=seller_id)
    return rows.filter((charged & without) | (given_back & ~without)).order_by("id")[:_AT_ONCE]


def facts_of(paper: Paper) -> Facts:
    """What a paper says. Raises crypto.BadSeal."""
    if paper.kind in numbering.PREFIXES:
        return invoice_facts(paper)
    if paper.kind == PaperKind.DELIVERY_NOTE:
        return load(DespatchFacts, paper.get())
    if paper.kind == PaperKind.ORDER_CHANGE:
        return load(ChangeFacts, paper.get())
    return load(DealFacts, paper.get())


def invoice_facts(paper: Paper) -> InvoiceFacts:
    """What an invoice or a credit note says. Raises crypto.BadSeal."""
    return load(InvoiceFacts, paper.get())


def _order_papers(order: Order, details: OrderDetails, now: datetime) -> list[Paper]:
    facts = DealFacts(
        number=order.number,
        issued_on=(order.placed_at or now).date(),
        agreed_on=order.created_at.date(),
        agreement=str(order.agreement_id),
        title=order.title,
        currency=order.currency,
        seller=parties.seller(order),
        buyer=parties.buyer(order, details),
        reference=details.reference,
        expected_on=details.expected_on,
        lines=amounts.lines_of(order),
        taxed=amounts.taxed(order),
        net=order.net,
        tax=order.tax,
        gross=order.gross,
    )
    return [_keep(order, kind, order.pk, order.number, facts, now) for kind in _PLACED]


def _delivery_notes(order: Order, details: OrderDetails, now: datetime) -> list[Paper]:
    shipments = list(order.shipments.order_by("id"))
    known = set(order.papers.filter(kind=PaperKind.DELIVERY_NOTE).values_list("cause", flat=True))
    made = []
    for place, shipment in enumerate(shipments, 1):
        if shipment.pk in known or (left := left_at(shipment)) is None:
            continue
        facts = DespatchFacts(
            number=f"{order.number}-D{place}",
            issued_on=left.date(),
            order_number=order.number,
            title=order.title,
            seller=parties.seller(order),
            buyer=parties.buyer(order, details),
            reference=details.reference,
            carrier=shipment.carrier,
            tracking=shipment.tracking,
            complete=shipment.complete,
            expected_on=details.expected_on,
            lines=_sent(order, shipment),
        )
        made.append(_keep(order, PaperKind.DELIVERY_NOTE, shipment.pk, facts.number, facts, now))
    return made


def _sent(order: Order, shipment: Shipment) -> tuple[DespatchLine, ...]:
    """What is in the parcel. Of a part in which nobody named anything, the goods without a quantity."""
    inside = {item.line_id: item.quantity for item in shipment.items.all()}
    return tuple(
        DespatchLine(
            position=line.position,
            title=line.title,
            quantity=inside.get(line.pk, ""),
            unit=line.unit,
        )
        for line in order.lines.all()
        if line.kind == "goods" and (line.pk in inside or not inside)
    )


def _invoice(order: Order, details: OrderDetails, now: datetime) -> list[Paper]:
    if order.status in _ENDED and not Cancellation.objects.filter(order=order).exists():
        return []
    money = order_money(order.pk)
    if money.captured - money.lowered < order.gross or parties.missing_for_invoice(order):
        return []
    if order.papers.filter(kind=PaperKind.INVOICE).exists():
        more = supplements.more_to_bill(order)
        if more is None:
            return []
        number = numbering.following(order.seller_id, PaperKind.INVOICE, now.year)
        facts = supplements.facts_of(order, details, more, str(number), now)
        return [_keep(order, PaperKind.INVOICE, more.cause, number, facts, now)]
    number = numbering.following(order.seller_id, PaperKind.INVOICE, now.year)
    facts = InvoiceFacts(
        kind="invoice",
        number=str(number),
        issued_on=now.date(),
        order_number=order.number,
        title=order.title,
        currency=order.currency,
        seller=parties.seller(order),
        buyer=parties.buyer(order, details),
        reference=details.reference,
        delivered_on=_delivered_on(order),
        lines=amounts.lines_of(order),
        taxed=amounts.taxed(order),
        net=order.net,
        tax=order.tax,
        gross=order.gross,
    )
    return [_keep(order, PaperKind.INVOICE, order.pk, number, facts, now)]


def _delivered_on(order: Order) -> date | None:
    """The day of the supply, where goods have left in whole: what comes later is not known yet (BT-72)."""
    parts = Parts.of(order)
    if not parts.goods or not parts.sent:
        return None
    return max(filter(None, map(left_at, order.shipments.all()))).date()


def _credit_notes(order: Order, now: datetime) -> list[Paper]:
    invoices = list(order.papers.filter(kind=PaperKind.INVOICE).order_by("serial"))
    known = set(order.papers.filter(kind=PaperKind.CREDIT_NOTE).values_list("cause", flat=True))
    made = []
    for refund in made_refunds(order.pk):
        left = creditable(order, invoices)
        if refund.pk in known or left <= 0:
            continue
        # The one that it fits into; of several the newest, as the latest payment goes back first.
        open_yet = {invoice: supplements.uncredited(invoice) for invoice in reversed(invoices)}
        fits = [invoice for invoice, rest in open_yet.items() if rest >= refund.amount]
        invoice = fits[0] if fits else max(open_yet, key=lambda one: open_yet[one])
        amount = min(refund.amount, left, open_yet[invoice])
        if amount > 0:
            made.append(_credit_note(order, invoice, refund, amount, now))
    return made


def made_refunds(order_id: UUID) -> "list[Refund]":
    """The refunds of an order that were made, the oldest first."""
    rows = Refund.objects.filter(payment__order_id=order_id, status=RefundStatus.SUCCEEDED)
    return list(rows.order_by("created_at", "id"))


def creditable(order: Order, invoices: list[Paper]) -> int:
    """What was given back of an order's invoices and has no credit note yet, in minor units.

    Money that was charged twice, or beyond a lower price, and went back was never on an invoice.
    """
    billed = sum(invoice.gross for invoice in invoices)
    charged_more = max(0, order_money(order.pk).captured - billed)
    given_back = sum(refund.amount for refund in made_refunds(order.pk))
    credited = billed - sum(supplements.uncredited(invoice) for invoice in invoices)
    return min(given_back - charged_more, billed) - credited


def _credit_note(order: Order, invoice: Paper, refund: Refund, amount: int, now: datetime) -> Paper:
    said = invoice_facts(invoice)
    net, tax = amounts.credited(said, amount)
    number = numbering.following(order.seller_id, PaperKind.CREDIT_NOTE, now.year)
    facts = InvoiceFacts(
        kind="credit_note",
        number=str(number),
        issued_on=now.date(),
        order_number=order.number,
        title=order.title,
        currency=order.currency,
        seller=said.seller,
        buyer=said.buyer,
        reference=said.reference,
        delivered_on=said.delivered_on,
        lines=said.lines if amount == said.gross else _part(said, refund, amount, net),
        taxed=said.taxed,
        net=net,
        tax=tax,
        gross=amount,
        corrects=said.number,
        corrects_on=said.issued_on,
    )
    return _keep(order, PaperKind.CREDIT_NOTE, refund.pk, number, facts, now, corrects=invoice)


def _part(said: InvoiceFacts, refund: Refund, amount: int, net: int) -> tuple[LineFacts, ...]:
    """What came back, line by line; else one line for a part: nobody said of which of the invoice's lines."""
    return credited_lines.of_return(said, refund, amount, net) or credited_lines.unnamed(said, amount, net)


def _keep(
    order: Order,
    kind: PaperKind,
    cause: UUID,
    name: str | Number,
    facts: Facts,
    now: datetime,
    *,
    corrects: Paper | None = None,
) -> Paper:
    counted = name if isinstance(name, Number) else None
    sums = (0, 0, 0) if isinstance(facts, DespatchFacts) else (facts.net, facts.tax, facts.gross)
    paper = Paper(
        id=uuid7(),
        order=order,
        kind=kind.value,
        cause=cause,
        number=str(name),
        seller_id=order.seller_id,
        year=counted.year if counted else None,
        serial=counted.serial if counted else None,
        currency=order.currency,
        net=sums[0],
        tax=sums[1],
        gross=sums[2],
        corrects=corrects,
        issued_at=now,
    )
    paper.put(dump(facts))
    paper.save(force_insert=True)
    return paper
