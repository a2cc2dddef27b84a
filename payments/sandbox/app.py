"""The ASGI application: tells the API, the control endpoint and the pages apart, and starts the background
thread.
"""

import asyncio
import base64
import binascii
import hmac
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from payments.sandbox import control, engine, pages
from payments.sandbox.background import Background
from payments.sandbox.config import RETRY_DELAYS_MS, Config
from payments.sandbox.errors import ApiError
from payments.sandbox.store import Store
from payments.sandbox.web import (
    Gone,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    TooLarge,
    json_response,
    read_request,
    respond,
)

MOUNT: Final = "/sandbox"


class SandboxApp:
    """ASGI application. `start()` may be called to resume deliveries before the first request arrives."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._store = Store(config.database_path, webhooks=bool(config.webhook_url))
        self._background = Background(config, self._store)
        self._pool: ThreadPoolExecutor | None = None
        self._pid = 0

    def start(self) -> None:
        """Starts the background thread of this process; harmless when it runs. The first request does it,
        too.
        """
        self._background.start()

    def stop(self) -> None:
        """Ends the background thread; what is queued stays in the file."""
        self._background.stop()
        if self._pool is not None:
            self._pool.submit(self._store.close)
            self._pool.shutdown(wait=True)
            self._pool = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"the sandbox does not speak {scope['type']}")
        self._background.start()
        try:
            request = await read_request(scope, receive, MOUNT)
        except (Gone, TimeoutError):
            return
        except TooLarge:
            await respond(send, _refused(ApiError("The request is too large.", status=413)))
            return
        response = await self._serve(request)
        self._background.wake()
        await respond(send, response, head=request.method == "HEAD")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(self.stop)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _executor(self) -> ThreadPoolExecutor:
        """One thread, as there is one writer: a second would only wait for the file's lock."""
        if self._pool is None or self._pid != os.getpid():
            self._pid = os.getpid()
            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox")
        return self._pool

    async def _serve(self, request: Request) -> Response:
        loop, pool = asyncio.get_running_loop(), self._executor()
        if request.path == "/control":
            return await loop.run_in_executor(pool, self._control, request)
        api = request.path.startswith("/v1/")
        if not api and request.path.startswith("/static/"):
            return pages.serve(self._store, request, "", self._config.shop)
        outage, slow_ms, lose = await loop.run_in_executor(
            pool, control.faults, self._store, request.method if api else "GET"
        )
        if outage and not api:
            return pages.outage(request)
        base = request.base(self._config.public_base)
        if not api:
            return await loop.run_in_executor(
                pool, pages.serve, self._store, request, base, self._config.shop
            )
        if outage:
            return _refused(
                ApiError("The sandbox is switched off for a while.", status=503, kind="api_error")
            )
        return await self._api(request, base, slow_ms=slow_ms, lose=lose)

    async def _api(self, request: Request, base: str, *, slow_ms: int, lose: bool) -> Response:
        if not self._authorised(request):
            return _refused(_unauthorised())
        text = request.query if request.method == "GET" else request.body.decode("utf-8", "replace")
        call = engine.Call(
            method=request.method,
            path=request.path,
            text=text,
            account=request.headers.get("stripe-account", ""),
            key=request.headers.get("idempotency-key", ""),
            base=base,
        )
        loop, pool = asyncio.get_running_loop(), self._executor()
        answer = await loop.run_in_executor(pool, engine.claim, self._store, call)
        if slow_ms:
            await asyncio.sleep(slow_ms / 1000)
        if answer is None:
            answer = await loop.run_in_executor(pool, engine.perform, self._store, call)
        if lose:
            return _refused(ApiError("The answer was lost on the way.", status=502, kind="api_error"))
        headers = {"request-id": answer.request_id, "cache-control": "no-store"}
        if call.key:
            headers["idempotency-key"] = call.key
        if answer.original:
            headers |= {"idempotent-replayed": "true", "original-request": answer.original}
        if answer.status in (409, 500):
            headers["stripe-should-retry"] = "true"
        return json_response(answer.status, answer.body, headers)

    def _control(self, request: Request) -> Response:
        if not self._authorised(request):
            return _refused(_unauthorised())
        try:
            if request.method == "GET":
                return json_response(200, control.read(self._store))
            if request.method != "POST":
                return Response(405, headers={"allow": "GET, POST"})
            return json_response(200, control.change(self._store, json.loads(request.body)))
        except ApiError as error:
            return _refused(error)
        except ValueError:
            return _refused(ApiError("The body is not JSON."))

    def _authorised(self, request: Request) -> bool:
        """The secret key, as a bearer token or as the user name of basic authentication."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                return False
        return hmac.compare_digest(given.strip().encode(), self._config.secret_key.encode())


def _unauthorised() -> ApiError:
    return ApiError("Invalid API Key provided.", status=401)


def _refused(error: ApiError) -> Response:
    return json_response(error.status, error.body(), {"cache-control": "no-store"})


def create_app(
    database_path: str | os.PathLike[str],
    secret_key: str,
    webhook_secret: str,
    webhook_url: str,
    public_base: str,
    *,
    shop: str = "",
    retry_delays_ms: tuple[int, ...] = RETRY_DELAYS_MS,
) -> SandboxApp:
    """The sandbox as an ASGI application.

    `public_base` is the address of the app as browsers reach it, mount included
    (`https://hub.example/sandbox`); empty means: as the caller reached it. `webhook_url` may be empty. `shop`
    is whom pages say one pays. Raises ValueError when a secret is missing.
    """
    if not secret_key or not webhook_secret:
        raise ValueError("the sandbox needs a secret key and a webhook secret")
    return SandboxApp(
        Config(
            database_path=Path(database_path),
            secret_key=secret_key,
            webhook_secret=webhook_secret,
            webhook_url=webhook_url,
            public_base=public_base,
            shop=shop,
            retry_delays_ms=retry_delays_ms,
        )
    )
