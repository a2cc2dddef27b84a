"""Pages of orders. They work without JavaScript."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import may_buy, membership
from orders import (
    carriers,
    change_rows,
    dispute_sections,
    document_views,
    frame_views,
    frames,
    hooks,
    lateness,
    paying,
    penalty,
    queries,
    return_sections,
    sections,
    service_sections,
    services,
    timeline,
    wording,
)
from orders.details_form import form_for_buyer, form_for_sales
from orders.dispute_forms import DisputeForm
from orders.facts import OrderDetails
from orders.forms import ChangesForm, RefundForm
from orders.lifecycle import Status
from orders.models import Order
from orders.next_step import actions, next_step
from orders.order_facts import Facts
from orders.receiving_forms import ReceiptForm
from orders.return_forms import RecordForm, ReturnForm
from orders.services import picking
from orders.shipping_forms import CarryForm, CourierForm, ProofForm, ShipForm
from payments import queries as payment_queries
from payments.machine import AUTHORIZED, CAPTURED
from payments.machine import ENDED as PAYMENT_ENDED
from payments.machine import Status as PaymentStatus

STATUS_INVALID: Final = 422  # the page again, with what is wrong
MINOR_DIGITS_MAX = 19  # more digits than any amount of the database has; endless ones would not be read
_TRIES_MAX = 10  # looks, three seconds apart: a provider's word takes one or two


@login_required
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """The orders of the person's organisations, newest first."""
    after = request.GET.get("after", "")
    person = person_of(request)
    words = request.GET.get("q", "").strip()
    page = queries.page_of_orders(person, after=_uuid(after), words=words)
    today = clock.now().date()
    rows = [
        {
            "order": row,
            "step": next_step(Facts.of(row)),
            "sides": queries.sides_of(row, person),
            "late": lateness.latest(row, today),
        }
        for row in page
    ]
    # Two or more that wait to be placed can be placed by one form.
    drafts = [row for row in page if row.status in {Status.DRAFT, Status.UNCONFIRMED}]
    mine = {row.pk for row in drafts if may_buy(membership(person, row.buyer_id))}
    more = page[-1].pk if len(page) == queries.PAGE else None
    ticks = mine if len(mine) > 1 else set()
    context = {"rows": rows, "next": more, "first": not after, "ticks": ticks, "words": words}
    if not after:
        context["frames"] = frame_views.listed(person, words)
    return render(request, "orders/list.html", context)


@login_required
@require_safe
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order: where it stands, what comes next and who acts. The room knows no more than the agreement's
    id of a frame agreement: it leads to its page.
    """
    person = person_of(request)
    found = queries.orders_of(person).filter(pk=order_id).first()
    if found is None:
        return redirect("orders:frame", frames.frame_for(person, order_id).pk)
    return order_page(request, found)


@login_required
@require_POST
def pay(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Off to the provider's page."""
    person = person_of(request)
    found = queries.order_for(person, order_id)
    return redirect(
        paying.payment_page(found, person, clock.now()) or reverse("orders:order", args=[order_id])
    )


