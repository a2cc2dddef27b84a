"""Pages of requests, for the buyer's people. They work without JavaScript."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.refusals import Malformed, NotFound, NotPermitted, Refusal
from negotiation_hub.kernel.render import render_message
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User
from rooms import compare, request_queries, requests
from rooms import request as machine
from rooms.request_forms import RequestForm, lines_form, proposed_units, wanted
from rooms.request_models import Request
from rooms.request_refusals import RequestState

_INVALID: Final = 422  # the page again, with what is wrong
_UNCHANGED: Final = 204  # to a page that looks again: what it shows is still so
_LOOK_S: Final = 5  # how often an open comparison looks again: a negotiation moves in minutes


class PersonRequest(HttpRequest):
    """A request (of HTTP) of a person who signed in."""

    user: User


@login_required
@require_safe
def request_list(request: PersonRequest) -> HttpResponse:
    """All requests of the person's organisations."""
    found, more = request_queries.requests_of(request.user, before=_moment(request.GET.get("before", "")))
    context = {"requests": found, "before": more.isoformat() if more else "", "may_buy": _may_buy(request)}
    return render(request, "rooms/requests.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: PersonRequest) -> HttpResponse:
    """Writes a new one."""
    if not _may_buy(request):
        raise NotPermitted
    known = {"id": uuid4(), "currency": "EUR", "title": request.GET.get("title", "")[:200]}
    return _written(request, None, known, ())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, request_id: UUID) -> HttpResponse:
    """Changes a draft."""
    asked = request_queries.request_for(request.user, request_id)
    if asked.status != machine.Status.DRAFT:
        raise RequestState
    names = ("title", "text", "currency", "needed_by")
    until = asked.answers_until and asked.answers_until.astimezone(UTC).date()
    known = {"id": asked.pk, "answers_until": until, **{name: getattr(asked, name) for name in names}}
    return _written(request, asked, known, asked.lines)


@login_required
@require_safe
def show(request: PersonRequest, request_id: UUID) -> HttpResponse:
    """A draft to be read before it is sent; later the sellers' offers side by side, which look again."""
    now = clock.now()
    found = compare.compare(request.user, request_id, now)
    shown = {"asked": found.request, "html": render_message(found.request.text)}
    if found.request.status == machine.Status.DRAFT:
        invites = request_queries.invites_of(found.request)
        context = {**shown, "invites": invites, "missing": _missing(found.request, len(invites), now)}
        return render(request, "rooms/request_draft.html", context)
    if request.headers.get("X-Seen") == found.digest:
        response = HttpResponse(status=_UNCHANGED)
    else:
        may_buy = people.may_buy(people.membership(request.user, found.request.buyer_id))
        context = {**shown, "found": found, "refresh_s": _LOOK_S, "at": now, "may_buy": may_buy}
        if found.request.status in machine.ENDED:
            context |= {"ended": True, "copy": uuid4()}
        response = render(request, "rooms/request.html", context)
    response["X-As-Of"] = now.isoformat()
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sellers(request: PersonRequest, request_id: UUID) -> HttpResponse:
    """Whom to ask: searches among those who sell; each button adds or takes away one."""
    asked = request_queries.request_for(request.user, request_id)
    words = request.GET.get("q", "")[:100]
    if request.method == "POST":
        return _changed_sellers(request, asked, words)
    if asked.status not in machine.TAKES_SELLERS:
        raise RequestState
    invites = request_queries.invites_of(asked)
    full = len(invites) >= limits.REQUEST_SELLERS_MAX
    context = {
        "asked": asked,
        "invites": invites,
        "words": words,
        "full": full,
        "most": limits.REQUEST_SELLERS_MAX,
        "found": [] if full else request_queries.sellers_to_ask(request.user, asked, words),
    }
    return render(request, "rooms/request_sellers.html", context)


@login_required
@require_POST
def send(request: PersonRequest, request_id: UUID) -> HttpResponse:
    """Asks the sellers, as the draft was read. A second click finds it sent."""
    seen = request.POST.get("revision", "")
    revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0  # noqa: PLR2004
    return _done(
        request,
        request_id,
        lambda now: requests.send_request(
            actor=request.user, request_id=request_id, revision=revision, now=now
        ),
    )


@login_required
@require_POST
def close(request: PersonRequest, request_id: UUID) -> HttpResponse:
    """Gives it up."""
    return _done(
        request,
        request_id,
        lambda now: requests.close_request(actor=request.user, request_id=request_id, now=now),
    )


@login_required
@require_POST
def again(request: PersonRequest, request_id: UUID) -> HttpResponse:
    """The same once more, as a draft. A second click finds that draft."""
    try:
        copy = UUID(request.POST.get("copy", ""))
    except ValueError:
        raise Malformed from None
    made = requests.ask_again(actor=request.user, request_id=request_id, copy_id=copy, now=clock.now())
    return redirect("rooms:edit_request", request_id=made.pk)


def _done(request: PersonRequest, request_id: UUID, do: Callable[[datetime], None]) -> HttpResponse:
    """Back to the request, with what was refused in words. What is not theirs is not there."""
    try:
        do(clock.now())
    except (NotFound, NotPermitted):
        raise
    except Refusal as refusal:
        messages.error(request, _(refusal.message))
    return redirect("rooms:request", request_id=request_id)


def _changed_sellers(request: PersonRequest, asked: Request, words: str) -> HttpResponse:
    named = request.POST.get("add") or request.POST.get("drop") or ""
    try:
        seller = UUID(named)
    except ValueError:
        raise NotFound from None
    try:
        if request.POST.get("add"):
            requests.add_seller(actor=request.user, request_id=asked.pk, seller_id=seller, now=clock.now())
        else:
            requests.drop_seller(actor=request.user, request_id=asked.pk, seller_id=seller)
    except (NotFound, NotPermitted):
        raise
    except Refusal as refusal:
        messages.error(request, _(refusal.message))
    answer = redirect("rooms:request_sellers", request_id=asked.pk)
    if words:
        answer["Location"] += "?" + request.GET.urlencode()
    return answer


def _written(
    request: PersonRequest, asked: Request | None, known: dict[str, Any], lines: Any
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form, lined = RequestForm(data, initial=known), lines_form(data, lines)
    if data is not None and form.is_valid() and lined.is_valid():
        try:
            made = requests.write_request(
                actor=request.user,
                wanted=wanted(form, lined),
                request_id=asked.pk if asked is not None else form.cleaned_data["id"],
                now=clock.now(),
            )
        except (NotFound, NotPermitted):
            raise
        except Refusal as refusal:
            field = refusal.code.rpartition(".")[2]
            form.add_error(field if field in form.fields else None, _(refusal.message))
        else:
            if "more" in data:
                return redirect("rooms:edit_request", request_id=made.pk)
            chosen = made.invites.exists()
            return redirect("rooms:request" if chosen else "rooms:request_sellers", request_id=made.pk)
    status = _INVALID if data is not None else 200
    context = {"form": form, "lines": lined, "units": proposed_units(), "asked": asked}
    return render(request, "rooms/request_form.html", context, status=status)


def _missing(asked: Request, sellers: int, now: datetime) -> str:
    """What keeps a draft from being sent, in words; empty when nothing does."""
    if not asked.lines:
        return _("Say what you want first, line by line.")
    if asked.answers_until is None or asked.answers_until <= now:
        return _("Say first until when you want answers.")
    return "" if sellers else _("Choose whom to ask first.")


def _may_buy(request: PersonRequest) -> bool:
    buyer = people.acting_organisation(request.user)
    return people.may_buy(people.membership(request.user, buyer.pk))


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
