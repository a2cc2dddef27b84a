"""The pages of guests: the door, and the way to an account. The seller's page is in `invite_views.py`.

A link that is good stands in the path of one page alone, which answers 200 or leads on: what is answered
otherwise is written to the log with its path. Everything else has it in the body of a POST.
"""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.arrivals import client_of
from catalog.queries import listings_by_ids
from negotiation_hub.kernel import clock, commit, limits
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people import queries as people
from negotiation_hub.people.guests import AddressTaken
from negotiation_hub.people.models import User
from rooms.guests import claims, entry, links
from rooms.guests.forms import AccountForm, CodeForm, EntryForm
from rooms.guests.models import GuestLink
from rooms.guests.refusals import CodeWrong, GuestsTooMany, NoCookies, OtherBrowser

COOKIE: Final = "guest_browser"
_COOKIE_S: Final = limits.GUEST_LINK_DAYS_MAX * 86_400


@never_cache
@require_safe
@ensure_csrf_cookie
def door(request: HttpRequest, token: str) -> HttpResponse:
    """Where a link leads: a page with a button. Nothing changes before it is pressed."""
    link = links.link_of(token, clock.now())
    if link.room_id is not None and request.user.pk == link.guest_id:
        return redirect("rooms:room", room_id=link.room_id)
    return _door(request, link, token)


@never_cache
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """The button: the first browser gets a room, and the same one gets back into it."""
    token, browser, now = request.POST.get("token", ""), request.COOKIES.get(COOKIE, ""), clock.now()
    link = links.link_of(token, now)
    if _account_of(request) is not None:
        return redirect("rooms:guest_door", token=token)
    said = {"name": "", "email": ""}
    if not entry.is_bound_to(link, browser):
        form = EntryForm(request.POST)
        if not form.is_valid():
            return _door(request, link, token, form=form)
        said = form.cleaned_data
    try:
        link = commit.retrying(
            entry.enter, token=token, browser=browser, client=client_of(request), now=now, **said
        )
    except OtherBrowser:
        return _door(request, links.link_of(token, now), token)
    except (GuestsTooMany, NoCookies) as refusal:
        messages.error(request, _(refusal.message))
        return _door(request, link, token)
    return _inside(request, link)


@never_cache
@require_POST
def mail_code(request: HttpRequest) -> HttpResponse:
    """Mails a code to the address that is known, for another browser."""
    token, now = request.POST.get("token", ""), clock.now()
    link = links.link_of(token, now)
    try:
        entry.mail_code(token=token, now=now)
    except Refusal as refusal:
        messages.error(request, _(refusal.message))
    else:
        messages.success(request, _("A code is on its way to the mail address of this link."))
    return _door(request, link, token)


@never_cache
@require_POST
def enter_code(request: HttpRequest) -> HttpResponse:
    """The code from the mail: this browser has the link from now on."""
    token, browser, now = request.POST.get("token", ""), request.COOKIES.get(COOKIE, ""), clock.now()
    link = links.link_of(token, now)
    if _account_of(request) is not None:
        return redirect("rooms:guest_door", token=token)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            code = form.cleaned_data["code"]
            return _inside(request, entry.enter_by_code(token=token, browser=browser, code=code, now=now))
        except (CodeWrong, NoCookies) as refusal:
            form.add_error("code", _(refusal.message))
    return _door(request, link, token, code_form=form)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """A guest makes an account, in the browser that their link belongs to."""
    guest, now = request.user, clock.now()
    assert isinstance(guest, User)  # noqa: S101 - login_required stands before this
    if not guest.is_guest:
        return redirect("home")
    browser = request.COOKIES.get(COOKIE, "")
    link = claims.may_claim(guest, browser, now)
    if link is None:
        return render(request, "rooms/guests/account.html", {"link": None}, status=OtherBrowser.status)
    form = AccountForm(request.POST or None, person=guest)
    if request.method == "POST" and form.is_valid():
        try:
            address = claims.claim(actor=guest, browser=browser, now=now, **form.cleaned_data)
        except AddressTaken as refusal:
            form.add_error("email", _(refusal.message))
        else:
            update_session_auth_hash(request, address.user)
            request.session.set_expiry(None)  # as everybody's
            address.send_confirmation(request)
            messages.success(request, _("You have an account. You can accept and pay now."))
            return redirect("rooms:room", room_id=link.room_id)
    return render(request, "rooms/guests/account.html", {"link": link, "form": form})


def _door(request: HttpRequest, link: GuestLink, token: str, **forms: Any) -> HttpResponse:
    browser = request.COOKIES.get(COOKIE, "")
    person = _account_of(request)
    listing = listings_by_ids([link.listing]).get(link.listing)
    context = {
        "link": link,
        "listing": listing,
        "token": token,
        "mode": _mode(link, person, browser),
        "form": EntryForm(initial={"email": link.email}),
        "code_form": CodeForm(),
        **forms,
    }
    response = render(request, "rooms/guests/door.html", context)
    if not entry.is_browser(browser):
        response.set_cookie(
            COOKIE,
            entry.new_browser(),
            max_age=_COOKIE_S,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


def _mode(link: GuestLink, person: User | None, browser: str) -> str:
    """Which page the door is: of one's own link, of somebody with an account, new, back, or elsewhere."""
    if person is not None:
        ours = people.membership(person, link.organisation_id) is not None
        return "ours" if ours else "account"
    if link.guest_id is None:
        return "new"
    return "back" if entry.is_bound_to(link, browser) else "other"


def _account_of(request: HttpRequest) -> User | None:
    user = request.user
    return user if isinstance(user, User) and not user.is_guest else None


def _inside(request: HttpRequest, link: GuestLink) -> HttpResponse:
    """Signs the guest in, for as long as the link is good."""
    until: datetime = link.expires_at
    with commit.transact():
        login(request, link.guest)
        request.session.set_expiry(until)
    return redirect("rooms:room", room_id=link.room_id)
