"""What the desk says of one step, and where it leads."""

from uuid import uuid4

import pytest
from django.urls import reverse

from desk import words
from desk.timeline import Reader
from negotiation_hub.people.models import User
from orders.hooks import KINDS
from rooms.models import Room


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_became_of_an_order_leads_to_its_page(kind: str) -> None:
    order = uuid4()
    reader = Reader(User(name="Ada"), Room(), "seller", order)
    assert reader.url(kind).partition("#")[0] == reverse("orders:order", args=[order])


@pytest.mark.parametrize(
    ("kind", "body", "detail"),
    [
        ("download.released", {"download": {"line": "1", "title": "Atlas", "files": 2}}, "Atlas"),
        ("download.taken", {"download": {"id": "1", "name": "atlas.pdf"}}, "atlas.pdf"),
        ("service.reported", {"service": {"id": "1", "title": "Fitting"}}, "Fitting"),
        (
            "service.changes_requested",
            {"service": {"id": "1", "title": "Fitting", "reason": "It drips."}},
            "Fitting: It drips.",
        ),
        ("feedback.given", {"order": {"number": 17}}, "17"),
        (
            "request.received",
            {"request": {"lines": [{"title": "Pump", "quantity": "6", "unit": "C62"}]}},
            "Pump: 6\N{NO-BREAK SPACE}pcs",
        ),
        ("request.received", {}, ""),
        ("frame.agreed", {"frame": {"number": "FA-2026-7KQ4RD"}}, "FA-2026-7KQ4RD"),
        ("service.reported", {}, ""),
    ],
)
def test_a_step_names_what_it_is_about(kind: str, body: words.Body, detail: str) -> None:
    said = words.of_event(kind, body)
    assert said is not None
    assert said.detail == detail


def test_a_room_that_an_order_by_mail_has_opened_says_so() -> None:
    by_mail = words.of_event("room.opened", {"room": {"origin": {"kind": "mail_order"}}})
    others = [words.of_event("room.opened", body) for body in ({}, {"room": {"origin": None}})]
    assert by_mail is not None
    assert by_mail.text == "Ordered by mail, and confirmed it"
    assert [one.text for one in others if one is not None] == ["Opened the room"] * 2
