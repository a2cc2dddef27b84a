"""Pages of campaigns, for the seller's sales staff and managers. They work without JavaScript."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import campaign as machine
from catalog import campaigns, links, queries_campaigns
from catalog.campaign_forms import CampaignForm
from catalog.campaign_mails import Letter
from catalog.campaign_models import Campaign
from catalog.refusals import CampaignState
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User

_STATUS_INVALID = 422  # the page again, with what is wrong


class PersonRequest(HttpRequest):
    """A request of a person who signed in."""

    user: User


@login_required
@require_safe
def campaign_list(request: PersonRequest) -> HttpResponse:
    """The organisation's campaigns, and how many people read them."""
    seller = people.acting_organisation(request.user)
    queries_campaigns.require_seller(request.user, seller.pk)
    rows, more = queries_campaigns.campaigns_of(seller.pk, before=_moment(request.GET.get("before", "")))
    context = {
        "seller": seller,
        "campaigns": rows,
        "before": more.isoformat() if more else "",
        "subscribers": queries_campaigns.subscribers_by_status(seller.pk),
    }
    return render(request, "catalog/campaigns.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: PersonRequest) -> HttpResponse:
    """Writes a new campaign."""
    seller = people.acting_organisation(request.user)
    queries_campaigns.require_seller(request.user, seller.pk)
    form = CampaignForm(request.POST or None, organisation_id=seller.pk, initial={"id": uuid4()})

    def make() -> Campaign:
        return campaigns.create_campaign(
            actor=request.user,
            organisation=seller,
            words=form.words(),
            campaign_id=form.cleaned_data["id"],
            now=clock.now(),
        )

    return _written(request, form, make) or _form_page(request, form, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, campaign: UUID) -> HttpResponse:
    """Changes a draft."""
    found = queries_campaigns.campaign_for(request.user, campaign)
    if found.status != machine.Status.DRAFT:
        raise CampaignState
    known = {"subject": found.subject, "text": found.text, "listing": found.listing_id}
    form = CampaignForm(request.POST or None, organisation_id=found.organisation_id, initial=known)

    def change() -> Campaign:
        return campaigns.edit_campaign(
            actor=request.user, campaign_id=found.pk, words=form.words(), now=clock.now()
        )

    return _written(request, form, change) or _form_page(request, form, found)


@login_required
@require_safe
def show(request: PersonRequest, campaign: UUID) -> HttpResponse:
    """One campaign: the mail as its readers see it, how far it is, and what came of it."""
    found = queries_campaigns.campaign_for(request.user, campaign)
    leads_to = request.build_absolute_uri(links.destination(found.organisation, found.listing))
    letter = Letter(found)
    context = {
        "campaign": found,
        "results": queries_campaigns.results_of(found),
        "readers": queries_campaigns.confirmed_of(found.organisation_id).count(),
        "can": {event for event in machine.EVENTS if machine.after(event, found.status)},
        "plain": letter.text(leads_to, leads_to.partition("?")[0]),
        **letter.context(leads_to, ""),
    }
    return render(request, "catalog/campaign.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: PersonRequest, campaign: UUID) -> HttpResponse:
    """Asks once more, with the number of those who will get it, then sends."""
    found = queries_campaigns.campaign_for(request.user, campaign)
    if request.method == "POST":
        seen = request.POST.get("revision", "")
        campaigns.send_campaign(
            actor=request.user,
            campaign_id=found.pk,
            revision=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0,  # noqa: PLR2004
            now=clock.now(),
        )
        return redirect("catalog:campaign", campaign=found.pk)
    if found.status != machine.Status.DRAFT:
        return redirect("catalog:campaign", campaign=found.pk)
    readers = queries_campaigns.confirmed_of(found.organisation_id).count()
    return render(request, "catalog/campaign_send.html", {"campaign": found, "readers": readers})


@login_required
@require_POST
def pause(request: PersonRequest, campaign: UUID) -> HttpResponse:
    """Holds it."""
    campaigns.pause_campaign(actor=request.user, campaign_id=campaign, now=clock.now())
    return redirect("catalog:campaign", campaign=campaign)


@login_required
@require_POST
def resume(request: PersonRequest, campaign: UUID) -> HttpResponse:
    """Lets it go on."""
    campaigns.resume_campaign(actor=request.user, campaign_id=campaign, now=clock.now())
    return redirect("catalog:campaign", campaign=campaign)


@login_required
@require_POST
def cancel(request: PersonRequest, campaign: UUID) -> HttpResponse:
    """Ends it."""
    campaigns.cancel_campaign(actor=request.user, campaign_id=campaign, now=clock.now())
    messages.info(request, _("The campaign is canceled. Whoever has no mail yet gets none."))
    return redirect("catalog:campaign", campaign=campaign)


def _written(request: HttpRequest, form: CampaignForm, write: Callable[[], Campaign]) -> HttpResponse | None:
    """What a form that was sent leads to; None when it is to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        made = write()
    except Refusal as refusal:
        field = refusal.code.rpartition(".")[2]
        form.add_error(field if field in form.fields else None, _(refusal.message))
        return None
    messages.success(request, _("Saved."))
    return redirect("catalog:campaign", campaign=made.pk)


def _form_page(request: HttpRequest, form: CampaignForm, found: Campaign | None) -> HttpResponse:
    status = _STATUS_INVALID if request.method == "POST" else 200
    return render(request, "catalog/campaign_form.html", {"form": form, "campaign": found}, status=status)


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
