"""The seller's page of links: making, looking after, revoking."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog.queries import listings_by_ids
from negotiation_hub.kernel import clock, commit
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from rooms.guests import links
from rooms.guests.forms import LinkForm
from rooms.guests.refusals import LinksExhausted


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def guest_links(request: HttpRequest) -> HttpResponse:
    """The links of the organisations that one sells for, and a form for another one.

    The address of a fresh one is shown this once.
    """
    actor, now = _person(request), clock.now()
    organisations = links.sells_for(actor)
    if not organisations:
        raise NotFound
    form = LinkForm(
        request.POST or None, organisations=organisations, initial={"listing": request.GET.get("listing", "")}
    )
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made, context["fresh"] = links.make_link(
                actor=actor,
                listing_id=said["listing"].pk,
                label=said["label"],
                email=said["email"],
                days=said["days"],
                now=now,
            )
        except LinksExhausted as refusal:
            form.add_error(None, _(refusal.message))
        else:
            context["made"] = made
            form = LinkForm(organisations=organisations, initial={"listing": made.listing})
    rows = links.links_of(actor)
    listings = listings_by_ids(row.listing for row in rows)
    shown = [{"link": row, "state": row.state(now), "listing": listings.get(row.listing)} for row in rows]
    return render(request, "rooms/guests/links.html", {"form": form, "rows": shown, **context})


@login_required
@require_POST
def revoke(request: HttpRequest, link: UUID) -> HttpResponse:
    """Ends a link, and its guest's stay."""
    found = commit.retrying(links.revoke_link, actor=_person(request), link_id=link, now=clock.now())
    messages.success(request, _("The link for %(label)s lets nobody in any more.") % {"label": found.label})
    return redirect("rooms:guest_links")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before every caller
    return request.user
