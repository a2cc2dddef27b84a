"""What `negotiation-hub verify` asks of the orders: sums, history, money axes, and each order's money in the
ledger.
"""

import hashlib
from collections.abc import Iterator
from decimal import Decimal

from catalog.models import StockHold
from negotiation_hub.kernel import crypto, files
from negotiation_hub.kernel.audit import Problem
from negotiation_hub.kernel.models import Job
from negotiation_hub.kernel.money import Money
from orders import (
    amendment_audit,
    booking_audit,
    cancellation,
    dispute_audit,
    frame_audit,
    licence_audit,
    lifecycle,
    picking_audit,
    return_audit,
    service_audit,
)
from orders.documents import audit as papers
from orders.lifecycle import Status
from orders.models import (
    Cancellation,
    DownloadGrant,
    Order,
    Receipt,
    Shipment,
    ShipmentItem,
    StampedCopy,
    WorkMilestone,
)
from orders.models.download import COPY
from orders.parts import Parts, gone, goods_lines, left_of, received
from orders.queries import axes_of, details_of
from orders.services import stock
from payments.models import PaymentRequest
from payments.queries import OrderMoney, order_money

_NOTES = frozenset({"refund", "renew", "resend"})  # rows of the history that do not move the status
_NOT_STEPS = frozenset({"create"}) | _NOTES
_PLACED = frozenset({Status.UNFULFILLED, Status.PARTIALLY_FULFILLED, Status.FULFILLED})
_RETURNED = frozenset({Status.PARTIALLY_RETURNED, Status.RETURNED})


def check() -> Iterator[Problem]:
    """Checks every order, and all papers. Whether an order's milestones stand in its room's stream is for
    `rooms` to say.
    """
    for order in Order.objects.order_by("pk").iterator(chunk_size=500):
        yield from check_order(order)
    yield from frame_audit.check()
    yield from service_audit.check()
    yield from papers.check()


def count() -> int:
    """How many orders `check` looks at."""
    return Order.objects.count()


def check_order(order: Order) -> Iterator[Problem]:
    """Checks one order."""
    where = f"order {order.number}"
    yield from (Problem(where, what) for what in _sums(order))
    yield from (Problem(where, what) for what in _history(order))
    yield from (Problem(where, what) for what in amendment_audit.of_order(order))
    yield from (Problem(where, what) for what in _parts(order))
    yield from (Problem(where, what) for what in _money(order, order_money(order.pk)))
    try:
        details_of(order)
    except crypto.BadSeal:
        yield Problem(where, "its sealed details were changed, or belong to another order")


def _sums(order: Order) -> Iterator[str]:
    lines = sum(line.total for line in order.lines.all())
    expected = order.gross if order.tax_basis == "included" else order.net
    if lines != expected:
        yield f"its lines add up to {lines}, but it says {expected}"
    if order.net + order.tax != order.gross:
        yield f"net {order.net} and tax {order.tax} are not its gross {order.gross}"
    if order.tax_basis == "none" and order.tax:
        yield f"it has no tax, but says {order.tax}"
    if (
        order.tax_basis == "added"
        and order.tax != Money(order.net, order.currency).share(order.tax_rate_bp).minor
    ):
        yield f"its tax {order.tax} is not {order.tax_rate_bp} basis points of {order.net}"


def _history(order: Order) -> Iterator[str]:
    status, seq = "", 0
    for change in order.changes.order_by("seq"):
        seq += 1
        if change.seq != seq:
            yield f"step {seq} of its history is missing"
            seq = change.seq
        if change.before != status and change.event not in _NOTES:
            yield (
                f"step {seq} ({change.event}) starts at {change.before!r}, but the order stood at {status!r}"
            )
        row = lifecycle.step(lifecycle.ORDER, change.event, Status(change.before)) if change.before else None
        if change.event not in _NOT_STEPS and (row is None or row.after != change.after):
            yield f"step {seq}: {change.event} does not lead from {change.before} to {change.after}"
        status = change.after
    if order.status != status:
        yield f"it is {order.status}, but its history ends at {status or 'nothing'}"
    if order.revision != seq:
        yield f"it counts {order.revision} steps, its history has {seq}"


def _parts(order: Order) -> Iterator[str]:
    for shipment in order.shipments.all():
        yield from _tracking(shipment)
    yield from _parcels(order)
    yield from _stock(order)
    for work in order.work.all():
        yield from _work(work)
    yield from service_audit.of_order(order)
    for grant in order.grants.select_related("line"):
        yield from _grant(order, grant)
    yield from licence_audit.of_order(order)
    yield from return_audit.of_order(order)
    yield from dispute_audit.of_order(order)
    yield from booking_audit.of_order(order)
    yield from picking_audit.of_order(order)
    parts, status = Parts.of(order), Status(order.status)
    if status in _RETURNED:
        expected = status if parts.complete else parts.status()
    elif status in _PLACED:
        expected = parts.status()
    else:
        expected = parts.status() if parts.begun else status
    if status != expected:
        yield f"it is {status}, but by what was delivered it is {expected}"


def _parcels(order: Order) -> Iterator[str]:
    goods = {line.pk: line for line in goods_lines(order)}
    for item in ShipmentItem.objects.filter(shipment__order=order).exclude(line__in=goods):
        yield f"shipment {item.shipment_id} holds what is no goods line of this order"
    for line_id, left in left_of(order, order.shipments.all()).items():
        if left < 0:
            line = goods[line_id]
            sent = Decimal(line.quantity) - left
            yield f"line {line.position} was ordered {line.quantity} times and is in parcels {sent} times"


