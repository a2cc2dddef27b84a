"""REST under /api/v1/: every app's router, one way to sign in, one form of refusal."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.security import HttpBearer, SessionAuth

from catalog.api import router as catalog
from catalog.campaign_api import router as campaigns
from catalog.place_api import router as places
from desk.api import router as desk
from desk.review_api import router as review
from feedback.api import router as feedback
from negotiation_hub.kernel import clock, idempotency
from negotiation_hub.kernel.refusals import Malformed, Refusal
from negotiation_hub.people.models import User
from negotiation_hub.people.services import user_for_token
from orders.api import router as orders
from orders.booking_api import router as booking
from payments.api import router as payments
from rooms.api import router as rooms
from rooms.search.api import router as search
from threads.api import router as threads
from whiteboard.api import router as whiteboard


class TokenAuth(HttpBearer):
    """`Authorization: Bearer TOKEN`, for programs."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The person whose token it is."""
        return user_for_token(token, clock.now())


class PersonAuth(SessionAuth):
    """The session of the site, for its own pages; requests that change something need the CSRF token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """The person who signed in."""
        user = request.user
        return user if isinstance(user, User) and user.is_authenticated else None


api = NinjaAPI(
    title="Negotiation Hub",
    version="1",
    description="With docs/protocol.md (the socket), all that is needed for a whole deal.",
    auth=[TokenAuth(), PersonAuth()],
    docs_url=None,
    urls_namespace="api",
)
_ROUTERS = (
    catalog,
    campaigns,
    places,
    orders,
    booking,
    payments,
    search,
    rooms,
    threads,
    whiteboard,
    feedback,
    desk,
    review,
)
for _router in _ROUTERS:
    api.add_router("", _router)


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal | type[Refusal]) -> HttpResponse:
    body: dict[str, Any] = refusal.as_dict() if isinstance(refusal, Refusal) else {}
    response = api.create_response(request, body, status=refusal.status)
    if isinstance(refusal, Refusal) and refusal.retry_after_ms is not None:
        response["Retry-After"] = str(-(-refusal.retry_after_ms // 1000))
    return response


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    where = ".".join(str(part) for part in first["loc"] if part not in {"body", "payload", "data"})
    return _refused(request, Malformed(f"{where}: {first['msg']}"[:300]))


class IdempotencyMiddleware:
    """Gives a repeated POST with the same `Idempotency-Key` by the same person its first answer again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.method != "POST"
            or not request.path_info.startswith("/api/v1/")
            or "Idempotency-Key" not in request.headers
        ):
            return self.get_response(request)
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        user = user_for_token(token.strip(), clock.now()) if kind.lower() == "bearer" else request.user
        if not isinstance(user, User):
            return self.get_response(request)
        try:
            return idempotency.once(request, user.pk, lambda: self.get_response(request), now=clock.now())
        except Refusal as refusal:
            return _refused(request, refusal)
