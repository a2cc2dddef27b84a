"""Pages of files to download. They work without JavaScript, and looking changes nothing: a file is counted by
the button alone, so that programs that open links in mails use nothing up.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from negotiation_hub.kernel import clock, transfer
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people.models import User
from orders import queries, services
from orders.models import DownloadGrant
from orders.transfers import GrantGuard
from orders.views import person_of


@login_required
@require_http_methods(["GET", "POST"])
def download(request: HttpRequest, order_id: UUID, grant_id: UUID) -> HttpResponse:
    """A file of the order for the buyer's people: what it is; the button fetches it."""
    person = person_of(request)
    grant = services.grant_for(person, grant_id, order_id)
    return _serve(request, grant, person, reverse("orders:download", args=[order_id, grant_id]))


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The same by a mailed link, without signing in: whoever holds it acts as whom it was mailed to."""
    grant, person = services.grant_of_link(token=token, now=clock.now())
    return _serve(request, grant, person, reverse("orders:link", args=[token]))


@require_safe
def file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The bytes of a download that was counted, whole or in stretches, for some hours."""
    fetched = services.fetch(token=token, now=clock.now())
    guard = GrantGuard(fetched.grant_id)
    if fetched.copy is not None:
        return transfer.copy(request, fetched.copy, fetched.name, fetched.file.media_type, guard)
    return transfer.attachment(request, fetched.file, fetched.name, guard)


@login_required
@require_POST
def release(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The seller releases what is there, and renews what has run out."""
    try:
        made = services.release_files(order_id=order_id, actor=person_of(request), now=clock.now())
    except services.FilesMissing as refusal:
        messages.warning(request, _(refusal.message))
        return redirect("orders:order", order_id)
    if made:
        text = ngettext(
            "%(count)d file is released, and the buyer has a mail.",
            "%(count)d files are released, and the buyer has a mail.",
            len(made),
        )
        messages.success(request, text % {"count": len(made)})
    else:
        messages.info(request, _("Everything is released already."))
    return redirect("orders:order", order_id)


def _serve(request: HttpRequest, grant: DownloadGrant, person: User, target: str) -> HttpResponse:
    now = clock.now()
    refusal = services.refusal_of(grant, now)
    if request.method == "POST":
        try:
            token = services.take_download(grant_id=grant.pk, actor=person, now=now)
        except Refusal as raised:
            refusal = raised
        else:
            return redirect("orders:file", token)
    mine = isinstance(request.user, User) and bool(queries.sides_of(grant.order, request.user))
    taken = grant.downloads.count()
    context: dict[str, Any] = {
        "grant": grant,
        "order": grant.order,
        "refusal": refusal,
        "left": max(0, grant.downloads_max - taken),
        "mine": mine,
        "target": target,
    }
    response = render(request, "orders/download.html", context, status=refusal.status if refusal else 200)
    response["Cache-Control"] = "private, no-store"
    return response
