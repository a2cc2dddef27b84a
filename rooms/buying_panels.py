"""What a listing's page shows of buying at the list price."""

from typing import Any

from catalog.hooks import Panel
from catalog.models import Listing
from negotiation_hub.kernel import clock
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User
from orders.details_form import NEEDED, DetailsForm, as_initial, offering_listing
from orders.queries import known_details
from rooms.buying_forms import BuyForm


def buy(listing: Listing, viewer: User | None) -> Panel | None:
    """The order form for who may buy, asking only what is not known; a word for who may not yet."""
    if listing.status != Listing.Status.PUBLISHED or listing.sold_out:
        return None
    context: dict[str, Any] = {"listing": listing}
    if viewer is None:
        return Panel("rooms/buy_panel.html", {**context, "way": "sign_in"})
    if people.membership(viewer, listing.organisation_id) is not None:
        return None
    if viewer.is_guest:
        return Panel("rooms/buy_panel.html", {**context, "way": "guest"})
    buyer = people.acting_organisation(viewer)
    if not people.may_buy(people.membership(viewer, buyer.pk)):
        return Panel("rooms/buy_panel.html", {**context, "way": "no_role", "buyer": buyer})
    known = known_details(viewer, buyer.pk)
    form = DetailsForm(
        initial={"contact_name": viewer.name, **_given(as_initial(known, viewer.language))},
        today=clock.now().date(),
        seller=offering_listing(listing),
        auto_id="buy_%s",
    )
    asked = [form[name] for name in NEEDED] if known.missing() else []
    asked += [form["pick_up"]] if form.places else []
    found = {**context, "way": "form", "asked": asked, "address_known": not known.missing(), "details": known}
    return Panel("rooms/buy_panel.html", {**found, "buy": BuyForm(listing=listing, auto_id="buy_%s")})


def _given(initial: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in initial.items() if value}
