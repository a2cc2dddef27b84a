"""Amending an order from its page: offering, accepting, declining, taking back. Without JavaScript."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.ids import random_id
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.people.models import User
from orders.models import Order
from orders.queries import order_for
from rooms import amending_panels, services, wire
from rooms.amending_forms import AmendForm
from rooms.refusals import StepUpNeeded

STATUS_INVALID = 422


@login_required
@require_POST
def propose(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Offers the other side to change the order."""
    person, order, context = _found(request, order_id)
    form = AmendForm(request.POST, agreement=context["form"].agreement, auto_id="amend_%s")
    if form.is_valid():
        frame = wire.OfferPropose(
            t="offer.propose",
            id=str(form.cleaned_data["command"]),
            stream=str(order.room_id),
            offer=form.cleaned_data["terms"],
        )
        try:
            services.propose_offer(actor=person, frame=frame, now=clock.now())
        except Refusal as refusal:
            form.add_error(None, _(refusal.message))
        else:
            messages.success(request, _("The amendment is offered. Nothing changes until it is accepted."))
            return redirect("orders:order", order_id)
    page = {**context, "form": form}
    return render(request, "rooms/amend.html", page, status=STATUS_INVALID)


@login_required
@require_POST
def answer(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Accepts, declines or takes back the amendment that stands, as it was shown."""
    person, order, _context = _found(request, order_id)
    command, now = request.POST.get("answer", ""), clock.now()
    pinned = {
        "id": str(random_id()),
        "stream": str(order.room_id),
        "version": int(request.POST.get("version", "0") or 0),
        "hash": request.POST.get("hash", ""),
    }
    try:
        if command == "accept":
            accept = wire.OfferAccept.model_validate({"t": "offer.accept", "package": 0, **pinned})
            services.accept_offer(actor=person, frame=accept, now=now)
            messages.success(request, _("The order is changed."))
        elif command == "decline":
            decline = wire.OfferDecline.model_validate({"t": "offer.decline", **pinned})
            services.decline_offer(actor=person, frame=decline, now=now)
        else:
            withdraw = wire.OfferWithdraw.model_validate({"t": "offer.withdraw", **pinned})
            services.withdraw_offer(actor=person, frame=withdraw, now=now)
    except StepUpNeeded:
        messages.info(request, _("Your organisation asks for a second factor here: please accept it below."))
        return redirect("rooms:room", order.room_id)
    except (Refusal, ValueError) as refusal:
        words = _(refusal.message) if isinstance(refusal, Refusal) else _("Please look at it again.")
        messages.error(request, words)
    return redirect("orders:order", order_id)


def _found(request: HttpRequest, order_id: UUID) -> tuple[User, Order, dict[str, Any]]:
    person = request.user
    assert isinstance(person, User)  # noqa: S101 - login_required has made sure
    order = order_for(person, order_id)
    context = amending_panels.context_of(order, person)
    if context is None:
        raise NotFound
    return person, order, context
