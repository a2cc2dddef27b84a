"""Telling both sides, once, that goods are late."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from negotiation_hub.kernel import commit, outbox
from orders import delivery_mails, lateness
from orders.hooks import cause_id, milestone
from orders.models import Milestone, Order
from orders.parts import goods_lines
from orders.services import common


def watch(order: Order) -> None:
    """Looks again when a day that was agreed has passed."""
    for day in {lateness.agreed_on(order, line) for line in goods_lines(order)} - {None}:
        assert day is not None  # noqa: S101 - tells the type checker what the line above says
        at = datetime.combine(day + timedelta(days=1), time(), UTC)
        outbox.enqueue("orders.lateness", {"order": str(order.pk)}, dedupe=f"late:{order.pk}:{day}", at=at)


def tell_if_late(*, order_id: UUID, now: datetime) -> None:
    """Tells it of an order, if it is so."""
    with commit.transact():
        tell(common.locked(order_id), now)


def tell(order: Order, now: datetime) -> None:
    """Tells table and people, once for each day that was agreed, that goods are late or will be."""
    found = (lateness.line_timing(order, line, now.date()) for line in goods_lines(order))
    late = [one for one in found if one is not None and one.days]
    if lateness.latest(order, now.date()) is None:
        return
    for timing in {one.due: one for one in sorted(late, key=lambda one: one.days)}.values():
        cause = cause_id(order, "late", timing.due)
        if Milestone.objects.filter(cause=cause).exists():
            continue
        expected = timing.expected_on or timing.delivered_on
        shown = {
            "due": timing.due.isoformat(),
            "expected_on": expected and expected.isoformat(),
            "days": timing.days,
        }
        milestone(order, "shipment.late", cause, now, late=shown)
        delivery_mails.late(order, timing, f"late:{cause}")
