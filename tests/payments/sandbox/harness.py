"""The sandbox on a real loopback server, a receiver for its webhooks, and the real SDK."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import httpx
import stripe
import uvicorn
from stripe.params.checkout import SessionCreateParamsLineItemPriceData

from payments.sandbox import SandboxApp, create_app
from tests import services

KEY = "sk_test_of_these_tests"
WEBHOOK_SECRET = "whsec_of_these_tests"
DEADLINE_S = 20
Capture = Literal["manual", "automatic"]
SOON_MS = (20, 20, 20, 100)
SUCCESS_URL = "http://shop.example/thanks?session={CHECKOUT_SESSION_ID}"
CANCEL_URL = "http://shop.example/basket"


class Receiver:
    """Takes webhooks as the project does: keeps the raw body, answers what it is told to."""

    def __init__(self) -> None:
        self.received: list[tuple[bytes, dict[str, str]]] = []
        self.answers: list[int] = []
        self._changed = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.take(raw, dict(self.headers))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def take(self, raw: bytes, headers: dict[str, str]) -> int:
        with self._changed:
            status = self.answers.pop(0) if self.answers else 200
            self.received.append((raw, headers))
            self._changed.notify_all()
            return status

    def events(self) -> list[stripe.Event]:
        """All messages, each with its signature verified by the SDK."""
        with self._changed:
            received = list(self.received)
        return [
            stripe.Webhook.construct_event(raw, headers["Stripe-Signature"], WEBHOOK_SECRET)
            for raw, headers in received
        ]

    def kinds(self) -> list[str]:
        return [event.type for event in self.events()]

    def wait(self, enough: Callable[["Receiver"], bool]) -> None:
        """Returns when it is so; fails at the deadline."""
        end = time.monotonic() + DEADLINE_S
        with self._changed:
            while not enough(self):
                left = end - time.monotonic()
                assert left > 0, f"not received in time; so far: {self.kinds()}"
                self._changed.wait(left)

    def wait_for(self, *kinds: str) -> None:
        self.wait(lambda receiver: set(kinds) <= set(receiver.kinds()))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Front:
    """A server that outlives the sandboxes behind it: starting one takes longer than most tests."""

    def __init__(self) -> None:
        self.app: SandboxApp | None = None
        self.address = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


@contextmanager
def serving(app: Any, *, lifespan: Literal["on", "off"] = "on") -> Iterator[str]:
    """The application on a free port of this machine; its address."""
    config = uvicorn.Config(app, port=0, ws="none", lifespan=lifespan, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(DEADLINE_S)


@contextmanager
def running_front() -> Iterator[Front]:
    """The server that tests share."""
    front = Front()
    with serving(front, lifespan="off") as front.address:
        yield front


def until(true: Callable[[], object]) -> None:
    """Asks again and again, until the deadline."""
    end = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < end, "not in time"
        threading.Event().wait(0.01)


def sdk(base: str, key: str = KEY) -> stripe.StripeClient:
    """The real SDK, pointed at the sandbox's mount."""
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        base_addresses={"api": base},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=30, proxy={"http": "", "https": ""}),
    )


@dataclass
class Sandbox:
    """A running sandbox and everything to talk to it with."""

    path: Path
    receiver: Receiver
    front: Front
    base: str = ""
    web: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=30, trust_env=False, verify=services.NO_TLS)
    )

    @property
    def api(self) -> stripe.StripeClient:
        return sdk(self.base)

    def app(self, **options: Any) -> SandboxApp:
        return create_app(
            self.path,
            KEY,
            WEBHOOK_SECRET,
            options.pop("webhook_url", self.receiver.url),
            options.pop("public_base", ""),
            retry_delays_ms=SOON_MS,
            **options,
        )

    @contextmanager
    def running(self) -> Iterator["Sandbox"]:
        app = self.app()
        self.front.app, self.base = app, f"{self.front.address}/sandbox"
        app.start()
        try:
            yield self
        finally:
            self.front.app = None
            app.stop()

    def control(self, **wanted: Any) -> dict[str, Any]:
        answer = self.web.post(
            f"{self.base}/control", json=wanted, headers={"Authorization": f"Bearer {KEY}"}
        )
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state

    def session(self, amount: int = 10_000, capture: Capture = "manual") -> Any:
        price: SessionCreateParamsLineItemPriceData = {
            "currency": "eur",
            "unit_amount": amount,
            "product_data": {"name": "A pump & <valves>"},
        }
        return self.api.v1.checkout.sessions.create(
            params={
                "mode": "payment",
                "line_items": [{"quantity": 1, "price_data": price}],
                "payment_intent_data": {"capture_method": capture, "metadata": {"payment_id": "p1"}},
                "success_url": SUCCESS_URL,
                "cancel_url": CANCEL_URL,
            }
        )

    def fill(self, url: str, number: str, **more: str) -> httpx.Response:
        """What a browser does: opens the page, fills the form in, presses Pay."""
        page = self.web.get(url)
        assert page.status_code == 200
        return self.web.post(url, data={**form_of(page.text), "number": number, **more})

    def intent(self, session_id: str) -> Any:
        session = self.api.v1.checkout.sessions.retrieve(session_id, params={"expand": ["payment_intent"]})
        return session.payment_intent

    def paid(
        self, amount: int = 10_000, number: str = "4242424242424242", capture: Capture = "automatic"
    ) -> Any:
        """An intent that was paid on the page."""
        session = self.session(amount, capture)
        answer = self.fill(session.url, number)
        assert answer.status_code == 303
        return self.intent(session.id)


def form_of(page: str) -> dict[str, str]:
    """The fields of the only form of a page, with the Pay button pressed."""
    import re

    fields = re.findall(r'<input[^>]*?name="(\w+)"[^>]*?value="([^"]*)"', page)
    return {**dict(fields), "action": "pay"}
