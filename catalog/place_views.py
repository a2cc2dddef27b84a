"""The seller's pages about the places where goods lie. They work without JavaScript."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import places
from catalog.models import Listing, Place
from catalog.place_forms import CountForm, PlaceForm
from catalog.refusals import PlaceInvalid
from catalog.storefronts import require_writer
from negotiation_hub.kernel import clock, countries
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Organisation, User

_INVALID = 422
_LISTED_MAX = 200  # listings on the page that counts: more are counted over REST


@login_required
@require_safe
def place_list(request: HttpRequest) -> HttpResponse:
    """The places of the person's organisation."""
    seller = _seller(request)
    return render(request, "catalog/places.html", {"seller": seller, "places": places.places_of(seller.pk)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Adds a place."""
    seller = _seller(request)
    initial = {
        "language": (get_language() or "en").split("-")[0],
        "country": countries.suggested(_languages(request)),
    }
    form = PlaceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = _saved(request, seller, form, form.place_id())
        if saved is not None:
            messages.success(request, _("Saved. Say here how many pieces lie there."))
            return redirect("catalog:place", saved.pk)
    context = {"seller": seller, "form": form}
    return render(request, "catalog/place_form.html", context, status=_INVALID if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, place: UUID) -> HttpResponse:
    """Changes what is known of a place."""
    found = places.place_of(_person(request), place)
    form = PlaceForm(request.POST if request.method == "POST" else None, initial=places.as_initial(found))
    posted = request.method == "POST" and form.is_valid()
    if posted and _saved(request, found.organisation, form, found.pk) is not None:
        messages.success(request, _("Saved."))
        return redirect("catalog:place", found.pk)
    context = {"seller": found.organisation, "form": form, "place": found}
    return render(request, "catalog/place_form.html", context, status=_INVALID if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, place: UUID) -> HttpResponse:
    """A place with what lies there; sent, the seller's count."""
    found = places.place_of(_person(request), place)
    goods = Listing.objects.filter(organisation=found.organisation, kind=Listing.Kind.GOODS)
    listings = list(goods.exclude(status=Listing.Status.ARCHIVED).order_by("-pk")[:_LISTED_MAX])
    form = CountForm(
        request.POST if request.method == "POST" else None,
        listings=listings,
        counted=places.counted_at(found),
    )
    if request.method == "POST" and form.is_valid():
        try:
            places.count_at(
                actor=_person(request),
                place_id=found.pk,
                counts=form.counts(),
                for_sale=form.cleaned_data["for_sale"] == "yes",
                now=clock.now(),
            )
        except (Refusal, ValidationError) as refusal:
            words = refusal.message if isinstance(refusal, Refusal) else " ".join(refusal.messages)
            form.add_error(None, _(words))
        else:
            messages.success(request, _("Saved."))
            return redirect("catalog:place", found.pk)
    context = {
        "seller": found.organisation,
        "place": found,
        "form": form,
        "land": countries.name(found.country),
    }
    return render(request, "catalog/place.html", context, status=_INVALID if form.errors else 200)


@login_required
@require_POST
def close(request: HttpRequest, place: UUID) -> HttpResponse:
    """Nothing is picked there any more."""
    places.close_place(actor=_person(request), place_id=place, now=clock.now())
    messages.success(request, _("Closed. Nothing new is picked there."))
    return redirect("catalog:places")


def _saved(request: HttpRequest, seller: Organisation, form: PlaceForm, place_id: UUID) -> Place | None:
    """The place, or None when the form now says what is wrong."""
    try:
        return places.save_place(
            actor=_person(request),
            organisation=seller,
            place_id=place_id,
            facts=form.facts(),
            now=clock.now(),
        )
    except PlaceInvalid as refusal:
        form.add_error(refusal.field, _(refusal.message))
    except Refusal as refusal:
        form.add_error(None, _(refusal.message))
    return None


def _seller(request: HttpRequest) -> Organisation:
    """The organisation that the person sells for. Raises NotPermitted."""
    seller = people.acting_organisation(_person(request))
    require_writer(_person(request), seller)
    return seller


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before every caller
    return request.user


def _languages(request: HttpRequest) -> str:
    return request.headers.get("Accept-Language", "")