def _stock(order: Order) -> Iterator[str]:
    """What has gone of the reserved stock is what the parcels say; work that is open again is not back."""
    if order.stock_cause is None:
        return
    said = stock.gone_of(order)
    for hold in StockHold.objects.filter(cause=order.stock_cause):
        gone = said[hold.listing_id]
        if hold.gone < gone or (hold.gone > gone and Parts.of(order).only_goods):
            yield f"{gone} pieces of listing {hold.listing_id} have gone, its stock says {hold.gone}"


def _work(work: WorkMilestone) -> Iterator[str]:
    status = lifecycle.Work.OPEN.value
    for seq, change in enumerate(work.changes.order_by("seq"), 1):
        row = lifecycle.step(lifecycle.WORK, change.event, lifecycle.Work(change.before))
        if (change.seq, change.before) != (seq, status) or row is None or row.after != change.after:
            yield f"work {work.pk}: step {change.seq} ({change.event}) does not follow from {status}"
        status = change.after
    if work.status != status:
        yield f"work {work.pk} is {work.status}, but its history ends at {status}"


def _grant(order: Order, grant: DownloadGrant) -> Iterator[str]:
    if grant.line.order_id != order.pk or grant.line.kind != "information":
        yield f"download {grant.pk} belongs to no line of information of this order"
    if (count := grant.downloads.count()) > grant.downloads_max:
        yield f"download {grant.pk} was taken {count} times, {grant.downloads_max} were allowed"
    copy = StampedCopy.objects.select_related("file").filter(grant=grant).first()
    if copy is not None and (wrong := _copy(copy)):
        yield f"the buyer's copy of download {grant.pk} {wrong}"


def _copy(copy: StampedCopy) -> str:
    try:
        data = COPY.open(copy)
    except (crypto.BadSeal, files.FileDamaged):
        return "was changed, or belongs to another row"
    return "" if hashlib.sha256(data).hexdigest() == copy.sha256 else "is not what was made"


def _tracking(shipment: Shipment) -> Iterator[str]:
    status = lifecycle.Tracking.PENDING.value
    for change in shipment.changes.order_by("seq"):
        if change.before != status:
            yield (
                f"shipment {shipment.pk}: step {change.seq} starts at {change.before}, but it "
                f"stood at {status}"
            )
        status = change.after
    for proof in shipment.proofs.select_related("file"):
        try:
            proof.picture()
        except (crypto.BadSeal, files.FileDamaged):
            yield f"picture {proof.pk} of a delivery was changed, or belongs to another row"
    newest = 0
    for event in shipment.carrier_events.order_by("pk"):
        try:
            event.raw()
        except crypto.BadSeal:
            yield f"carrier's message {event.pk} was changed, or belongs to another row"
        if event.applied and event.sequence <= newest:
            yield f"carrier's message {event.pk} moved the shipment after a newer one had"
        newest = max(newest, event.sequence if event.applied else 0)
    if shipment.status != status:
        yield f"shipment {shipment.pk} is {shipment.status}, but its history ends at {status}"


def _money(order: Order, money: OrderMoney) -> Iterator[str]:
    first = PaymentRequest.objects.filter(order_id=order.pk).order_by("created_at", "id").first()
    if first is None:
        yield "no payment was asked for"
    elif (first.amount, first.currency) != (amendment_audit.first_gross(order), order.currency):
        yield (
            f"the payment asked for is {first.amount} {first.currency}, agreed were "
            f"{amendment_audit.first_gross(order)} {order.currency}"
        )
    axes = axes_of(money, order.gross)
    if (order.authorize_status, order.charge_status) != axes and not _news_is_waiting(order):
        yield f"its axes say {order.authorize_status}/{order.charge_status}, the payments {axes[0]}/{axes[1]}"
    receipt = Receipt.objects.filter(order=order).first()
    told = 0
    if receipt is not None and receipt.released_at is not None:
        told = (receipt.released_amount or 0) + (receipt.released_fee or 0)
    canceled = Cancellation.objects.filter(order=order).first()
    if canceled is not None:
        told += (canceled.released_amount or 0) + (canceled.released_fee or 0)
        yield from _canceled(order, canceled, money)
    parts = list(order.part_receipts.all())
    told += sum((part.released_amount or 0) + (part.released_fee or 0) for part in parts)
    if money.released != told:
        yield f"the ledger released {money.released}, the receipts say {told}"
    if sum(part.share for part in parts) > order.gross:
        yield f"the parts that were received add up to more than its gross {order.gross}"
    sent, had = left_of(order, gone(order.shipments.all())), received(order)
    for line in goods_lines(order):
        if had.get(line.pk, Decimal(0)) > Decimal(line.quantity) - sent[line.pk]:
            yield f"of line {line.position} more was received than has left the seller"


def _canceled(order: Order, row: Cancellation, money: OrderMoney) -> Iterator[str]:
    """What was kept of a canceled order is what its terms took, and no more."""
    terms = cancellation.quote(order, row.canceled_at)
    if order.status != Status.CANCELED:
        yield f"it was canceled at a cost, but is {order.status}"
    if terms is None or terms.cost is None or row.cost > terms.cost:
        yield f"canceling it took {row.cost}, its terms say {terms and terms.cost}"
    if money.released > row.cost:
        yield f"canceling it took {row.cost}, the ledger released {money.released}"


def _news_is_waiting(order: Order) -> bool:
    """Whether a payment's news is still in the outbox: until it is taken in, the axes may lag behind."""
    waiting = Job.objects.filter(topic="orders.payment_changed", done_at=None, failed_at=None)
    return any(job.payload["order_id"] == str(order.pk) for job in waiting.iterator(chunk_size=500))