@login_required
@require_safe
def paid(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Back from the provider's page. Only the provider's own word counts, not the fact that somebody came
    back; but who comes with the session's name has paid there, whatever was declined before.
    """
    found = queries.order_for(person_of(request), order_id)
    attempts = payment_queries.payments_of_order(found.pk)
    status = PaymentStatus(attempts[-1].status) if attempts else None
    if status in AUTHORIZED | CAPTURED:
        return redirect("orders:order", order_id)
    failure = attempts[-1].failure_code if attempts else ""
    # Whoever went back without paying waits for nothing; the page stops looking after a while.
    tries, session = _tries(request), request.GET.get("session", "")
    is_open = status is not None and status not in PAYMENT_ENDED
    waiting = is_open and bool(session) and tries < _TRIES_MAX
    context = {
        "order": found,
        "waiting": waiting,
        "failure": wording.payment_failure(failure),
        "again": urlencode({"session": session, "tries": tries + 1}),
    }
    return render(request, "orders/paid.html", context)


@login_required
@require_POST
def refund(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The seller gives money back."""
    person = person_of(request)
    found = queries.order_for(person, order_id)
    form = RefundForm(request.POST, currency=found.currency)
    if not form.is_valid():
        return order_page(request, found, refund_form=form, status=STATUS_INVALID)
    amount, refund_id = form.refund()
    try:
        services.refund_order(
            order_id=order_id, actor=person, amount=amount, refund_id=refund_id, now=clock.now()
        )
    except services.NothingToRefund as refusal:
        form.add_error("amount", _(refusal.message))
        return order_page(request, found, refund_form=form, status=STATUS_INVALID)
    messages.success(request, _("The money is on its way back to the buyer."))
    return redirect("orders:order", order_id)


@login_required
@require_POST
def late_payment(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The seller decides about money that came after the order had expired."""
    choice: services.Choice = "reinstate" if request.POST.get("choice") == "reinstate" else "return"
    services.resolve_late_payment(order_id=order_id, actor=person_of(request), choice=choice, now=clock.now())
    return redirect("orders:order", order_id)


@login_required
@require_POST
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Ends the order before anything is sent. `cost` is what the page said that it costs."""
    said = request.POST.get("cost", "")
    cost = int(said) if said.isdecimal() and len(said) <= MINOR_DIGITS_MAX else None
    services.cancel_order(order_id=order_id, actor=person_of(request), now=clock.now(), cost=cost)
    messages.info(request, _("The order is canceled."))
    return redirect("orders:order", order_id)


def order_page(request: HttpRequest, order: Order, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of an order for one of its sides, with the forms that were sent and are wrong."""
    person, now = person_of(request), clock.now()
    queries.with_money_as_it_is(order)
    facts = Facts.of(order)
    can = actions(facts, person)
    sides = queries.sides_of(order, person)
    step = next_step(facts)
    details = queries.details_of(order)
    place_form = form_for_buyer(request, order, details)
    context: dict[str, Any] = {
        "order": order,
        "frame": frames.frame_of_order(order),
        "lines": order.lines.all(),
        "can": can,
        "sides": sides,
        "step": step,
        "my_turn": step.turn in sides,
        "to_pay": paying.to_pay(order),
        "details": None if order.status == Status.DRAFT else details,
        "facts": facts,
        "money": payment_queries.order_money(order.pk),
        "stops": timeline.way(facts),
        "history": timeline.history(order),
        "silence_at": facts.silence_at(),
        "parcels": sections.parcels(order, now.date()),
        "files": sections.files(order, now),
        "work": sections.work(order),
        **service_sections.of_page(order, sides, can, now),
        "place_form": place_form,
        "missing": place_form.mark_missing(details or OrderDetails()),
        "convert_form": form_for_sales(order, details),
        "changes_form": ChangesForm(),
        "ship_form": ShipForm(order=order),
        "pickable": "ship" in can and picking.pickable(order),
        "proof_form": ProofForm(),
        "carry_form": CarryForm(),
        "courier_form": CourierForm(),
        "bookable": carriers.bookable(),
        "refund_form": RefundForm(currency=order.currency),
        "receipt_form": ReceiptForm(order=order) if "receive_part" in can else None,
        "returns": return_sections.shown(order, person),
        "return_form": ReturnForm(order=order) if "ask_return" in can else None,
        "record_form": RecordForm(order=order) if "return" in can else None,
        "disputes": dispute_sections.shown(order, person),
        "dispute_goods_form": DisputeForm(order=order) if "dispute_goods" in can else None,
        "part_receipts": order.part_receipts.prefetch_related("items__line"),
        "latest": lateness.latest(order, now.date()),
        **_penalty(order, now.date()),
        **_leaving(facts, sides),
        "confirm_url": _confirm_url(order) if "confirm" in can else "",
        "papers": document_views.shown(order, sides),
        "source": hooks.source_of(order),
        "changes": change_rows.changes(order),
        "panels": hooks.panels_of(order, person, request),
        **forms,
    }
    response = render(request, "orders/order.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _leaving(facts: Facts, sides: Collection[str]) -> dict[str, Any]:
    """What canceling costs by the agreed terms, for both sides to read; for the buyer's button what it takes
    now.
    """
    terms = facts.leaving()
    if terms is None:
        return {"leaving": None}
    cost = services.cost_now(facts.order, terms) if "buyer" in sides and terms.cost is not None else None
    return {"leaving": terms, "leaving_cost": cost}


def _penalty(order: Order, today: date) -> dict[str, Any]:
    """What late delivery costs; for the seller's button as form values of an id of its own, so that it is
    given back once.
    """
    owed = penalty.of_order(order, today)
    if owed is None:
        return {"penalty": None}
    refund_id = uuid5(order.pk, f"penalty:{owed.amount}")
    paid = order.changes.filter(event="refund", facts__refund=str(refund_id)).exists()
    amount = str(Money(owed.amount, order.currency).major())
    return {"penalty": owed, "penalty_paid": paid, "penalty_refund": (refund_id, amount)}


def _confirm_url(order: Order) -> str:
    return reverse("orders:confirm", args=[services.confirm_token(order, clock.now())])


def person_of(request: HttpRequest) -> User:
    """Who is signed in: for views that have made sure that somebody is."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required has made sure
    return request.user


def _tries(request: HttpRequest) -> int:
    text = request.GET.get("tries", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("100") else 0


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
