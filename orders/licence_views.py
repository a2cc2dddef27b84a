"""The seller's page of a listing's licence keys. It works without JavaScript."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from catalog import queries as catalog
from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.refusals import NotFound, NotPermitted, Refusal
from orders import services
from orders.views import STATUS_INVALID, person_of

_TEXT_CHARS_MAX = limits.LICENCE_KEYS_AT_ONCE_MAX * (limits.LICENCE_KEY_CHARS_MAX + 2)


class KeysForm(forms.Form):
    """Licence keys, pasted."""

    keys = forms.CharField(
        label=gettext_lazy("Add licence keys"),
        max_length=_TEXT_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line, at most 1,000 at once. Each is given to one buyer. They are kept sealed: only who"
            " gets one is shown it whole."
        ),
    )


@login_required
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """How many there are, and a form for more."""
    person = person_of(request)
    form = KeysForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = STATUS_INVALID
        if form.is_valid():
            text = form.cleaned_data["keys"]
            try:
                added = services.add_keys(actor=person, listing_id=listing_id, text=text, now=clock.now())
            except (NotFound, NotPermitted):
                raise
            except Refusal as refusal:
                form.add_error("keys", _(refusal.message))
            else:
                new = ngettext("%(count)d key is added.", "%(count)d keys are added.", added.new)
                messages.success(request, new % {"count": added.new})
                if added.known:
                    known = ngettext(
                        "%(count)d was there already.", "%(count)d were there already.", added.known
                    )
                    messages.info(request, known % {"count": added.known})
                return redirect("orders:licence_keys", listing_id)
    context = {
        "form": form,
        "listing": catalog.listing_for(person, listing_id),
        "pool": services.pool(person, listing_id),
    }
    response = render(request, "orders/licence_keys.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
