"""Pages about oneself, and the demo's doors."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from negotiation_hub.kernel import clock, commit
from negotiation_hub.kernel.refusals import Malformed, NotFound, Refusal
from negotiation_hub.people import demo, queries, services
from negotiation_hub.people.forms import OrganisationForm, ProfileForm
from negotiation_hub.people.models import User


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name and language, organisations, tokens."""
    user = _person(request)
    form = ProfileForm(request.POST or None, initial=_stored(user))
    if request.method == "POST" and form.is_valid():
        services.change_profile(actor=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("people:profile")
    return render(request, "people/profile.html", {"form": form, **_about(user)})


@login_required
@require_POST
@never_cache
def create_token(request: HttpRequest) -> HttpResponse:
    """Shows a fresh token, this once."""
    user = _person(request)
    text = services.issue_token(user=user, label=request.POST.get("label", "").strip(), now=clock.now())
    form = ProfileForm(initial=_stored(user))
    return render(request, "people/profile.html", {"form": form, "fresh_token": text, **_about(user)})


@login_required
@require_POST
def revoke_token(request: HttpRequest, token: UUID) -> HttpResponse:
    """Ends a token."""
    services.revoke_token(actor=_person(request), token_id=token)
    messages.success(request, _("The token is no longer good."))
    return redirect("people:profile")


@login_required
@require_http_methods(["GET", "POST"])
def create_organisation(request: HttpRequest) -> HttpResponse:
    """A new company, managed by whoever makes it."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = services.create_organisation(
            actor=_person(request), name=form.cleaned_data["name"], now=clock.now()
        )
        messages.success(request, _("You are the manager of %(name)s.") % {"name": made.name})
        return redirect("people:profile")
    return render(request, "people/organisation_form.html", {"form": form})


def _stored(user: User) -> dict[str, str]:
    return {"name": user.name, "language": user.language}


def _about(user: User) -> dict[str, Any]:
    return {"memberships": queries.memberships_of(user), "tokens": queries.tokens_of(user)}


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before every caller
    return request.user


# --- the demo


@csrf_exempt
@require_POST
@never_cache
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in as a demo person: JSON from programs, which get a token, or one click on a page of ours.

    A page elsewhere can send a form but not JSON, which its browser would ask us about first: only the form
    needs the CSRF token.
    """
    if not settings.DEMO:
        raise NotFound
    if request.content_type == "application/json":
        return _sign_in_program(request)
    return _sign_in_by_click(request)


def _sign_in_program(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    try:
        user = demo.user_of(_asked_person(request), now=now)
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    with commit.transact():
        demo.sign_in(request, user)
        token = services.issue_token(user=user, label="demo", now=now)
    return JsonResponse({"token": token})


def _asked_person(request: HttpRequest) -> str:
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise Malformed(_("This is not JSON.")) from error
    person = body.get("person") if isinstance(body, dict) else None
    if not isinstance(person, str):
        raise Malformed(_('Say who: {"person": "buyer"}.'))
    return person


@csrf_protect
def _sign_in_by_click(request: HttpRequest) -> HttpResponse:
    user = demo.user_of(request.POST.get("person", ""), now=clock.now())
    demo.sign_in(request, user)
    return redirect(safe_next(request))


def safe_next(request: HttpRequest) -> str:
    """Where the posted `next` leads, if that is a page of ours; else home."""
    target = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if here else resolve_url("home")


@require_GET
def demo_both(request: HttpRequest) -> HttpResponse:
    """Buyer and seller side by side, each in a frame whose address says who it is."""
    if not settings.DEMO or demo.acting_key(request):
        raise NotFound
    start = request.GET.get("at", "")
    if not start.startswith("/") or not url_has_allowed_host_and_scheme(start, allowed_hosts=None):
        start = "/"
    now = clock.now()
    sides = [
        {"key": key, "user": demo.user_of(key, now=now), "url": f"/as/{key}{start}", "prefix": f"/as/{key}"}
        for key in ("buyer", "seller")
    ]
    return render(request, "demo/both.html", {"sides": sides})
