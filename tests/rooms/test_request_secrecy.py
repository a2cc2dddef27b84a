"""A seller learns neither whom else a buyer asks nor how many they are, from nothing that they receive."""

import json
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from negotiation_hub.kernel import clock, stream, wire
from negotiation_hub.kernel.models import Mail, Stream
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import acting_organisation
from negotiation_hub.people.services import issue_token
from rooms import requests
from rooms.models import Room
from rooms.opening import enter_room
from rooms.request_models import RequestInvite
from tests.rooms.asking import Asking

pytestmark = pytest.mark.django_db

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|\+00:00)?")
_RANDOM = re.compile(
    r"[0-9a-f]{32,}|[0-9a-f]{12}@|csrfmiddlewaretoken\S+ value=\"\w+\"|nonce-[\w+/=]+|[A-Za-z0-9_-]{43,}"
)
_CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d)?( [ap]\.m\.)?")


def received(ada: User, room: Room) -> Iterator[tuple[str, str]]:
    """Everything that a seller can get of a room and about it, each with a name."""
    enter_room(actor=ada, scope=room.pk, now=clock.now())
    for kind in ("table", "caucus"):
        row = Stream.objects.get(scope=room.pk, kind=kind, side="" if kind == "table" else "seller")
        yield f"events of the {kind}", "\n".join(map(wire.event_json, stream.everything(row.id)))
    client = Client()
    client.force_login(ada)
    pages = {
        "room": reverse("rooms:room", args=[room.pk]),
        "deal": reverse("desk:deal", args=[room.pk]),
        "deals": reverse("desk:deals"),
        "report": reverse("desk:report"),
        "search": reverse("rooms:search") + "?q=pump",
        "requests": reverse("rooms:requests"),
        "orders": reverse("orders:orders"),
    }
    for name, address in pages.items():
        answer = client.get(address)
        assert answer.status_code == 200, name
        yield name, answer.content.decode()
    headers = {"Authorization": f"Bearer {issue_token(user=ada, now=clock.now())}"}
    api = f"/api/v1/rooms/{room.pk}"
    for path in ("", "/events", "/evidence", "/people", "/scores", "/transcript.json", "/at/2"):
        answer = client.get(f"{api}{path}", headers=headers)
        assert answer.status_code == 200, path
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        yield f"API{path}", body.decode()
    for path in ("/api/v1/rooms", "/api/v1/deals", "/api/v1/rooms/search?q=pump"):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, path
        yield path, answer.content.decode()
    for mail in Mail.objects.filter(to=ada.email).order_by("created_at"):
        yield "mail", json.dumps([mail.subject, mail.text, mail.html, mail.headers, mail.sender])


def run(names: tuple[str, ...]) -> tuple[Asking, dict[str, str]]:
    """The buyer asks these, all offer, and the last one gets the order; what the first one received."""
    asking = Asking(names)
    for price, name in enumerate(names):
        asking.offer(name, 9_000 - price, 4_000)
    last = asking.room(names[-1]).offers.get()
    if len(names) > 1:
        asking.accept(last, asking.ben)
    else:
        requests.close_request(actor=asking.ben, request_id=asking.id, now=clock.now())
    asking.do_jobs()
    return asking, dict(received(asking.sellers[names[0]], asking.room(names[0])))


def plain(text: str) -> str:
    """Without what differs between any two runs: ids by their first appearance, times, hashes, tokens."""
    seen: dict[str, str] = {}
    text = _UUID.sub(lambda found: seen.setdefault(found[0], f"id{len(seen)}"), text)
    for pattern, instead in ((_TIME, "time"), (_RANDOM, "random"), (_CLOCK, "clock")):
        text = pattern.sub(instead, text)
    return text


def test_what_is_asked_for_is_found_by_each_seller_in_their_own_room_alone() -> None:
    asking = Asking(("Norte", "Sur"))
    for name in asking.names:
        client = Client()
        client.force_login(asking.sellers[name])
        headers = {"Authorization": f"Bearer {issue_token(user=asking.sellers[name], now=clock.now())}"}
        found = client.get("/api/v1/rooms/search?q=drawing", headers=headers).json()["hits"]
        assert [(hit["kind"], hit["room"]["id"]) for hit in found] == [("request", str(asking.room(name).pk))]


@pytest.mark.covers("room:entry.request", "room:entry.closing")
def test_nothing_that_a_seller_receives_names_another_one_or_their_number() -> None:
    asking, got = run(("Norte", "Zephyr Pumpworks", "Quixote Hydraulics"))
    others = [asking.sellers[name] for name in asking.names[1:]]
    secrets: set[UUID | str] = {asking.id, *RequestInvite.objects.values_list("pk", flat=True)}
    secrets |= {acting_organisation(one).pk for one in others} | {one.pk for one in others}
    secrets |= {asking.room(name).pk for name in asking.names[1:]}
    secrets |= {"Zephyr", "Quixote", "zephyr", "quixote", "8,998", "89.98"}
    secrets |= {one.email for one in others}
    assert len(got) > 15
    for name, text in got.items():
        # By itself only: in thousands of random digits of hashes it comes up by chance.
        assert not re.search(r"(?<![0-9A-Za-z])8998(?![0-9A-Za-z])", text), f"{name} has 8998"
        for secret in secrets:
            assert str(secret) not in text, f"{name} has {secret}"
            if isinstance(secret, UUID):
                assert secret.hex not in text, f"{name} has {secret}"


def test_a_seller_receives_the_same_whether_they_are_asked_alone_or_with_others() -> None:
    runs = []
    for names in (("Norte",), ("Norte", "Sur", "Oeste")):
        with transaction.atomic():
            _, got = run(names)
            runs.append({name: plain(text) for name, text in got.items()})
            transaction.set_rollback(True)  # so that names and numbers begin anew
    alone, among = runs
    assert alone.keys() == among.keys()
    for name, text in among.items():
        assert text == alone[name], name
