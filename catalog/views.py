"""Pages of the catalogue. They work without JavaScript."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from catalog import arrivals, downloads, hooks, queries, services, storefronts
from catalog.forms import FilesForm, ListingForm, StorefrontForm
from catalog.models import Listing
from catalog.refusals import StockChanged
from catalog.structured import organisation, page_of, product
from negotiation_hub.kernel import clock, files
from negotiation_hub.kernel.limits import SEARCH_CHARS_MAX
from negotiation_hub.kernel.refusals import NotFound, NotPermitted, Refusal
from negotiation_hub.kernel.render import render_message, to_text
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
    """What is on offer, newest first, or what holds the words asked for, best first."""
    words, kind = request.GET.get("q", "")[:SEARCH_CHARS_MAX], request.GET.get("kind", "")
    page = queries.published(after=request.GET.get("after"), words=words, kind=kind)
    context = {"page": page, "words": words, "kind": kind, "kinds": Listing.Kind.choices}
    return render(request, "catalog/listings.html", context)


@login_required
@require_GET
def my_listings(request: HttpRequest) -> HttpResponse:
    """What the person's organisation has put up."""
    seller = people.acting_organisation(_person(request))
    page = queries.listings_of(seller.pk, after=request.GET.get("after"))
    may_sell = people.may_sell(people.membership(_person(request), seller.pk))
    return render(request, "catalog/mine.html", {"page": page, "seller": seller, "may_sell": may_sell})


@require_safe
def listing(request: HttpRequest, listing: UUID, slug: str) -> HttpResponse:
    """One listing, with a way into a room about it."""
    viewer = _viewer(request)
    found = queries.listing_for(viewer, listing)
    ours = people.membership(viewer, found.organisation_id) if viewer else None
    arrivals.note_arrival(request, found)
    if slug != found.slug:
        return redirect(found, permanent=found.status == Listing.Status.PUBLISHED)
    context = {
        "listing": found,
        "pictures": list(found.pictures.all()),
        "description": render_message(found.description),
        "plain": to_text(found.description),
        "json_ld": product(found, request.build_absolute_uri),
        "may_edit": people.may_sell(ours),
        "is_ours": ours is not None,
        "files": queries.files_of(found.pk) if found.kind == Listing.Kind.INFORMATION else [],
        "panels": hooks.panels_for(found, viewer, request),
        "ways": hooks.ways_to(found, viewer, request),
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
    form.show_reserved(queries.reserved(found))
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.edit_listing(
                actor=person, listing_id=found.pk, now=clock.now(), **form.content()
            )
        except StockChanged as refusal:
            found.refresh_from_db(fields=["stock"])
            form.show_stock(found.stock)
            form.add_error("stock", _(refusal.message))
        except Refusal as refusal:
            form.add_error(_field_of(refusal), _(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect(changed)
    return _edit_page(request, found, form, FilesForm())


@login_required
@require_POST
def add_files(request: HttpRequest, listing: UUID) -> HttpResponse:
    """Adds files that the buyer of an information listing gets; those before a refused one stay."""
    person = _person(request)
    found = queries.listing_for(person, listing)
    queries.require_editor(person, found)
    form = FilesForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            for file in form.cleaned_data["uploads"]:
                downloads.add_upload(
                    actor=person,
                    listing_id=found.pk,
                    source=file.file,
                    name=file.name,
                    now=clock.now(),
                    stamp=form.cleaned_data["stamp"],
                )
        except Refusal as refusal:
            form.add_error("uploads", f"{file.name}: {_(refusal.message)}")
        else:
            messages.success(request, _("The files are stored."))
            return redirect("catalog:edit", listing=found.pk)
    return _edit_page(request, found, ListingForm(initial=_initial(found)), form)


@login_required
@require_POST
def remove_file(request: HttpRequest, file: UUID) -> HttpResponse:
    """Takes a file off its listing."""
    listing = downloads.remove_file(actor=_person(request), file_id=file)
    return redirect("catalog:edit", listing=listing.pk)


@require_safe
def seller(request: HttpRequest, slug: str) -> HttpResponse:
    """A seller's page: their words, what they have on offer, and what others know of them."""
    found = queries.seller(_viewer(request), slug)
    kind = request.GET.get("kind", "")
    after = request.GET.get("after")
    storefront = found.storefront
    context = {
        "seller": found.organisation,
        "ours": found.ours,
        "is_ours": found.is_member,
        "storefront": storefront,
        "story": render_message(storefront.story) if storefront else "",
        "policies": render_message(storefront.policies) if storefront else "",
        "plain": to_text(storefront.story) if storefront else "",
        "page": queries.public_listings_of(found.organisation.pk, after=after, kind=kind),
        "kind": kind,
        "kinds": Listing.Kind.choices,
        "panels": hooks.panels_of(found.organisation, request),
        "json_ld": organisation(
            found.organisation, storefront.story if storefront else "", request.build_absolute_uri
        ),
    }
    return render(request, "catalog/seller.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def edit_seller(request: HttpRequest, slug: str) -> HttpResponse:
    """Writes a seller's page."""
    person = _person(request)
    shown = people.organisation_by_slug(slug)
    storefronts.require_writer(person, shown)
    written = queries.storefront_of(shown.pk)
    names = ("story", "policies", "contact", "published")
    form = StorefrontForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(written, name) for name in names} if written else {"published": True},
    )
    if request.method == "POST" and form.is_valid():
        try:
            storefronts.write_storefront(
                actor=person, organisation=shown, now=clock.now(), **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error(None, _(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect(page_of(shown))
    return render(request, "catalog/seller_form.html", {"form": form, "seller": shown})


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


def _edit_page(
    request: HttpRequest, found: Listing, form: ListingForm, files_form: FilesForm
) -> HttpResponse:
    context = {
        "form": form,
        "files_form": files_form,
        "listing": found,
        "pictures": list(found.pictures.all()),
        "files": queries.files_of(found.pk),
    }
    return render(request, "catalog/listing_form.html", context)


def _form(request: HttpRequest, listing: Listing | None = None) -> ListingForm:
    if request.method == "POST":
        return ListingForm(request.POST, request.FILES)
    return ListingForm(initial=_initial(listing) if listing else None)


def _initial(listing: Listing) -> dict[str, object]:
    return {
        "title": listing.title,
        "kind": listing.kind,
        "price": plain_amount(listing.price),
        "currency": listing.currency,
        "floor": plain_amount(listing.floor),
        "stock": listing.stock,
        "description": listing.description,
    }


def _field_of(refusal: Refusal) -> str | None:
    fields = {
        "picture": "pictures",
        "amount": "price",
        "currency": "currency",
        "listing.title": "title",
        "listing.description": "description",
        "listing.floor": "floor",
        "listing.stock": "stock",
        "listing.stock_changed": "stock",
    }
    return fields.get(refusal.code) or fields.get(refusal.code.split(".")[0])


def _viewer(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) and request.user.is_authenticated else None


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before every caller
    return request.user
