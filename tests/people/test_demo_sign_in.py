import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from negotiation_hub.people import demo, queries, services
from negotiation_hub.people.models import Membership, Organisation, User
from tests.personas import START

pytestmark = pytest.mark.django_db
DOOR = "/demo/sign-in"
Role = Membership.Role


@pytest.fixture
def demo_on(settings: Settings) -> None:
    settings.DEMO = True


def ask(client: Client, body: Any, content_type: str = "application/json") -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(DOOR, data, content_type=content_type)


def acting(answer: Any, client: Client) -> User:
    assert answer.status_code in {200, 302}
    return User.objects.get(pk=client.session["_auth_user_id"])


@pytest.mark.parametrize(
    ("person", "company", "role"),
    [
        ("buyer", "demo-buyer", Role.PURCHASER),
        ("seller", "demo-seller", Role.SALES),
        ("sales", "demo-seller", Role.SALES),
        ("manager", "demo-seller", Role.MANAGER),
        ("buyer-1", "demo-buyer", Role.PURCHASER),
        ("seller-40", "demo-seller", Role.SALES),
    ],
)
def test_a_demo_person_signs_in_and_acts_for_their_company(
    demo_on: None, client: Client, person: str, company: str, role: str
) -> None:
    answer = ask(client, {"person": person})
    user = acting(answer, client)
    organisation = queries.acting_organisation(user)
    member = queries.membership(user, organisation.pk)
    assert member is not None
    assert (organisation.slug, member.role) == (company, role)
    assert services.user_for_token(answer.json()["token"], START) == user


def test_moderator_and_stranger_have_no_company(demo_on: None, client: Client) -> None:
    moderator = acting(ask(client, {"person": "moderator"}), client)
    assert queries.may_moderate(moderator)
    stranger = acting(ask(client, {"person": "stranger"}), client)
    assert not stranger.is_moderator
    for person in (moderator, stranger):
        assert queries.acting_organisation(person).kind == Organisation.Kind.PERSONAL


def test_signing_in_twice_is_the_same_person(demo_on: None, client: Client) -> None:
    first = acting(ask(client, {"person": "seller-7"}), client)
    second = acting(ask(client, {"person": "seller-7"}), client)
    assert first == second
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "person",
    [
        "nobody",
        "",
        "buyer-0",
        "buyer-41",
        "buyer-01",
        "manager-1",
        "Buyer",
        "buyer\x00",
        "../buyer",
        "buyer-1\n",
    ],
)
def test_an_unknown_person_is_not_found(demo_on: None, client: Client, person: str) -> None:
    answer = ask(client, {"person": person})
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "body", ["{", " ", "[]", "null", "{}", '{"person": 1}', '{"person": ["buyer"]}', b"\xff\xfe"]
)
def test_what_is_not_the_agreed_json_is_malformed(demo_on: None, client: Client, body: str | bytes) -> None:
    answer = ask(client, body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "malformed"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_form_of_another_site_cannot_sign_anybody_in(demo_on: None, content_type: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = ask(strict, '{"person": "buyer"}', content_type)
    assert answer.status_code == 403
    assert "_auth_user_id" not in strict.session


def test_one_click_needs_the_csrf_token(demo_on: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(DOOR, {"person": "buyer"}).status_code == 403
    page = strict.get("/")
    assert b'name="csrfmiddlewaretoken"' in page.content
    token = strict.cookies["csrftoken"].value
    assert strict.post(DOOR, {"person": "buyer", "csrfmiddlewaretoken": token}).status_code == 302


def test_one_click_leads_back_to_the_page(demo_on: None, client: Client) -> None:
    answer = client.post(DOOR, {"person": "buyer", "next": "/listings/?q=a"})
    assert answer["Location"] == "/listings/?q=a"
    assert acting(answer, client).email == "ben.ortega@acme-water.example"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "\\\\evil.example"]
)
def test_one_click_leads_to_no_other_site(demo_on: None, client: Client, target: str) -> None:
    assert client.post(DOOR, {"person": "buyer", "next": target})["Location"] == "/"


def test_one_click_on_nobody_is_a_page_in_words(demo_on: None, client: Client) -> None:
    answer = client.post(DOOR, {"person": "nobody"})
    assert answer.status_code == 404
    assert b"There is no such demo person." in answer.content


def test_looking_at_the_door_does_not_open_it(demo_on: None, client: Client) -> None:
    assert client.get(DOOR).status_code == 405


def test_no_password_opens_a_demo_account(demo_on: None, client: Client) -> None:
    user = demo.user_of("buyer", now=START)
    assert not user.has_usable_password()
    for password in ("", "!"):
        client.post("/accounts/auth/login/", {"login": user.email, "password": password})
        assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", [DOOR, "/demo/both/"])
def test_the_doors_do_not_exist_without_the_demo(settings: Settings, client: Client, path: str) -> None:
    settings.DEMO = False
    assert client.get(path).status_code in {404, 405}
    assert client.post(DOOR, {"person": "buyer"}).status_code == 404
    assert ask(client, {"person": "buyer"}).status_code == 404
    assert not User.objects.exists()


def test_a_demo_session_ends_with_the_demo(demo_on: None, settings: Settings, client: Client) -> None:
    ask(client, {"person": "buyer"})
    assert client.get("/people/me/").status_code == 200
    settings.DEMO = False
    assert client.get("/people/me/").status_code == 302


def test_pages_offer_no_demo_people_without_the_demo(settings: Settings, client: Client) -> None:
    settings.DEMO = False
    for path in ("/", "/listings/", "/accounts/auth/login/"):
        page = client.get(path).content
        assert b"demo/sign-in" not in page
        assert b"demo/both" not in page


def test_pages_offer_every_demo_person_by_one_click(demo_on: None, client: Client) -> None:
    page = client.get("/").content.decode()
    for person in demo.PEOPLE:
        assert f'value="{person.key}"' in page


def test_making_the_people_twice_makes_them_once(demo_on: None) -> None:
    assert demo.make_people(now=START) == demo.make_people(now=START)
    assert User.objects.count() == len(demo.PEOPLE)
    assert Organisation.objects.filter(kind=Organisation.Kind.COMPANY).count() == 2
