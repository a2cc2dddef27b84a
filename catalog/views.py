"""Pages of the catalogue. They work without JavaScript."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from catalog import queries, services
from catalog.forms import ListingForm
from catalog.models import Listing
from catalog.structured import product
from negotiation_hub.kernel import clock, files
from negotiation_hub.kernel.refusals import NotFound, NotPermitted, Refusal
from negotiation_hub.kernel.render import render_message
from negotiation_hub.kernel.templatetags.money import plain_amount
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User

_YEAR_S = 31_536_000


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first minute: something real to negotiate about, and people to be."""
    found = queries.worth_showing(limit=5)
    return render(request, "home.html", {"first": next(iter(found), None), "rest": found[1:]})


@require_safe
def listings(request: HttpRequest) -> HttpResponse:
    """What is on offer, newest first, or what holds the words asked for."""
    words, kind = request.GET.get("q", "")[:200], request.GET.get("kind", "")
    page = queries.published(after=_uuid(request.GET.get("after")), words=words, kind=kind)
    context = {"page": page, "words": words, "kind": kind, "kinds": Listing.Kind.choices}
    return render(request, "catalog/listings.html", context)


@login_required
@require_GET
def my_listings(request: HttpRequest) -> HttpResponse:
    """What the person's organisation has put up."""
    seller = people.acting_organisation(_person(request))
    page = queries.listings_of(seller.pk, after=_uuid(request.GET.get("after")))
    may_sell = people.may_sell(people.membership(_person(request), seller.pk))
    return render(request, "catalog/mine.html", {"page": page, "seller": seller, "may_sell": may_sell})


@require_safe
def listing(request: HttpRequest, listing: UUID, slug: str) -> HttpResponse:
    """One listing, with a way into a room about it."""
    viewer = _viewer(request)
    found = queries.listing_for(viewer, listing)
    ours = people.membership(viewer, found.organisation_id) if viewer else None
    if slug != found.slug:
        return redirect(found, permanent=found.status == Listing.Status.PUBLISHED)
    context = {
        "listing": found,
        "pictures": list(found.pictures.all()),
        "description": render_message(found.description),
        "json_ld": product(found, request.build_absolute_uri),
        "may_edit": people.may_sell(ours),
        "is_ours": ours is not None,
    }
    return render(request, "catalog/listing.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Puts something up."""
    person = _person(request)
    if not people.may_sell(people.membership(person, people.acting_organisation(person).pk)):
        raise NotPermitted(_("Sales staff and managers put things up for their company."))
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_listing(
                actor=person, draft="draft" in request.POST, now=clock.now(), **form.content()
            )
        except Refusal as refusal:
            form.add_error(_field_of(refusal), _(refusal.message))
        else:
            messages.success(
                request, _("Saved as a draft.") if made.status == "draft" else _("Your listing is public.")
            )
            return redirect(made)
    return render(request, "catalog/listing_form.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, listing: UUID) -> HttpResponse:
    """Changes what a listing says, and adds pictures."""
    person = _person(request)
    found = queries.listing_for(person, listing)
    queries.require_editor(person, found)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.edit_listing(
                actor=person, listing_id=found.pk, now=clock.now(), **form.content()
            )
        except Refusal as refusal:
            form.add_error(_field_of(refusal), _(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect(changed)
    context = {"form": form, "listing": found, "pictures": list(found.pictures.all())}
    return render(request, "catalog/listing_form.html", context)


@login_required
@require_POST
def publish(request: HttpRequest, listing: UUID) -> HttpResponse:
    """Shows a listing to everyone."""
    changed = services.publish_listing(actor=_person(request), listing_id=listing, now=clock.now())
    messages.success(request, _("Your listing is public."))
    return redirect(changed)


@login_required
@require_POST
def archive(request: HttpRequest, listing: UUID) -> HttpResponse:
    """Puts a listing away."""
    services.archive_listing(actor=_person(request), listing_id=listing, now=clock.now())
    messages.success(request, _("Archived. Nobody finds it any more; what was negotiated stays."))
    return redirect("catalog:mine")


@login_required
@require_POST
def remove_picture(request: HttpRequest, picture: UUID) -> HttpResponse:
    """Takes a picture off its listing."""
    listing = services.remove_picture(actor=_person(request), picture_id=picture)
    return redirect("catalog:edit", listing=listing.pk)


@require_safe
def picture(request: HttpRequest, picture: UUID, size: str) -> HttpResponse:
    """A picture's bytes. They never change under one address, so whoever has them need not ask again."""
    found = queries.picture(picture)
    if size not in {"full", "small"}:
        raise NotFound
    public = found.listing.status == Listing.Status.PUBLISHED
    # Asking who is there would make the answer depend on the session, and keep public caches from it.
    if not public and not queries.may_see(_viewer(request), found.listing):
        raise NotFound
    file = found.file if size == "full" else found.thumbnail
    response = HttpResponse(files.read(file), content_type=file.media_type)
    response["Cache-Control"] = f"{'public' if public else 'private'}, max-age={_YEAR_S}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _form(request: HttpRequest, listing: Listing | None = None) -> ListingForm:
    if request.method == "POST":
        return ListingForm(request.POST, request.FILES)
    if listing is None:
        return ListingForm()
    return ListingForm(
        initial={
            "title": listing.title,
            "kind": listing.kind,
            "price": plain_amount(listing.price),
            "currency": listing.currency,
            "description": listing.description,
        }
    )


def _field_of(refusal: Refusal) -> str | None:
    fields = {"picture": "pictures", "amount": "price", "currency": "currency"}
    known = fields.get(refusal.code.split(".")[0]) or {"listing.title": "title"}.get(refusal.code)
    return "description" if refusal.code == "listing.description" else known


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _viewer(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) and request.user.is_authenticated else None


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before every caller
    return request.user
