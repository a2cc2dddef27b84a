"""Where the sandbox can be mounted, what it refuses to read, and that a killed process loses nothing."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from payments.sandbox import create_app
from tests import services
from tests.payments.sandbox.harness import KEY, WEBHOOK_SECRET, Receiver, Sandbox, sdk, serving, until

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]


def prefix_only(app: App) -> App:
    return app


def root_path_set(app: App) -> App:
    async def front(scope: Scope, receive: Any, send: Any) -> None:
        await app({**scope, "root_path": "/sandbox"} if scope["type"] == "http" else scope, receive, send)

    return front


def path_stripped(app: App) -> App:
    async def front(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = {**scope, "root_path": "/sandbox", "path": scope["path"].removeprefix("/sandbox")}
        await app(scope, receive, send)

    return front


@pytest.mark.parametrize("front", [prefix_only, root_path_set, path_stripped])
def test_it_works_below_a_mount_however_the_front_tells_it(
    stopped: Sandbox, front: Callable[[App], App]
) -> None:
    with serving(front(stopped.app())) as address:
        stopped.base = f"{address}/sandbox"
        session = stopped.session()
        assert session.url.startswith(f"{address}/sandbox/pay/")
        page = stopped.web.get(session.url)
        style = re.search(r'href="(/sandbox/static/sandbox.css[^"]*)"', page.text)
        assert style is not None
        assert stopped.web.get(address + style[1]).headers["content-type"].startswith("text/css")
        assert stopped.fill(session.url, "4242424242424242").status_code == 303


def test_the_address_of_the_pages_can_be_another_than_that_of_the_api(stopped: Sandbox) -> None:
    with serving(stopped.app(public_base="https://hub.example/sandbox/")) as address:
        stopped.base = f"{address}/sandbox"
        assert stopped.session().url.startswith("https://hub.example/sandbox/pay/cs_test_")


def test_it_works_without_a_mount(stopped: Sandbox) -> None:
    with serving(stopped.app()) as address:
        stopped.base = address
        assert sdk(address).v1.balance.retrieve().object == "balance"


def test_a_request_that_is_too_large_is_refused(sandbox: Sandbox) -> None:
    answer = sandbox.web.post(f"{sandbox.base}/v1/refunds", content=b"a" * (1 << 20) + b"a")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body", ["a[b]=1&a=2", "a=2&a[b]=1", "[]=1", "a[b=1", "&".join(f"a{i}=1" for i in range(2000))]
)
def test_a_broken_form_is_refused(sandbox: Sandbox, body: str) -> None:
    answer = sandbox.web.post(
        f"{sandbox.base}/v1/refunds", content=body, headers={"Authorization": f"Bearer {KEY}"}
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_a_body_that_is_not_json_does_not_break_the_control(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    for body in (b"{", b"\xff", b"[]"):
        answer = sandbox.web.post(f"{sandbox.base}/control", content=body, headers=headers)
        assert answer.status_code == 400


def test_secrets_are_needed_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="secret"):
        create_app(tmp_path / "x.sqlite3", "", "whsec", "", "")
    app = create_app(tmp_path / "x.sqlite3", KEY, WEBHOOK_SECRET, "", "")
    assert KEY not in repr(vars(app))
    assert WEBHOOK_SECRET not in repr(vars(app))


def test_the_file_is_for_its_owner_only(sandbox: Sandbox) -> None:
    sandbox.session()
    assert sandbox.path.stat().st_mode & 0o777 == 0o600


def test_it_needs_no_django() -> None:
    code = "import sys, payments.sandbox.app; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path.cwd()).returncode == 0


@contextmanager
def alone(sandbox: Sandbox, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The sandbox as a process of its own under daphne, which has no lifespan; killed at the end."""
    arguments = ["--port", str(port), "--database", str(sandbox.path), "--webhook-url", sandbox.receiver.url]
    environment = {**os.environ, "STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET}
    process = subprocess.Popen(
        [sys.executable, "-m", "payments.sandbox", *arguments], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: answers(port))
        yield process
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    try:
        url = f"http://127.0.0.1:{port}/sandbox/"
        return httpx.get(url, trust_env=False, verify=services.NO_TLS).status_code == 200
    except httpx.TransportError:
        return False


def test_a_killed_process_loses_neither_state_nor_messages(stopped: Sandbox, receiver: Receiver) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    stopped.base = f"http://127.0.0.1:{port}/sandbox"
    receiver.answers = [500] * 1_000
    with alone(stopped, port) as process:
        intent = stopped.paid(10_000, capture="manual")
        stopped.api.v1.payment_intents.capture(intent.id, options={"idempotency_key": "c1"})
        receiver.wait(lambda r: len(r.received) >= 1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with pytest.raises(stripe.APIConnectionError):
            stopped.api.v1.payment_intents.retrieve(intent.id)
    receiver.answers = []
    seen = len(receiver.received)
    with alone(stopped, port):
        again = stopped.api.v1.payment_intents.capture(intent.id, options={"idempotency_key": "c1"})
        assert (again.id, again.status) == (intent.id, "succeeded")
        receiver.wait(lambda r: "payment_intent.succeeded" in r.kinds()[seen:])
        assert stopped.api.v1.balance.retrieve().available[0].amount == 10_000 - 320
