"""Pages for those who read a seller's news: subscribing, confirming, leaving, and a campaign's link.

None asks anybody to sign in. What a mail scanner opens changes nothing: a button does.
"""

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from catalog import arrivals, links, queries, subscriptions
from catalog.campaign_models import Campaign
from catalog.refusals import SubscriptionEmail, SubscriptionLink, SubscriptionsTooMany
from catalog.subscription import Status
from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.rate import Rate
from negotiation_hub.people.models import User

_asked: Final = Rate(limits.ASKS_PER_CLIENT_H, limits.ASKS_PER_CLIENT_H, period_s=3600)


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody wants a seller's news. The answer does not tell whether they get them already."""
    viewer = request.user if isinstance(request.user, User) else None
    organisation = queries.seller(viewer, slug).organisation
    if request.method != "POST":
        return redirect("catalog:seller", slug=slug)
    client = arrivals.client_of(request)
    # Every form counts, whatever becomes of it: else counting would tell who is on the list.
    if (wait_ms := _asked.take(client)) > 0:
        raise SubscriptionsTooMany(retry_after_ms=wait_ms)
    try:
        subscriptions.ask(
            organisation=organisation,
            email=request.POST.get("email", ""),
            language=get_language() or "en",
            source=request.path,
            client=client,
            now=clock.now(),
        )
    except SubscriptionEmail as refusal:
        messages.error(request, _(refusal.message))
    else:
        messages.success(
            request,
            _("If this address is not on the list yet, a mail with a link to confirm is on its way to it."),
        )
    return redirect("catalog:seller", slug=slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail: it shows a button, and the button confirms."""
    now = clock.now()
    if request.method == "POST":
        found = subscriptions.confirm(
            token=token, source=request.path[:60], client=arrivals.client_of(request), now=now
        )
    else:
        found = subscriptions.subscriber_of_link(token=token, now=now)
    done = found.status == Status.CONFIRMED
    return render(request, "catalog/news_confirm.html", {"subscriber": found, "done": done})


@csrf_exempt  # mail programs post here by themselves (RFC 8058): the token says who leaves, and nothing else
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """The way out of every mail: a page with a button, or one POST."""
    now = clock.now()
    if request.method == "POST":
        found = subscriptions.leave(
            token=token, source=request.path[:60], client=arrivals.client_of(request), now=now
        )
    else:
        found = subscriptions.subscriber_of_mail(token=token, now=now)
    done = found.status not in {Status.CONFIRMED, Status.UNCONFIRMED}
    return render(request, "catalog/news_leave.html", {"subscriber": found, "done": done})


@never_cache
@require_safe
def click(request: HttpRequest, token: str) -> HttpResponse:
    """A campaign's link: counts the visit where that is welcome, and leads on in any case."""
    said = links.read_click(token, clock.now())
    rows = Campaign.objects.select_related("organisation", "listing")
    campaign = rows.filter(pk=said.campaign).first()
    if campaign is None:
        raise SubscriptionLink
    arrivals.note_click(request, campaign)
    utm = {
        "utm_source": arrivals.OUR_UTM_SOURCE,
        "utm_medium": "email",
        "utm_campaign": str(campaign.pk),
    }
    return redirect(f"{links.destination(campaign.organisation, campaign.listing)}?{urlencode(utm)}")
