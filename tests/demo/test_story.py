"""Following the story: forth, back, away and out."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from negotiation_hub.demo.story import STATIONS, STEPS
from negotiation_hub.people import demo
from tests.demo.conftest import Make

PAGE, GO, LEAVE = "/demo/story/", "/demo/story/go/", "/demo/story/leave/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_on(settings: Settings) -> None:
    settings.DEMO = True


def bar(client: Client, path: str = "/listings/") -> str:
    """What the bar says on a page, without markup; empty when there is none."""
    found = re.search(
        r'<aside class="demo-bar story-bar".*?</aside>', client.get(path).content.decode(), re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split()) if found else ""


def email(client: Client) -> str:
    return str(client.get("/").context["user"].email)


def test_nine_steps_each_with_its_places(demo_on: None, client: Client) -> None:
    assert len(STEPS) == 9
    page = client.get(PAGE).content.decode()
    for station in STATIONS:
        assert f'name="to" value="{station.number}"' in page
    assert 'href="/demo/story/"' in client.get("/").content.decode()


def test_each_place_is_shown_to_whom_it_is_for(make: Make, client: Client) -> None:
    make()
    for station in STATIONS:
        answer = client.post(GO, {"to": station.number})
        assert answer.status_code == 302
        page = client.get(answer["Location"])
        assert page.status_code == 200
        assert page.context["user"].email == station.place.person.email
        assert f"Step {station.step_number} of 9: {station.step.name}" in bar(client, answer["Location"])
        assert "Go there" not in bar(client, answer["Location"])
        assert answer["Location"] != "/deals/" or station is STATIONS[-1]


def test_it_goes_on_and_back_through_every_place(make: Make, client: Client) -> None:
    make()
    client.post(GO, {"to": 1})
    assert "Back" not in bar(client)
    for following in range(2, len(STATIONS) + 1):
        ways = re.findall(r'name="to" value="(\d+)">(\w+)', client.get("/listings/").content.decode())
        assert {word: int(to) for to, word in ways}["Next"] == following
        client.post(GO, {"to": following})
        assert re.search(r"\bBack\b", bar(client))
    assert "Next" not in bar(client)


def test_the_bar_survives_becoming_somebody_else_and_offers_the_way_back(
    demo_on: None, client: Client
) -> None:
    client.post(GO, {"to": 1})
    client.post("/demo/sign-in", {"person": "stranger"})
    assert "Step 1 of 9" in bar(client)
    assert "Go there" in bar(client)
    assert email(client) == "cleo.haddad@mail.example"


def test_whoever_leaves_stays_where_and_who_they_are(demo_on: None, client: Client) -> None:
    client.post(GO, {"to": 1})
    before = email(client)
    assert client.post(LEAVE, {"next": "/listings/?q=a"})["Location"] == "/listings/?q=a"
    assert bar(client) == ""
    assert email(client) == before
    assert (
        client.post(LEAVE, {"next": "https://evil.example/"})["Location"] == "/"
    )  # twice, and not elsewhere


def test_others_see_nothing_of_it(demo_on: None, client: Client) -> None:
    client.post(GO, {"to": 1})
    other = Client()
    other.post("/demo/sign-in", {"person": "buyer"})
    assert bar(other) == ""


@pytest.mark.parametrize("to", ["", "0", "-1", "99", "1" * 5000, "x", "²", "1.0", "\x00"])
def test_there_is_no_such_place(demo_on: None, client: Client, to: str) -> None:
    assert client.post(GO, {"to": to}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_session_that_says_nonsense_shows_no_bar(demo_on: None, client: Client) -> None:
    client.post(GO, {"to": 1})
    session = client.session
    session["story"] = ["x"]
    session.save()
    assert bar(client) == ""


def test_looking_moves_nobody_and_a_form_of_another_site_neither(demo_on: None, client: Client) -> None:
    assert client.get(GO).status_code == client.get(LEAVE).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(GO, {"to": 1}).status_code == 403
    assert "_auth_user_id" not in strict.session


def test_it_does_not_exist_without_the_demo(settings: Settings, client: Client) -> None:
    settings.DEMO = True
    client.post(GO, {"to": 1})
    settings.DEMO = False
    assert client.get(PAGE).status_code == 404
    assert client.post(GO, {"to": 2}).status_code == 404
    assert client.post(LEAVE).status_code == 404
    assert bar(client) == ""
    assert "/demo/story/" not in client.get("/").content.decode()


def test_customers_are_offered_by_no_page_and_may_be_signed_in_by_a_program(
    demo_on: None, client: Client
) -> None:
    page = client.get("/").content.decode()
    for person in demo.CUSTOMERS:
        assert person.name not in page
        answer = client.post("/demo/sign-in", {"person": person.key}, content_type="application/json")
        assert answer.status_code == 200
