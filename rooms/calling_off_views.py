"""Pages of calling off: a form, a summary with the prices, the button that binds. Without JavaScript too."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.refusals import SoldOut
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.money import AmountInvalid
from negotiation_hub.kernel.refusals import NotPermitted, Refusal
from orders import frames, wording
from orders import services as orders
from orders.details_form import DetailsForm, as_data, as_initial, languages_of, offering_frame
from orders.models import Frame, Order, OrderLine
from orders.parts import decimal_text
from orders.queries import known_details
from rooms import calling_off
from rooms.buying_views import PersonRequest, onwards, private
from rooms.calling_off_forms import CallForm
from rooms.refusals import PurchaseReused

_INVALID: Final = 422  # the page again, with what is wrong
# Nothing that is typed makes these go away: the form is shown without its buttons.
_FINAL: Final = (NotPermitted, orders.FrameOver, PurchaseReused)


@dataclass(slots=True)
class Page:
    """What was asked for, as forms."""

    request: PersonRequest
    frame: Frame
    call: CallForm
    form: DetailsForm
    later: bool  # the rest of the details is given on the order's page

    @property
    def valid(self) -> bool:
        """Whether both forms are right; each is looked at, so that all errors are said at once."""
        return all([self.call.is_valid(), self.form.is_valid()])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: PersonRequest, frame_id: UUID) -> HttpResponse:
    """The whole form; sent, its summary; and from there the call-off itself."""
    page = _page(request, frames.frame_for(request.user, frame_id))
    if (refusal := _hindrance(page)) is not None:
        return _form(page, refusal)
    if request.method != "POST":
        return _form(page)
    step = request.POST.get("step", "")
    if not page.valid or step == "change":
        return _form(page)
    try:
        if step == "bind":
            bought = calling_off.call_off(
                actor=request.user, call=page.call.made(), details=page.form.details(), now=clock.now()
            )
            return onwards(request, bought)
        return _summary(page)
    except orders.FramePriceChanged as refusal:
        return _summary(page, refusal)
    except Refusal as refusal:
        return _form(page, refusal)


def _page(request: PersonRequest, frame: Frame) -> Page:
    now, person = clock.now(), request.user
    known = known_details(person, frame.buyer_id)
    if request.method != "POST":
        shown = as_initial(known, languages_of(request))
        shown["contact_name"] = known.contact_name or person.name
        form = DetailsForm(initial=shown, today=now.date(), seller=offering_frame(frame))
        return Page(request, frame, CallForm(frame=frame), form, later=False)
    later = "later" in request.POST
    data = as_data(known, request.POST)
    form = DetailsForm(data, today=now.date(), complete=not later, seller=offering_frame(frame))
    return Page(request, frame, CallForm(request.POST, frame=frame), form, later)


def _hindrance(page: Page) -> Refusal | None:
    """Why this person can call nothing off at all."""
    if not calling_off.may_call_off(page.request.user, page.frame):
        return NotPermitted()
    # What was called off in time is found again by its form afterwards, so a sent one is asked for.
    if page.request.method != "POST" and frames.is_over(page.frame, clock.now()):
        return orders.FrameOver()
    return None


def _form(page: Page, refusal: Refusal | None = None) -> HttpResponse:
    notice = ""
    wrong = page.request.method == "POST" and (refusal is not None or not page.valid)
    if isinstance(refusal, orders.FrameQuantity):
        page.call.refuse(refusal.message, refusal.line or next(iter(page.call.lines.values()), None))
    elif isinstance(refusal, SoldOut):
        notice = _("The seller has not as much in stock now. Nothing was called off.")
    elif isinstance(refusal, AmountInvalid):
        page.call.refuse(refusal.message, next(iter(page.call.lines.values()), None))
    elif isinstance(refusal, NotPermitted):
        notice = _("Your role does not let you order for your company. Please ask a purchaser or a manager.")
    elif refusal is not None:
        notice = _(refusal.message)
    context = {
        "frame": page.frame,
        "call": page.call,
        "form": page.form,
        "notice": notice,
        "possible": not isinstance(refusal, _FINAL),
    }
    status = refusal.status if isinstance(refusal, _FINAL) else _INVALID if wrong else 200
    return private(render(page.request, "rooms/call_off.html", context, status=status))


def _summary(page: Page, refusal: Refusal | None = None) -> HttpResponse:
    """All that will be called off, at the prices that it has now, before it binds. Nothing is stored: the
    page carries what was typed. Raises what `calling_off.preview` does, and FrameOver.
    """
    frame = page.frame
    orders.require_open(frame, clock.now())
    shown = calling_off.preview(frame, page.call.quantities)
    order = Order(
        title=frame.title,
        currency=frame.currency,
        tax_basis=frame.tax_basis,
        tax_rate_bp=frame.tax_rate_bp,
        net=shown.net,
        tax=shown.tax,
        gross=shown.gross,
    )
    carried = {field.html_name: field.value() for form in (page.call, page.form) for field in form}
    carried["seen"] = shown.gross
    if page.later:
        carried["later"] = "1"
    context: dict[str, Any] = {
        "frame": frame,
        "order": order,
        "lines": _lines(shown),
        "details": page.form.details(),
        "missing": [page.form[name].label for name in page.form.details().missing()],
        "carried": carried,
        "when_charged": wording.when_kinds_are_charged({one.line.kind for one in shown.called}),
        "notice": "" if refusal is None else _(refusal.message),
    }
    status = 200 if refusal is None else _INVALID
    return private(render(page.request, "rooms/call_off_summary.html", context, status=status))


def _lines(shown: calling_off.Preview) -> list[OrderLine]:
    return [
        OrderLine(
            title=one.line.title,
            quantity=decimal_text(part.quantity),
            unit=one.line.unit,
            unit_price=part.unit_price,
            total=total,
            kind=one.line.kind,
        )
        for (one, part), total in zip(
            ((one, part) for one in shown.called for part in one.parts), shown.totals, strict=True
        )
    ]
