"""Which ASGI application answers what."""

import hmac
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from channels.sessions import SessionMiddlewareStack
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.asgi import get_asgi_application

from negotiation_hub.consumers import SiteConsumer
from negotiation_hub.kernel import clock, wire
from negotiation_hub.kernel.threads import in_service
from negotiation_hub.people import demo
from negotiation_hub.people.services import user_for_token
from negotiation_hub.sessions import session_user

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
log = logging.getLogger(__name__)


def build_application() -> App:
    """The whole site as one ASGI application."""
    http: App = get_asgi_application()
    signed_in: Any = SessionMiddlewareStack(WhoIsThere(SiteConsumer.as_asgi()))
    sockets = SayGoodbye(signed_in)
    sandbox, demo_parcel = _sandbox(), _demo_parcel()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        path = _path(scope)
        if scope["type"] == "websocket":
            await (sockets if path == "/ws/" else _no_such_socket)(scope, receive, send)
        elif sandbox is not None and path.startswith("/sandbox/"):
            await sandbox({**scope, "root_path": scope.get("root_path", "") + "/sandbox"}, receive, send)
        elif demo_parcel is not None and path.startswith("/demo-parcel/"):
            await demo_parcel(
                {**scope, "root_path": scope.get("root_path", "") + "/demo-parcel"}, receive, send
            )
        elif scope["type"] == "http":
            await http(scope, receive, send)
        # Any other type (lifespan) is refused by saying nothing: the servers we run on take that for "not
        # supported".

    return demo.PersonPrefix(application)


class SayGoodbye:
    """Accepts and closes with 4500 when a socket cannot even begin, as while the database is away.

    A browser cannot tell a handshake that was answered with 500 from a server that is not there.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = False

        async def sending(message: MutableMapping[str, Any]) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception:
            if answered:
                raise
            log.exception("a socket could not begin")
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": wire.Close.ERROR})


class WhoIsThere:
    """Puts the person into a socket's scope: by bearer token, by the demo's path, or by session cookie.

    A cookie is sent by the browser whoever wrote the page, so it counts only when the page is ours (cross-
    site WebSocket hijacking).
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        user: Any = None
        if kind.lower() == "bearer":
            user = await in_service(user_for_token, token.strip(), clock.now())
        elif _same_origin(headers):
            if (key := scope.get("demo_person")) and settings.DEMO:
                user = await in_service(demo.user_of, key, now=clock.now())
            else:
                user = await in_service(session_user, scope["session"])
        await self.app({**scope, "user": user or AnonymousUser()}, receive, send)


def _path(scope: Scope) -> str:
    path: str = scope.get("path", "")
    return path.removeprefix(scope.get("root_path", ""))


def _same_origin(headers: dict[bytes, bytes]) -> bool:
    origin = urlsplit(headers.get(b"origin", b"").decode("latin-1")).netloc
    host = headers.get(b"host", b"").decode("latin-1")
    return bool(origin) and hmac.compare_digest(origin.encode(), host.encode())


async def _no_such_socket(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 4404})


def _sandbox() -> App | None:
    if settings.PAYMENT_PROVIDER != "sandbox":
        return None
    from payments.sandbox import create_app

    return create_app(
        database_path=settings.DATA_DIR / "sandbox.sqlite3",
        secret_key=settings.STRIPE_SECRET_KEY,
        webhook_secret=settings.STRIPE_WEBHOOK_SECRET,
        webhook_url=f"{settings.INTERNAL_URL}/payments/webhooks/sandbox",
        public_base=f"{settings.PUBLIC_URL}/sandbox",
        shop="Negotiation Hub",
    )


def _demo_parcel() -> App | None:
    if not settings.DEMO_PARCEL_EMBEDDED:
        return None
    from orders.demo_parcel import create_app

    return create_app(
        database_path=settings.DATA_DIR / "demo_parcel.sqlite3",
        api_key=settings.DEMO_PARCEL_API_KEY,
        webhook_secret=settings.DEMO_PARCEL_SECRET,
        webhook_url=f"{settings.INTERNAL_URL}/carriers/demo-parcel/events/",
        public_base=settings.DEMO_PARCEL_API_BASE,
    )
