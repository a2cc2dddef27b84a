"""Refusals that reach the edge of a server-rendered page become a page in words."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from negotiation_hub.kernel.refusals import Refusal


class RefusalMiddleware:
    """Answers a Refusal with a page that says what was refused and whether to try again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Only refusals: anything else is an error and goes to the log."""
        if not isinstance(exception, Refusal):
            return None
        return render(request, "refused.html", {"refusal": exception}, status=exception.status)
