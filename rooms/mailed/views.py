"""Pages of ordering by mail: the form to copy, and what the link in the answer leads to. No JavaScript."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from catalog.queries import published_listing
from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.money import CURRENCIES, Money
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.people.models import User
from orders import wording
from orders.details_form import DetailsForm, offering_listing
from rooms import buying_views
from rooms.buying_forms import BuyForm, words_of
from rooms.buying_views import private
from rooms.mailed import confirming, form, panels
from rooms.mailed.checking import Checked
from rooms.mailed.looking import Look
from rooms.mailed.refusals import MailOrderChanged, MailOrderLink, OtherSender, SenderUnknown

_ASKED: Final = (form.QUANTITY, *DetailsForm.base_fields)
_NO_FIELD: Final = (form.LISTING, form.PRICE)
_DIGITS_MAX: Final = len(str(limits.AMOUNT_MINOR_MAX))


@require_safe
def show_form(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """The mail as text, for who has no mail program that opens links."""
    listing = published_listing(listing_id)
    if not panels.is_offered():
        raise NotFound
    viewer = _viewer(request)
    here = settings.DEMO and viewer is not None and not viewer.is_guest
    context = {"listing": listing, "form": panels.form_for(listing, viewer), "mail_id": here and uuid4()}
    return private(render(request, "rooms/mail_form.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def mail_order(request: HttpRequest, token: str) -> HttpResponse:
    """What was ordered by mail: shown, put right, and confirmed by a button. Looking changes nothing."""
    viewer, now = _viewer(request), clock.now()
    step = request.POST.get("step", "")
    if request.method == "POST" and step == "bind":
        return _bind(request, token, now)
    if request.method == "POST" and step != "change":
        return _save(request, token, now)
    found = confirming.look(token=token, viewer=viewer, now=now)
    return _page(request, found, now, change=step == "change")


def _viewer(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _bind(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    viewer = _viewer(request)
    try:
        confirming.confirm(token=token, viewer=viewer, digest=request.POST.get("seen", ""), now=now)
    except MailOrderLink:
        raise
    except Refusal as refusal:
        if not isinstance(refusal, SenderUnknown | OtherSender):
            messages.warning(request, words_of(refusal))
        if isinstance(refusal, MailOrderChanged):
            return redirect("rooms:mail_order", token)
        found = confirming.look(token=token, viewer=viewer, now=now)
        return _page(request, found, now, status=refusal.status)
    return redirect("rooms:mail_order", token)


def _save(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    viewer = _viewer(request)
    typed = {name: request.POST[name] for name in _ASKED if name in request.POST}
    try:
        confirming.save(token=token, viewer=viewer, typed=typed, seen=_seen(request.POST), now=now)
    except OtherSender as refusal:
        found = confirming.look(token=token, viewer=viewer, now=now)
        found.draft.typed = {**found.draft.typed, **typed}  # on this page only
        return _page(request, found, now, change=True, status=refusal.status)
    return redirect("rooms:mail_order", token)


def _seen(posted: Mapping[str, str]) -> Money | None:
    """The price that the page showed."""
    minor, currency = posted.get("seen", ""), posted.get("currency", "")
    if currency not in CURRENCIES or not (minor.isascii() and minor.isdigit() and len(minor) <= _DIGITS_MAX):
        return None
    return Money(int(minor), currency)


def _page(
    request: HttpRequest, found: Look, now: datetime, *, change: bool = False, status: int = 200
) -> HttpResponse:
    order, draft = found.order, found.draft
    if draft.room_id is not None and (order is None or order.placed_at is not None):
        mine = found.sender is not None and found.sender == request.user
        done = {"order": order, "room": draft.room, "title": found.title, "mine": mine}
        return private(render(request, "rooms/mail_done.html", done, status=status))
    checked = found.check(now.date())
    context: dict[str, Any] = {"found": found, "draft": draft, **_absent(request, found)}
    begun = draft.room_id is not None
    if begun or not (checked.problems or change or found.refusal):
        return _summary(request, found, checked, context, status)
    forms = _forms(found, checked, now)
    notices = [checked.problems[name] for name in _NO_FIELD if name in checked.problems]
    if found.refusal is not None:
        notices.append(words_of(found.refusal))
    context |= {**forms, "notices": notices, "possible": found.listing and not found.refusal}
    return private(render(request, "rooms/mail_order.html", context, status=status))


def _forms(found: Look, checked: Checked, now: datetime) -> dict[str, Any]:
    """What was typed as the page's forms, each problem beside its field."""
    typed, listing = found.draft.typed, found.listing
    data = {name: typed.get(name, "") for name in DetailsForm.base_fields}
    data |= {"country": checked.details.country, "payment_plan": checked.details.payment_plan}
    details = DetailsForm(data, today=now.date(), seller=offering_listing(listing))
    price = listing.price if listing is not None else found.draft.price
    buy = BuyForm(
        {
            "quantity": checked.quantity or typed.get(form.QUANTITY, ""),
            "purchase": found.draft.pk,
            "seen": price.minor,
            "currency": price.currency,
        },
        listing=listing,
    )
    for page_form in (buy, details):
        for name in checked.problems.keys() & page_form.fields.keys():
            page_form.errors[name] = page_form.error_class([checked.problems[name]])
    if form.QUANTITY in checked.problems:  # it stands above the others
        for field in details.fields.values():
            field.widget.attrs.pop("autofocus", None)
        buy.fields["quantity"].widget.attrs["autofocus"] = True
    return {"buy": buy, "form": details}


def _summary(
    request: HttpRequest, found: Look, checked: Checked, context: dict[str, Any], status: int
) -> HttpResponse:
    """All that the button buys; once it was accepted in the room, what was agreed there."""
    if found.order is not None:
        order, lines = found.order, list(found.order.lines.all())
        seller, when_charged = order.seller_name, wording.when_charged(order)
    elif found.listing is not None:
        order, line = buying_views.preview(found.listing, checked.quantity)
        lines, seller = [line], found.listing.organisation.name
        when_charged = wording.when_kinds_are_charged({found.listing.kind})
    else:
        raise MailOrderLink
    context |= {"order": order, "lines": lines, "seller": seller, "when_charged": when_charged}
    context["details"] = checked.details
    return private(render(request, "rooms/mail_summary.html", context, status=status))


def _absent(request: HttpRequest, found: Look) -> dict[str, Any]:
    """Why the button is not there, and what to do about it."""
    viewer = _viewer(request)
    if isinstance(found.absent, OtherSender):
        return {"absent": "other", "sender": found.draft.sender}
    if found.absent is None:
        return {"absent": ""}
    if viewer is None:
        return {"absent": "sign_up", "sender": found.draft.sender}
    return {
        "absent": "confirm" if viewer.email.lower() == found.draft.sender else "add",
        "sender": found.draft.sender,
    }
