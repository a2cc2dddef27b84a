"""Takes the demo's deals further than the card provider allows without a running server.

A job takes a deal as far as it can now and, while something is still on its way, queues the next look. What
people do to the deal meanwhile is left as it is.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urljoin
from uuid import UUID

import httpx
from django.conf import settings
from django.urls import reverse

from feedback import services as feedback
from feedback.models import Invitation
from negotiation_hub.demo.deals import Deal, Stage, deal_in
from negotiation_hub.kernel import commit, outbox
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people import demo
from negotiation_hub.people.models import User
from negotiation_hub.replay.completion import CARD
from negotiation_hub.replay.forms import read_forms
from orders import services as orders
from orders.lifecycle import AuthorizeStatus, Status
from orders.models import Order
from orders.parts import has_goods
from orders.queries import order_of_room, with_money_as_it_is
from payments import queries as payment_queries
from payments import services as payments

TOPIC: Final = "demo.deal"
_LOOKS_MAX: Final = 300  # the last ones a minute apart: some four hours for the server to listen
_ANSWER_WITHIN_S: Final = 20  # of our own server
_DELIVERABLE: Final = frozenset({Status.UNFULFILLED.value, Status.PARTIALLY_FULFILLED.value})
log = logging.getLogger(__name__)


def queue(room_id: UUID, now: datetime, look: int = 0) -> None:
    """Queues a look at a deal that the provider is needed for, in the open transaction."""
    wait = timedelta(seconds=min(1 + look // 20, 60)) if look else timedelta()
    payload = {"room": str(room_id), "look": look}
    outbox.enqueue(TOPIC, payload, dedupe=f"{TOPIC}:{room_id}:{look}", at=now + wait)


@outbox.handler(TOPIC)
def go_on(payload: dict[str, Any], now: datetime) -> None:
    """Takes a deal a step further."""
    room_id, look = UUID(payload["room"]), int(payload["look"])
    if not settings.DEMO or settings.PAYMENT_PROVIDER != "sandbox" or _step(room_id, now):
        return
    if look >= _LOOKS_MAX:
        log.warning("a deal of the demo stays where it is: no answer from %s", settings.INTERNAL_URL)
        return
    with commit.transact():
        queue(room_id, now, look + 1)


def _step(room_id: UUID, now: datetime) -> bool:
    """Does what can be done now. Whether nothing is left."""
    deal, order = deal_in(room_id), order_of_room(room_id)
    if deal is None or order is None:
        return True
    try:
        return _listens() and _take_further(deal, order, now)
    except httpx.TransportError:
        return False
    except Refusal as refusal:
        return not refusal.temporary  # else somebody has done something else with it


def _listens() -> bool:
    """Whether our own server answers: the sandbox is a part of it."""
    answer = httpx.get(f"{settings.INTERNAL_URL}/readyz", timeout=_ANSWER_WITHIN_S)
    return answer.status_code == httpx.codes.OK


def _take_further(deal: Deal, order: Order, now: datetime) -> bool:
    """As far as it goes. Whether that was the last of it. Raises what services raise."""
    buyer = demo.user_of(deal.buyer, now=now)
    if with_money_as_it_is(order).authorize_status != AuthorizeStatus.FULL:
        _pay(order, buyer, now)
        return False  # the provider's word comes by itself
    if deal.until >= Stage.DELIVERED and order.status in _DELIVERABLE and not _deliver(order, now):
        return False
    if deal.until >= Stage.RECEIVED:
        orders.confirm_receipt(order_id=order.pk, actor=buyer, now=now)
    return deal.until < Stage.RECEIVED or _answer(deal, order, buyer, now)


def _pay(order: Order, buyer: User, now: datetime) -> None:
    """Pays on the provider's page, as a browser would."""
    request = payment_queries.open_request_of(order.pk)
    if request is None:
        return
    back = settings.PUBLIC_URL + reverse("orders:paid", args=[order.pk])
    try:
        payment = payments.start_payment(request_id=request.pk, actor=buyer, return_url=back, now=now)
    except payments.AlreadyPaid:
        return  # in this very moment
    # From here our own server is reached by another address than from a browser.
    address = payment.hosted_url.replace(settings.PUBLIC_URL, settings.INTERNAL_URL, 1)
    with httpx.Client(timeout=_ANSWER_WITHIN_S) as browser:
        page = browser.get(address)
        forms = [form for form in read_forms(page.text) if "number" in form.fields]
        for form in forms[:1]:  # none when it is paid already
            card = {**form.fields, **CARD, "name": buyer.name, "action": "pay"}
            browser.post(urljoin(str(page.url), form.action), data=card)


def _deliver(order: Order, now: datetime) -> bool:
    """Sends the goods, reports the work. Files are released by themselves. Whether all of it is delivered."""
    sales = demo.user_of("sales", now=now)
    if has_goods(order):
        tracking = f"PQ{order.pk.int % 10**8:08}ES"
        orders.ship_order(order_id=order.pk, actor=sales, carrier="Correos", tracking=tracking, now=now)
    for work in order.work.all():
        orders.report_work(work_id=work.pk, actor=sales, now=now)
    order.refresh_from_db(fields=["status"])
    return order.status not in _DELIVERABLE


def _answer(deal: Deal, order: Order, buyer: User, now: datetime) -> bool:
    """Answers the survey, if that is a part of it. Whether the buyer was asked already."""
    invitation = Invitation.objects.filter(order=order, person=buyer).first()
    if invitation is None:
        return False
    if deal.until >= Stage.ANSWERED:
        feedback.answer(
            actor=buyer, invitation_id=invitation.pk, values=deal.answers, may_contact=False, now=now
        )
    return True
