"""Pages of requests: they work without JavaScript, and for the buyer's people alone."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from negotiation_hub.kernel import clock, outbox
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import acting_organisation
from rooms.models import Room
from rooms.request_models import Request
from tests.rooms.asking import Asking, in_days, seller
from tests.rooms.table import person

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    """A browser of theirs."""
    client = Client()
    client.force_login(user)
    return client


def form(**fields: Any) -> dict[str, Any]:
    """What a browser sends."""
    lines = {
        "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "0",
        "lines-0-title": "Booster pump",
        "lines-0-quantity": "2,5",
        "lines-0-unit": "Kilogram",
        "lines-1-title": "",
        "lines-1-quantity": "",
        "lines-1-unit": "",
    }
    known = {"title": "Pumps", "text": "**Soon**", "currency": "EUR", "needed_by": ""}
    return {**known, "answers_until": in_days(7).isoformat(), **lines, **fields}


def test_from_the_form_to_the_rooms_without_javascript() -> None:
    ben, ada, eva = person("Ben", "Acme"), seller("Norte"), seller("Sur")
    client = signed_in(ben)
    page = client.get(reverse("rooms:create_request")).content.decode()
    made = re.search(r'name="id" value="([^"]+)"', page)
    assert made is not None
    for _ in range(2):
        answer = client.post(reverse("rooms:create_request"), form(id=made[1]))
    draft = Request.objects.get()
    assert draft.lines == [{"title": "Booster pump", "quantity": "2.5", "unit": "KGM"}]
    sellers = reverse("rooms:request_sellers", args=[draft.pk])
    assert answer.headers["Location"] == sellers
    found = client.get(sellers, {"q": "pumps of NORTE"}).content.decode()
    assert "Norte" in found
    assert "Sur" not in found
    for one in (ada, ada, eva):
        assert client.post(sellers, {"add": str(acting_organisation(one).pk)}).status_code == 302
    summary = client.get(reverse("rooms:request", args=[draft.pk])).content.decode()
    assert "<strong>Soon</strong>" in summary
    assert "Norte" in summary
    draft.refresh_from_db()
    for _ in range(2):
        client.post(reverse("rooms:send_request", args=[draft.pk]), {"revision": draft.revision})
    outbox.drain(clock.now())
    assert Room.objects.count() == 2
    compared = client.get(reverse("rooms:request", args=[draft.pk]))
    for room in Room.objects.all():
        assert reverse("rooms:room", args=[room.pk]) in compared.content.decode()
    digest = re.search(r'data-seen="(\w+)"', compared.content.decode())
    assert digest is not None
    again = client.get(reverse("rooms:request", args=[draft.pk]), headers={"x-seen": digest[1]})
    assert (again.status_code, again.content) == (204, b"")
    assert "Pumps" in client.get(reverse("rooms:requests")).content.decode()


def test_what_was_closed_is_asked_again_by_a_draft_that_a_double_click_makes_once() -> None:
    asking = Asking(("Norte",))
    client, page = signed_in(asking.ben), reverse("rooms:request", args=[asking.id])
    assert "Ask again" not in client.get(page).content.decode()
    client.post(reverse("rooms:close_request", args=[asking.id]))
    asking.do_jobs()
    copy = re.search(r'name="copy" value="([^"]+)"', client.get(page).content.decode())
    assert copy is not None
    for _ in range(2):
        answer = client.post(reverse("rooms:ask_again", args=[asking.id]), {"copy": copy[1]})
    draft = Request.objects.get(status="draft")
    assert answer.headers["Location"] == reverse("rooms:edit_request", args=[draft.pk])
    assert "Six booster pumps" in client.get(answer.headers["Location"]).content.decode()
    assert client.post(reverse("rooms:ask_again", args=[asking.id]), {"copy": "x"}).status_code == 422


def test_what_is_wrong_is_said_beside_the_field() -> None:
    client = signed_in(person("Ben", "Acme"))
    for fields, said in (
        ({"answers_until": in_days(-2).isoformat()}, "within a year"),
        ({"lines-0-quantity": ""}, "Say what and how much"),
        ({"lines-0-quantity": "many"}, "cannot be shown"),
        ({"title": ""}, "This field is required"),
    ):
        page = client.post(reverse("rooms:create_request"), form(id=str(uuid4()), **fields))
        assert page.status_code == 422
        assert said in page.content.decode()
    assert not Request.objects.exists()


def test_nobody_but_the_buyers_people_can_tell_that_a_request_exists() -> None:
    asking = Asking(("Norte",))
    varying = re.compile(rb"[0-9a-f-]{36}|value=\"\w{64}\"|nonce-[^' ]+|nonce=\"[^\"]+\"")
    for who in (asking.sellers["Norte"], person("Anna", "Elsewhere")):
        client = signed_in(who)
        assert asking.row.title not in client.get(reverse("rooms:requests")).content.decode()
        for name in ("request", "edit_request", "request_sellers"):
            real, none = (client.get(reverse(f"rooms:{name}", args=[one])) for one in (asking.id, uuid4()))
            assert real.status_code == none.status_code == 404
            assert varying.sub(b"", real.content) == varying.sub(b"", none.content)
        for name in ("send_request", "close_request", "request_sellers", "ask_again"):
            real, none = (
                client.post(
                    reverse(f"rooms:{name}", args=[one]),
                    {"add": str(asking.row.buyer_id), "copy": str(uuid4())},
                )
                for one in (asking.id, uuid4())
            )
            assert real.status_code == none.status_code == 404
    assert asking.row.status == "open"
    assert Client().get(reverse("rooms:request", args=[asking.id])).status_code == 302


def test_a_look_changes_nothing_and_sits_down_nowhere() -> None:
    asking = Asking(("Norte", "Sur"))
    made = asking.offer("Norte", 900, 400)
    seats = asking.room("Norte").participants.count()
    for _ in range(2):
        assert signed_in(asking.ben).get(reverse("rooms:request", args=[asking.id])).status_code == 200
    made.refresh_from_db()
    assert made.seen_at is None
    assert asking.room("Norte").participants.count() == seats


@pytest.mark.parametrize("typed", ["1,000", "12.500"])
def test_a_quantity_that_two_people_read_differently_is_asked_about(typed: str) -> None:
    page = signed_in(person("Ben", "Acme")).post(
        reverse("rooms:create_request"), form(id=str(uuid4()), **{"lines-0-quantity": typed})
    )
    assert page.status_code == 422
    assert "A thousand, or one with decimals?" in page.content.decode()
    assert not Request.objects.exists()
