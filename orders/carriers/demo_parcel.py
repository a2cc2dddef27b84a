"""Demo Parcel: a carrier that exists for the demo and for tests, and works as a real one would: it is booked
over HTTP with an idempotency key, and reports by signed messages. `orders/demo_parcel` stands in for it.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import httpx

from negotiation_hub.kernel import limits
from orders.carriers import signing
from orders.carriers.base import BadEvent, Booked, CarrierAway, CarrierRefused, Consignment, TrackingNews

# What it calls a step, and the event of the shipment machine that it is.
EVENTS: Final = {
    "collected": "pick_up",
    "in_transit": "move",
    "out_for_delivery": "bring",
    "at_pickup_point": "lay_out",
    "late": "delay",
    "delivery_failed": "fail",
    "held": "hold",
    "lost": "lose_sight",
    "delivered": "deliver",
    "returning": "send_back",
}

NUMBER: Final = re.compile(r"DP[0-9]{12}")  # as it makes them
_NUMBER_CHARS_MAX: Final = 100  # as a shipment keeps it
_PARCELS: Final = "/v1/parcels"
# Of its answers: what another try may change. A conflict is the same booking, still being made.
_TRY_AGAIN: Final = frozenset({408, 409, 425, 429})


class DemoParcel:
    """The adapter. A message is JSON: `parcel`, `step`, `sequence` (from 1), `at` (RFC 3339), and maybe
    `expected_on`, `received_by` and `picture`.
    """

    name: ClassVar[str] = "demo-parcel"
    title: ClassVar[str] = "Demo Parcel"

    def __init__(self, secrets: Sequence[str], base: str = "", key: str = "") -> None:
        self._secrets = secrets
        self._base, self._key = base.rstrip("/"), key

    @property
    def origin(self) -> str:
        """Scheme, host and port of its API."""
        parts = urlsplit(self._base)
        return f"{parts.scheme}://{parts.netloc}"

    def parse_event(self, raw: bytes, headers: Mapping[str, str], now: datetime) -> TrackingNews:
        """What a message says. Raises BadEvent."""
        id = signing.check(self._secrets, headers, raw, now)
        return read(id, raw)

    def book(self, consignment: Consignment, now: datetime) -> Booked:
        """Books a parcel; the same key gives the same booking. Raises CarrierAway, CarrierRefused."""
        body = asdict(consignment)
        answer = self._post(_PARCELS, body, key=body.pop("key"))
        try:
            number, label = answer["number"], base64.b64decode(answer["label"], validate=True)
        except (KeyError, TypeError, binascii.Error, ValueError) as error:
            raise CarrierAway("an answer without number and label") from error
        fits = isinstance(number, str) and 0 < len(number) <= _NUMBER_CHARS_MAX
        if not fits or not label.startswith(b"%PDF-"):
            raise CarrierAway("an answer without number and label")
        return Booked(number=number, label=label)

    def cancel(self, key: str) -> None:
        """Takes a booking back, if there is one that was not carried yet. Raises CarrierAway."""
        try:
            self._post(f"{_PARCELS}/cancel", {"key": key})
        except CarrierRefused:
            return  # it is on its way, or was never booked

    def _post(self, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self._key}", **({"idempotency-key": key} if key else {})}
        try:
            # Nothing is followed, and no proxy of the machine's learns of addresses.
            with (
                httpx.Client(timeout=limits.CARRIER_TIMEOUT_S, trust_env=False) as client,
                client.stream("POST", self._base + path, json=body, headers=headers) as answer,
            ):
                status, raw = answer.status_code, _bounded(answer)
        except httpx.HTTPError as error:
            raise CarrierAway(type(error).__name__) from error
        try:
            said = json.loads(raw)
        except ValueError:
            said = None
        if not isinstance(said, dict) or status >= httpx.codes.INTERNAL_SERVER_ERROR or status in _TRY_AGAIN:
            raise CarrierAway(f"status {status}")
        if status >= httpx.codes.BAD_REQUEST:
            raise CarrierRefused(str(said.get("error", ""))[: limits.CARRIER_REASON_CHARS_MAX])
        return said


def _bounded(answer: httpx.Response) -> bytes:
    """The body. Raises CarrierAway for one that is larger than any label."""
    parts, size = [], 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > limits.CARRIER_ANSWER_BYTES_MAX:
            raise CarrierAway("an endless answer")
        parts.append(part)
    return b"".join(parts)


def read(id: str, raw: bytes) -> TrackingNews:
    """What the body of a message says, whoever sent it. Raises BadEvent."""
    try:
        body: dict[str, Any] = json.loads(raw)
        sequence, number = body["sequence"], body["parcel"]
        at, expected = datetime.fromisoformat(body["at"]), body.get("expected_on")
        picture, received_by = body.get("picture", ""), body.get("received_by", "")
        news = TrackingNews(
            id=id,
            number=number,
            event=EVENTS[body["step"]],
            sequence=sequence,
            at=at,
            expected_on=None if expected is None else date.fromisoformat(expected),
            picture=picture,
            received_by=received_by,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadEvent from None
    numbered = type(sequence) is int and 0 < sequence <= limits.CARRIER_SEQUENCE_MAX
    named = isinstance(number, str) and 0 < len(number) <= _NUMBER_CHARS_MAX
    if not numbered or not named or at.tzinfo is None:
        raise BadEvent
    for text, most in (
        (picture, limits.CARRIER_PICTURE_URL_CHARS_MAX),
        (received_by, limits.RECEIVED_BY_CHARS_MAX),
    ):
        if not isinstance(text, str) or len(text) > most:
            raise BadEvent
    return news
