"""Pages of what needs no parcel: files to download, and work that is reported, received or asked to be
changed. They work without JavaScript, and looking changes nothing: a file is counted by the button alone, so
that programs that open links in mails use nothing up.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people.models import User
from orders import queries, services
from orders.forms import ChangesForm
from orders.models import DownloadGrant
from orders.views import STATUS_INVALID, order_page, person_of


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
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The bytes of a download that was counted, for a few minutes."""
    fetched = services.fetch(token=token, now=clock.now())
    # Served as bytes to be kept and nothing else: whatever a seller sold must not act on this site.
    response = HttpResponse(fetched.data, content_type=fetched.media_type)
    response["Content-Disposition"] = content_disposition_header(True, fetched.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


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


@login_required
@require_POST
def report(request: HttpRequest, order_id: UUID, work_id: UUID) -> HttpResponse:
    """The seller has done the work."""
    services.report_work(work_id=work_id, actor=person_of(request), now=clock.now())
    messages.success(request, _("Reported. The buyer has a mail and looks at it."))
    return redirect("orders:order", order_id)


@login_required
@require_POST
def receive(request: HttpRequest, order_id: UUID, work_id: UUID) -> HttpResponse:
    """The buyer has what was to be done."""
    services.receive_work(work_id=work_id, actor=person_of(request), now=clock.now())
    messages.success(request, _("Thank you. The work is received."))
    return redirect("orders:order", order_id)


@login_required
@require_POST
def changes(request: HttpRequest, order_id: UUID, work_id: UUID) -> HttpResponse:
    """The buyer wants something to be different."""
    person = person_of(request)
    found = queries.order_for(person, order_id)
    form = ChangesForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.request_changes(work_id=work_id, actor=person, reason=reason, now=clock.now())
        except services.ReasonMissing as refusal:
            form.add_error("reason", _(refusal.message))
        else:
            messages.success(request, _("The seller has a mail with what should be different."))
            return redirect("orders:order", order_id)
    return order_page(request, found, status=STATUS_INVALID, changes_form=form, changes_of=work_id)


@login_required
@require_POST
def resend(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The buyer's confirmation once more."""
    try:
        services.resend_confirmation(order_id=order_id, actor=person_of(request), now=clock.now())
    except services.ConfirmationTooSoon as refusal:
        messages.info(request, _(refusal.message))
    else:
        messages.success(request, _("The confirmation is on its way to you by mail."))
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
