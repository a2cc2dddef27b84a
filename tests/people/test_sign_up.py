import re

import pytest
from django.test import Client
from pytest_django import Settings

from negotiation_hub.kernel.models import Mail
from negotiation_hub.people import queries
from negotiation_hub.people.models import Organisation, User
from tests.factories.people import UserFactory
from tests.personas import Cast

pytestmark = pytest.mark.django_db
SIGN_UP = "/accounts/auth/signup/"
SIGN_IN = "/accounts/auth/login/"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _fast(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False


def sign_up(client: Client, **changes: str) -> "int":
    form = {"name": "Iris Vega", "email": "Iris@People.example", "password1": PASSWORD, **changes}
    return client.post(SIGN_UP, form).status_code


def test_who_signs_up_is_signed_in_and_has_an_organisation_of_their_own(client: Client) -> None:
    assert sign_up(client) == 302
    iris = User.objects.get(email="iris@people.example")
    assert client.session["_auth_user_id"] == str(iris.pk)
    own = queries.acting_organisation(iris)
    assert (own.name, own.kind) == ("Iris Vega", Organisation.Kind.PERSONAL)
    assert queries.may_sell(queries.membership(iris, own.pk))
    assert queries.may_buy(queries.membership(iris, own.pk))


def test_sign_up_sends_one_mail_through_the_outbox(client: Client) -> None:
    sign_up(client)
    mail = Mail.objects.get()
    assert mail.to == "iris@people.example"
    assert re.search(r"https?://\S+/accounts/auth/confirm-email/\S+", mail.text)
    assert "Hello from !" not in mail.text


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "   "},
        {"name": "Eve\x07"},
        {"name": "x" * 101},
        {"name": "\u202eecilA"},
        {"email": "nobody"},
        {"email": ""},
        {"password1": "12345678"},
        {"password1": ""},
    ],
)
def test_a_bad_form_makes_nobody(client: Client, changes: dict[str, str]) -> None:
    assert sign_up(client, **changes) == 200
    assert not User.objects.exists()
    assert not Organisation.objects.exists()


def test_an_address_that_is_taken_makes_no_second_person(client: Client) -> None:
    UserFactory.create(email="iris@people.example")
    assert sign_up(client) == 200
    assert User.objects.count() == 1
    assert "_auth_user_id" not in client.session


def test_the_address_may_be_typed_in_any_case(client: Client) -> None:
    UserFactory.create(email="iris@people.example", password=PASSWORD)
    answer = client.post(SIGN_IN, {"login": "IRIS@people.EXAMPLE", "password": PASSWORD})
    assert answer.status_code == 302


def test_a_wrong_password_does_not_sign_in(client: Client) -> None:
    UserFactory.create(email="iris@people.example", password=PASSWORD)
    client.post(SIGN_IN, {"login": "iris@people.example", "password": "something else"})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "http:evil"],
)
def test_signing_in_leads_to_no_other_site(client: Client, target: str) -> None:
    UserFactory.create(email="iris@people.example", password=PASSWORD)
    form = {"login": "iris@people.example", "password": PASSWORD, "next": target}
    assert client.post(SIGN_IN, form)["Location"] == "/"


def test_signing_in_leads_back_to_where_one_wanted_to_go(client: Client) -> None:
    UserFactory.create(email="iris@people.example", password=PASSWORD)
    form = {"login": "iris@people.example", "password": PASSWORD, "next": "/listings/?q=pump"}
    assert client.post(SIGN_IN, form)["Location"] == "/listings/?q=pump"


def test_a_forgotten_password_is_reset_through_the_mailed_link(client: Client) -> None:
    UserFactory.create(email="iris@people.example", password=PASSWORD)
    client.post("/accounts/auth/password/reset/", {"email": "iris@people.example"})
    found = re.search(r"https?://[^/]+(/\S+/password/reset/key/\S+)", Mail.objects.get().text)
    assert found is not None
    form_page = client.get(found[1], follow=True)
    assert form_page.status_code == 200
    where = form_page.redirect_chain[-1][0]
    client.post(where, {"password1": "another horse staple", "password2": "another horse staple"})
    iris = User.objects.get()
    assert iris.check_password("another horse staple")


@pytest.mark.parametrize(
    "page", ["2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "email/", "password/change/"]
)
def test_the_pages_about_ones_account_open(client: Client, cast: Cast, page: str) -> None:
    client.force_login(cast.ben)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 32503680000, "email": ""}]
    session.save()
    assert client.get(f"/accounts/auth/{page}", follow=True).status_code == 200


def test_two_spellings_of_an_address_are_one_person() -> None:
    UserFactory.create(email="Iris@People.Example")
    assert User.objects.get_by_natural_key(" IRIS@people.example ").email == "iris@people.example"
