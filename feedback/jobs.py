"""The outbox jobs of feedback, and what orders and threads tell it. Each job may run more than once."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from feedback import services
from feedback.models import FollowUp
from negotiation_hub.kernel import outbox
from threads.machine import Status

_INVITE: Final = "feedback.invite"
_RESOLVED: Final = "feedback.resolved"


def on_order_received(order_id: UUID, at: datetime) -> None:
    """The hook: inside the receipt's transaction, so it only queues."""
    outbox.enqueue(_INVITE, {"order": str(order_id)}, dedupe=f"{_INVITE}:{order_id}")


@outbox.handler(_INVITE)
def invite(payload: dict[str, Any], now: datetime) -> None:
    """Asks the buyer how it was."""
    services.invite(order_id=UUID(payload["order"]), now=now)


@outbox.handler(services.ANSWERED_TOPIC)
def follow_up(payload: dict[str, Any], now: datetime) -> None:
    """Opens the thread in which the seller asks what went wrong."""
    services.open_follow_up(answer_id=UUID(payload["answer"]), now=now)


def on_thread_moved(thread_id: UUID, status: Status, at: datetime) -> None:
    """The hook: under the lock of the thread's stream, so it only queues."""
    if status is Status.RESOLVED and FollowUp.objects.filter(thread_id=thread_id).exists():
        payload = {"thread": str(thread_id), "at": at.isoformat()}
        outbox.enqueue(_RESOLVED, payload, dedupe=f"{_RESOLVED}:{thread_id}")


@outbox.handler(_RESOLVED)
def resolve(payload: dict[str, Any], now: datetime) -> None:
    """Closes the loop."""
    services.resolve_follow_up(thread_id=UUID(payload["thread"]), at=datetime.fromisoformat(payload["at"]))
