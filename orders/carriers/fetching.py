"""Fetching what a carrier points to: within bounds of size and time, and never from an inside address.

An address that somebody else writes makes us a messenger into our own network (OWASP: Server-Side Request
Forgery). So a host is looked up once, every address of it must be one of the public internet (RFC 6890), and
the connection goes to that very address, whatever the name means a moment later. Each redirect is looked at
in the same way. The carrier's own API is where our settings say, so that is trusted.
"""

import ipaddress
import socket
import time
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from negotiation_hub.kernel import limits
from orders.carriers.base import CarrierAway, CarrierRefused

_READ_S: Final = 5  # for each read: the whole is bounded beside it
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HTTPS_PORT: Final = 443


def fetch(url: str, *, origin: str) -> bytes:
    """The bytes at an address. `origin` is scheme, host and port of the carrier's API.

    Raises CarrierRefused for what may not be fetched, is none, or is too large; CarrierAway when there was no
    answer in time.
    """
    until_ns = time.monotonic_ns() + limits.PICTURE_FETCH_S * 1_000_000_000
    for _ in range(limits.PICTURE_REDIRECTS_MAX + 1):
        found = _one(url, origin, until_ns)
        if isinstance(found, bytes):
            return found
        url = urljoin(url, found)
    raise CarrierRefused("too many redirects")


def _one(url: str, origin: str, until_ns: int) -> bytes | str:
    """The bytes, or whereto it was redirected."""
    target, headers, extensions = _pinned(url, origin)
    try:
        with (
            httpx.Client(timeout=_READ_S, trust_env=False) as client,
            client.stream("GET", target, headers=headers, extensions=extensions) as answer,
        ):
            if answer.status_code in _REDIRECTS:
                return str(answer.headers.get("location", ""))
            if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise CarrierAway(f"status {answer.status_code}")
            if answer.status_code != httpx.codes.OK:
                raise CarrierRefused(f"status {answer.status_code}")
            return _body(answer, until_ns)
    except httpx.InvalidURL as error:
        raise CarrierRefused("no address") from error
    except httpx.HTTPError as error:
        raise CarrierAway(type(error).__name__) from error


def _body(answer: httpx.Response, until_ns: int) -> bytes:
    parts, size = [], 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > limits.FILE_BYTES_MAX:
            raise CarrierRefused("too large")
        if time.monotonic_ns() > until_ns:
            raise CarrierAway("too slow")
        parts.append(part)
    return b"".join(parts)


def _pinned(url: str, origin: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """The address with the host's own in place of its name, and what tells the host which it is.

    Raises CarrierRefused for an inside address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise CarrierRefused("no address") from None
    host = parts.hostname or ""
    if origin and f"{parts.scheme}://{parts.netloc}" == origin:
        return url, {}, {}
    if parts.scheme != "https" or not host or parts.username is not None or port not in {None, _HTTPS_PORT}:
        raise CarrierRefused("not an address outside")
    address = _outside(host)
    literal = f"[{address}]" if ":" in address else address
    target = parts._replace(netloc=literal, fragment="").geturl()
    return target, {"host": host}, {"sni_hostname": host}


def _outside(host: str) -> str:
    """An address of a host, all of whose addresses are of the public internet. Raises CarrierRefused."""
    try:
        found = socket.getaddrinfo(host, _HTTPS_PORT, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise CarrierAway("no such host") from None
    addresses = [str(row[4][0]) for row in found]
    for text in addresses:
        address = ipaddress.ip_address(text.partition("%")[0])
        inner = getattr(address, "ipv4_mapped", None) or address
        if not inner.is_global or inner.is_multicast:
            raise CarrierRefused("not an address outside")
    return addresses[0]
