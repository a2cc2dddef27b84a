"""Following the story: its page, going to one of its places, leaving it, and the bar on every page.

Where one is in it is kept in the session. It works without JavaScript.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from negotiation_hub.demo.story import STATIONS, STEPS, Station, station
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people import demo
from negotiation_hub.people.views import safe_next

_KEY = demo.KEPT[0]


@require_safe
@never_cache
def steps(request: HttpRequest) -> HttpResponse:
    """The nine steps, each with its places."""
    _require_demo(request)
    shown = [
        {
            "number": number,
            "step": step,
            "stations": [one for one in STATIONS if one.step_number == number],
        }
        for number, step in enumerate(STEPS, 1)
    ]
    return render(request, "demo/story.html", {"steps": shown})


@require_POST
@never_cache
def go(request: HttpRequest) -> HttpResponse:
    """Signs in as the person of a station and leads there."""
    _require_demo(request)
    wanted = station(request.POST.get("to", ""))
    if wanted is None:
        raise NotFound
    demo.sign_in(request, demo.user_of(wanted.place.as_whom, now=clock.now()))
    request.session[_KEY] = wanted.number
    return redirect(wanted.place.address())


@require_POST
@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    """The story is over; its reader stays where they are, as whom they are."""
    _require_demo(request)
    request.session.pop(_KEY, None)
    return redirect(safe_next(request))


def _require_demo(request: HttpRequest) -> None:
    """In a frame that is one person's for good nobody becomes another. Raises NotFound."""
    if not settings.DEMO or demo.acting_key(request):
        raise NotFound


def context(request: HttpRequest) -> dict[str, Any]:
    """For every template: `demo_story` is where in it the reader is; missing for who does not follow it."""
    session = getattr(request, "session", None)
    if not settings.DEMO or session is None or demo.acting_key(request):
        return {}
    current = station(session.get(_KEY, ""))
    return {} if current is None else {"demo_story": _bar(request, current)}


def _bar(request: HttpRequest, current: Station) -> dict[str, Any]:
    """What the bar says. `away` when the reader is elsewhere, or somebody else."""
    person = current.place.person
    same = getattr(getattr(request, "user", None), "email", "") == person.email
    return {
        "at": current,
        "person": person,
        "steps": len(STEPS),
        "back": station(current.number - 1),
        "next": station(current.number + 1),
        "away": not same or request.path != urlsplit(current.place.address()).path,
    }
