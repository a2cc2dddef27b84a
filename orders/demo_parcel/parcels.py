"""Parcels of the stand-in: booked once by each key, carried step by step."""

import base64
import hashlib
import json
import secrets
import sqlite3
from datetime import timedelta
from typing import Any, Final

from orders.carriers import label
from orders.carriers.base import Address, Consignment
from orders.demo_parcel.store import Store, moment, now_ms, queue

TITLE: Final = "Demo Parcel"
STEPS: Final = (
    "collected",
    "in_transit",
    "out_for_delivery",
    "at_pickup_point",
    "late",
    "delivery_failed",
    "held",
    "delivered",
    "returning",
    "lost",
)
ENDS: Final = frozenset({"delivered", "returning", "lost", "canceled"})
HOW: Final = {"once": 1, "repeated": 3, "twins": 2, "damaged": 1}
_LATE_DAYS: Final = 2
_TEXT_CHARS_MAX: Final = 200
_ADDRESS: Final = ("name", "street", "postal_code", "city", "country", "company", "phone")
_NEEDED: Final = {
    "name": "who receives it",
    "street": "the street",
    "city": "the town",
    "country": "the country",
}


class Refused(Exception):
    """What is answered with a status of 400 and more; the text is for whoever asked."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def book(store: Store, key: str, body: Any) -> dict[str, str]:
    """Books a parcel; the same key and body give the same answer. Raises Refused."""
    if not 0 < len(key) <= _TEXT_CHARS_MAX:
        raise Refused(400, "An idempotency key is missing.")
    consignment = _consignment(key, body)
    text = json.dumps(body, sort_keys=True)
    with store.transaction() as sql:
        known = sql.execute("SELECT * FROM parcels WHERE key = ?", (key,)).fetchone()
    if known is None:
        number = "DP" + "".join(secrets.choice("0123456789") for _ in range(12))
        # Before the transaction: drawing takes a tenth of a second.
        drawn = label.draw(consignment, carrier=TITLE, number=number, at=moment())
        with store.transaction() as sql:
            sql.execute(
                "INSERT OR IGNORE INTO parcels VALUES (?, ?, ?, ?, 'booked', 0, ?, ?)",
                (number, key, text, drawn, secrets.token_urlsafe(24), now_ms()),
            )
            known = sql.execute("SELECT * FROM parcels WHERE key = ?", (key,)).fetchone()
    if known["body"] != text:
        raise Refused(422, "This key was used for another parcel.")
    if known["step"] == "canceled":
        raise Refused(410, "This booking was canceled.")
    return {"number": known["number"], "label": base64.b64encode(known["label"]).decode()}


def cancel(store: Store, key: str) -> dict[str, str]:
    """Takes a booking back before it is collected. Raises Refused."""
    with store.transaction() as sql:
        found = sql.execute("SELECT number, step FROM parcels WHERE key = ?", (key,)).fetchone()
        if found is None:
            raise Refused(404, "There is no such booking.")
        if found["step"] not in {"booked", "canceled"}:
            raise Refused(400, "It is on its way.")
        sql.execute("UPDATE parcels SET step = 'canceled' WHERE key = ?", (key,))
    return {"number": found["number"]}


def push(store: Store, number: str, step: str, how: str, base: str, received_by: str = "") -> None:
    """Carries a parcel on by a step and queues the message about it. Raises Refused."""
    if step not in STEPS or how not in HOW:
        raise Refused(422, "There is no such step.")
    with store.transaction() as sql:
        found = parcel(sql, number)
        if found["step"] in ENDS:
            raise Refused(409, "This parcel goes nowhere any more.")
        sequence, at = found["sequence"] + 1, moment()
        sql.execute("UPDATE parcels SET step = ?, sequence = ? WHERE number = ?", (step, sequence, number))
        message = {"parcel": number, "step": step, "sequence": sequence, "at": at.isoformat()}
        if step == "late":
            message["expected_on"] = (at.date() + timedelta(days=_LATE_DAYS)).isoformat()
        if step == "delivered":
            name = json.loads(found["body"])["receiver"]["name"]
            message["received_by"] = (received_by or name)[:100]
            message["picture"] = f"{base}/pictures/{number}/{found['token']}.jpg"
        queue(sql, number, message, times=HOW[how], damaged=how == "damaged")


def parcel(sql: sqlite3.Connection, number: str) -> sqlite3.Row:
    """A parcel. Raises Refused."""
    found: sqlite3.Row | None = sql.execute("SELECT * FROM parcels WHERE number = ?", (number,)).fetchone()
    if found is None:
        raise Refused(404, "There is no such parcel.")
    return found


def _consignment(key: str, body: Any) -> Consignment:
    if not isinstance(body, dict):
        raise Refused(422, "The body is not what it must be.")
    position, count = body.get("position"), body.get("count")
    if type(position) is not int or type(count) is not int or not 0 < position <= count:
        raise Refused(422, "Which parcel of how many it is, is missing.")
    return Consignment(
        key=key,
        reference=_text(body, "reference"),
        sender=_address(body, "sender"),
        receiver=_address(body, "receiver", _NEEDED),
        position=position,
        count=count,
        language=_text(body, "language"),
    )


def _address(body: dict[str, Any], name: str, needed: dict[str, str] | None = None) -> Address:
    said = body.get(name)
    if not isinstance(said, dict):
        raise Refused(422, f"The {name} is missing.")
    texts = {field: _text(said, field) for field in _ADDRESS}
    for field, words in (needed or {}).items():
        if not texts[field]:
            raise Refused(422, f"Of the {name} {words} is missing.")
    return Address(**texts)


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > _TEXT_CHARS_MAX:
        raise Refused(422, f"{name} is not what it must be.")
    return value


def picture_seed(number: str) -> int:
    """What makes one door differ from another."""
    return hashlib.sha256(number.encode()).digest()[0]
