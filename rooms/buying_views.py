"""Pages of buying at the list price: a form, a summary, and the button that binds. Without JavaScript too."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog import attribution
from catalog import queries as catalog
from catalog.models import Listing
from catalog.refusals import SoldOut
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.money import AmountInvalid
from negotiation_hub.kernel.refusals import NotFound, NotPermitted, Refusal
from negotiation_hub.people import queries as people
from negotiation_hub.people.guests import AccountNeeded
from negotiation_hub.people.models import User
from orders import paying, wording
from orders.details_form import DetailsForm, as_data, as_initial, languages_of, offering_listing
from orders.facts import OrderDetails
from orders.models import Order, OrderLine
from orders.queries import known_details
from rooms import buying
from rooms.buying_forms import BuyForm, words_of
from rooms.queries import SameParty
from rooms.refusals import PriceChanged, PurchaseReused

_INVALID: Final = 422  # the page again, with what is wrong
# Nothing that is typed makes these go away: the form is shown without its buttons.
_FINAL: Final = (NotFound, SameParty, NotPermitted, AccountNeeded, PurchaseReused)


class PersonRequest(HttpRequest):
    """A request of a person who signed in."""

    user: User


@dataclass(slots=True)
class Page:
    """What was asked for, as forms."""

    request: PersonRequest
    listing_id: UUID
    listing: Listing | None
    buy: BuyForm
    form: DetailsForm
    later: bool  # the rest of the details is given on the order's page

    @property
    def valid(self) -> bool:
        """Whether both forms are right; each is looked at, so that all errors are said at once."""
        return all([self.buy.is_valid(), self.form.is_valid()])

    @property
    def details(self) -> OrderDetails:
        return self.form.details()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def buy(request: PersonRequest, listing_id: UUID) -> HttpResponse:
    """The whole form; sent, its summary; and from there the purchase itself."""
    page = _page(request, listing_id)
    if (refusal := _hindrance(page)) is not None:
        return _form(page, refusal)
    if request.method != "POST":
        return _form(page)
    step = request.POST.get("step", "")
    if not page.valid or step == "change":
        return _form(page)
    if (refusal := _price(page)) is not None:
        return _form(page, refusal)
    if step != "bind":
        return _summary(page)
    try:
        bought = buying.buy_now(
            actor=request.user, purchase=page.buy.made(listing_id), details=page.details, now=clock.now()
        )
    except Refusal as refusal:
        return _form(page, refusal)
    return onwards(request, bought)


def _page(request: PersonRequest, listing_id: UUID) -> Page:
    listing = catalog.listings_by_ids([listing_id]).get(listing_id)
    if listing is not None and listing.status != Listing.Status.PUBLISHED:
        listing = None  # whether there ever was one is nobody's business
    now, person = clock.now(), request.user
    seller = offering_listing(listing)
    known = OrderDetails()
    if not person.is_guest:
        known = known_details(person, people.acting_organisation(person).pk)
    if request.method != "POST":
        shown = as_initial(known, languages_of(request))
        shown["contact_name"] = known.contact_name or person.name
        form = DetailsForm(initial=shown, today=now.date(), seller=seller)
        return Page(request, listing_id, listing, BuyForm(listing=listing), form, later=False)
    later = "later" in request.POST
    form = DetailsForm(as_data(known, request.POST), today=now.date(), complete=not later, seller=seller)
    return Page(request, listing_id, listing, BuyForm(request.POST, listing=listing), form, later)


def _hindrance(page: Page) -> Refusal | None:
    """Why this person cannot buy this at all."""
    if page.listing is None:
        return NotFound()
    return buying.hindrance(page.request.user, page.listing)


def _price(page: Page) -> Refusal | None:
    """Whether the price is the one that was seen, and what it comes to possible."""
    listing = page.listing
    assert listing is not None  # noqa: S101 - looked at before
    purchase = page.buy.made(page.listing_id)
    if purchase.price != listing.price:
        return PriceChanged()
    if listing.stock is not None and listing.stock < purchase.quantity:
        return SoldOut()
    try:
        buying.gross(listing, purchase.quantity)
    except AmountInvalid as refusal:
        return refusal
    return None


def _form(page: Page, refusal: Refusal | None = None) -> HttpResponse:
    listing, notice, link = page.listing, "", ""
    wrong = page.request.method == "POST" and (refusal is not None or not page.valid)
    if isinstance(refusal, SoldOut):
        left = listing.stock if listing is not None else 0
        page.buy.add_error("quantity", _("No more than %(left)d can be bought now.") % {"left": left or 0})
    elif isinstance(refusal, AmountInvalid):
        page.buy.add_error("quantity", _(refusal.message))
    elif refusal is not None:
        notice = words_of(refusal)
    if isinstance(refusal, AccountNeeded):
        link = "rooms:guest_account"
    if isinstance(refusal, PriceChanged) and listing is not None:
        # What was typed stays; the price that is seen from now on is the new one.
        fresh = {**page.request.POST.dict(), "seen": listing.price_minor, "currency": listing.currency}
        page.buy = BuyForm(fresh, listing=listing)
    context = {
        "listing": listing,
        "buy": page.buy,
        "form": page.form,
        "notice": notice,
        "account": link,
        "possible": not isinstance(refusal, _FINAL),
    }
    status = refusal.status if isinstance(refusal, _FINAL) else _INVALID if wrong else 200
    return private(render(page.request, "rooms/buy.html", context, status=status))


def _summary(page: Page) -> HttpResponse:
    """All that will be bought, before it binds. Nothing is stored: the page carries what was typed."""
    listing, purchase = page.listing, page.buy.made(page.listing_id)
    assert listing is not None  # noqa: S101 - looked at before
    order, shown = preview(listing, purchase.quantity)
    # Emptied fields too: what is known of the buyer must not come back into them.
    carried = {field.html_name: field.value() for form in (page.buy, page.form) for field in form}
    if page.later:
        carried["later"] = "1"
    missing = [page.form[name].label for name in page.details.missing()]
    context: dict[str, Any] = {
        "listing": listing,
        "order": order,
        "lines": [shown],
        "details": page.details,
        "missing": missing,
        "carried": carried,
        "when_charged": wording.when_kinds_are_charged({listing.kind}),
    }
    return private(render(page.request, "rooms/buy_summary.html", context))


def preview(listing: Listing, quantity: int) -> tuple[Order, OrderLine]:
    """What a purchase would be as an order, which is not stored. Raises AmountInvalid."""
    line = buying.list_terms(listing, quantity).packages[0].lines[0]
    total = buying.gross(listing, quantity)
    order = Order(
        title=listing.title, currency=listing.currency, tax_basis="none", net=total, tax=0, gross=total
    )
    shown = OrderLine(
        title=line.title,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        total=total,
        kind=listing.kind,
    )
    return order, shown


def onwards(request: PersonRequest, bought: buying.Bought) -> HttpResponse:
    """To the payment of what was bought, or to what comes before it."""
    if bought.room.listing is not None:
        attribution.attribute(request.session, bought.room.pk, bought.room.listing, clock.now())
    order = bought.order
    if order is None:
        messages.info(
            request,
            _(
                "Your company asks for your second factor at this amount. The offer is on the table: please "
                "accept it here."
            ),
        )
        return redirect("rooms:room", room_id=bought.room.pk)
    if not bought.placed:
        messages.success(request, _("Agreed. Please complete the order: then it can be delivered."))
        return redirect("orders:order", order.pk)
    try:
        address = paying.payment_page(order, request.user, clock.now())
    except Refusal:
        address = None  # the provider is away: its page can be opened later
    return redirect(address) if address else redirect("orders:placed", order.pk)


def private(response: HttpResponse) -> HttpResponse:
    """A page that no cache keeps."""
    response["Cache-Control"] = "private, no-store"
    return response
