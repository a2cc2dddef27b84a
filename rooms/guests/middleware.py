"""What a guest's browser may ask this site for: to read what is theirs or public, and to change nothing.

In their room they act over the socket; a few forms are open to them, and the others need an account.
"""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from negotiation_hub.people.guests import AccountNeeded
from negotiation_hub.people.models import User

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# Forms that ask nobody to sign in, and those of guests themselves.
_OPEN: Final = frozenset(
    {
        "account_logout",
        "set_language",
        "demo:sign_in",
        "story:go",
        "story:leave",
        "catalog:subscribe",
        "catalog:confirm_news",
        "catalog:leave_news",
        "feedback:stop",
        "threads:leave",
        "desk:verify",
        "rooms:guest_enter",
        "rooms:guest_mail_code",
        "rooms:guest_enter_code",
        "rooms:guest_account",
    }
)
# Pages about an account: a guest finds there how to make one.
_ACCOUNTS: Final = frozenset(
    {"account_signup", "account_login", "account_email", "people:profile", "mfa_index"}
)


class GuestMiddleware:
    """Refuses a guest what needs an account, before any view is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: list[Any], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A page in words or a refusal in JSON, for a guest; nothing for anybody else."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        reads = request.method in _READS
        if (reads and name not in _ACCOUNTS) or name in _OPEN:
            return None
        user = request.user
        if not isinstance(user, User) or not user.is_guest:
            return None
        if reads:
            return redirect("rooms:guest_account")
        refusal = AccountNeeded()
        if request.path_info.startswith("/api/"):
            return JsonResponse(refusal.as_dict(), status=refusal.status)
        return render(request, "rooms/guests/needed.html", {"refusal": refusal}, status=refusal.status)
