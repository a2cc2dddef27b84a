"""The ASGI application: tells the API, the control endpoint and the pages apart."""

import asyncio
import hmac
import json
import os
import re
from pathlib import Path
from typing import Any, Final

from orders.demo_parcel import pages, parcels, picture
from orders.demo_parcel.background import RETRY_DELAYS_MS, Background, Config, listed
from orders.demo_parcel.parcels import Refused
from orders.demo_parcel.store import FAULTS, Store, release, set_fault
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

MOUNT: Final = "/demo-parcel"
_HANG_S: Final = 120  # longer than anybody waits
_PICTURE: Final = re.compile(r"/pictures/(DP[0-9]{12})/([A-Za-z0-9_-]{20,60})\.jpg\Z")
_NOT_STORED: Final = {"cache-control": "no-store"}


class DemoParcelApp:
    """ASGI application. `start()` may be called to resume messages before the first request arrives."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.store = Store(config.database_path)
        self._background = Background(config, self.store)

    def start(self) -> None:
        """Starts the background thread of this process; the first request does it, too."""
        self._background.start()

    def stop(self) -> None:
        """Ends the background thread; what is queued stays in the file."""
        self._background.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"the stand-in does not speak {scope['type']}")
        self._background.start()
        try:
            request = await read_request(scope, receive, MOUNT)
        except (Gone, TimeoutError):
            return
        except TooLarge:
            await respond(send, json_response(413, {"error": "The request is too large."}))
            return
        response = await self._serve(request)
        self._background.wake()
        await respond(send, response, head=request.method == "HEAD")

    async def _serve(self, request: Request) -> Response:
        try:
            if request.path == "/control" or request.path.startswith("/v1/"):
                return await self._authorised(request)
            if found := _PICTURE.match(request.path):
                return await asyncio.to_thread(self._picture, found[1], found[2])
            return await asyncio.to_thread(
                pages.serve, self.store, request, request.base(self._config.public_base)
            )
        except Refused as error:
            return json_response(error.status, {"error": str(error)}, _NOT_STORED)

    async def _authorised(self, request: Request) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if not hmac.compare_digest(given.encode(), self._config.api_key.encode()):
            raise Refused(401, "This is not a key of ours.")
        if request.method != "POST":
            return Response(405, headers={"allow": "POST"})
        try:
            body = json.loads(request.body)
        except ValueError:
            raise Refused(400, "The body is not JSON.") from None
        if request.path == "/control":
            return json_response(200, await asyncio.to_thread(self._control, body))
        if await asyncio.to_thread(self.store.use, "outage"):
            raise Refused(503, "We are closed for a while.")
        if await asyncio.to_thread(self.store.use, "hang"):
            await asyncio.sleep(_HANG_S)
        if slow := (await asyncio.to_thread(self.store.faults))["slow_ms"]:
            await asyncio.sleep(slow / 1000)
        answer = await asyncio.to_thread(self._api, request, body)
        if await asyncio.to_thread(self.store.use, "lose_answers"):
            raise Refused(502, "The answer was lost on the way.")
        return json_response(200, answer, _NOT_STORED)

    def _api(self, request: Request, body: Any) -> dict[str, str]:
        if request.path == "/v1/parcels":
            return parcels.book(self.store, request.headers.get("idempotency-key", ""), body)
        if request.path == "/v1/parcels/cancel" and isinstance(body, dict):
            return parcels.cancel(self.store, str(body.get("key", "")))
        raise Refused(404, "There is nothing here.")

    def _control(self, body: Any) -> dict[str, Any]:
        """`faults` sets how it misbehaves, `release` sends what was held back, the last first, `push`
        carries a parcel on.
        """
        if not isinstance(body, dict):
            raise Refused(422, "The body is not what it must be.")
        with self.store.transaction() as sql:
            for name, value in dict(body.get("faults", {})).items():
                if name not in FAULTS or type(value) is not int:
                    raise Refused(422, f"There is no fault {name}.")
                set_fault(sql, name, value)
            if body.get("release"):
                release(sql)
        if (wanted := body.get("push")) is not None:
            base = self._config.public_base
            parcels.push(
                self.store,
                wanted["parcel"],
                wanted["step"],
                wanted.get("how", "once"),
                wanted.get("base", base),
                wanted.get("received_by", ""),
            )
        self._background.wake()
        messages = listed(self.store, str(body["list"])) if "list" in body else []
        return {"faults": self.store.faults(), "messages": messages}

    def _picture(self, number: str, token: str) -> Response:
        with self.store.transaction() as sql:
            found = parcels.parcel(sql, number)
        if not hmac.compare_digest(found["token"], token):
            raise Refused(404, "There is no such picture.")
        return Response(200, picture.draw(number), "image/jpeg", _NOT_STORED)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def create_app(
    database_path: str | os.PathLike[str],
    api_key: str,
    webhook_secret: str,
    webhook_url: str,
    public_base: str,
    *,
    retry_delays_ms: tuple[int, ...] = RETRY_DELAYS_MS,
) -> DemoParcelApp:
    """The stand-in as an ASGI application.

    `public_base` is its address as the hub reaches it, mount included; empty: as the caller reached it.
    Raises ValueError when a secret is missing.
    """
    if not api_key or not webhook_secret:
        raise ValueError("the carrier needs a key and a secret")
    return DemoParcelApp(
        Config(
            database_path=Path(database_path),
            api_key=api_key,
            webhook_secret=webhook_secret,
            webhook_url=webhook_url,
            public_base=public_base,
            retry_delays_ms=retry_delays_ms,
        )
    )
