"""The little of HTTP that the sandbox needs on top of ASGI."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

BODY_BYTES_MAX: Final = 1 << 20  # the largest real call is a few kilobytes
BODY_TIMEOUT_S: Final = 30
FORM_FIELDS_MAX: Final = 50


class TooLarge(Exception):
    """The body is larger than anything the sandbox takes."""


class Gone(Exception):
    """The client went away, or did not finish its request in time."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, with the part of the path below the mount."""

    method: str
    path: str
    mount: str
    query: str
    headers: Mapping[str, str]
    scheme: str
    body: bytes = b""

    def form(self) -> dict[str, str]:
        """The fields of a page's form. The first of each name counts; a broken body is an empty form."""
        return _pairs(self.body.decode("utf-8", "replace"))

    def arguments(self) -> dict[str, str]:
        """The fields of the query string."""
        return _pairs(self.query)

    def base(self, public_base: str) -> str:
        """The address of this app: as configured, or else as this caller reached it."""
        if public_base:
            return public_base.rstrip("/")
        return f"{self.scheme}://{self.headers.get('host', 'localhost')}{self.mount}"


def _pairs(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=FORM_FIELDS_MAX)
    except ValueError:
        return {}
    return dict(reversed(pairs))


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    status: int
    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_response(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    """An answer of the API: indented as the real provider's."""
    return Response(status, json.dumps(body, indent=2).encode() + b"\n", "application/json", headers or {})


def redirect(address: str) -> Response:
    """See other: the browser follows with a GET, so that a reload repeats nothing."""
    return Response(303, headers={"location": address, "cache-control": "no-store"})


def split_mount(scope: Scope, mount: str) -> tuple[str, str]:
    """The mount (without a slash at its end) and the path below it.

    Servers and routers disagree on whether `path` still holds `root_path`; both ways work, and so does a
    front that only looks at the path's beginning and sets nothing.
    """
    path: str = scope.get("path") or "/"
    root = str(scope.get("root_path") or "").rstrip("/")
    for prefix in (root, mount):
        if prefix and (path == prefix or path.startswith(prefix + "/")):
            return prefix, path[len(prefix) :] or "/"
    return root, path


async def read_request(scope: Scope, receive: Receive, mount: str) -> Request:
    """Reads a request whole. Raises TooLarge, Gone."""
    prefix, path = split_mount(scope, mount)
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", [])
    }
    parts, size = [], 0
    async with asyncio.timeout(BODY_TIMEOUT_S):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            part: bytes = message.get("body", b"")
            size += len(part)
            if size > BODY_BYTES_MAX:
                raise TooLarge
            parts.append(part)
            if not message.get("more_body", False):
                break
    return Request(
        method=scope["method"],
        path=path,
        mount=prefix,
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=headers,
        scheme=scope.get("scheme", "http"),
        body=b"".join(parts),
    )


async def respond(send: Send, response: Response, *, head: bool = False) -> None:
    """Sends an answer; its length is always told, its body not to a HEAD."""
    headers = {
        "content-type": response.media_type,
        "content-length": str(len(response.body)),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        **response.headers,
    }
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if head else response.body})
