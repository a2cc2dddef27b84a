"""The page on which an organisation's managers say above how much accepting takes a second factor."""

import re

import pytest
from django.test import Client

from negotiation_hub.people import second_factor, services
from negotiation_hub.people.models import Organisation, SecondFactorRule, User
from tests.rooms.table import START, person

pytestmark = pytest.mark.django_db
PASSWORD = "a long one, made up"


@pytest.fixture
def acme() -> Organisation:
    ben = person("Ben", "Acme")
    ben.set_password(PASSWORD)
    ben.save()
    return Organisation.objects.get(name="Acme")


def manager(organisation: Organisation) -> User:
    return organisation.memberships.get().user


def signed_in(user: User) -> Client:
    """Somebody who has just shown their password."""
    client = Client()
    client.force_login(user)
    client.post("/accounts/auth/reauthenticate/", {"password": PASSWORD})
    return client


def rule(organisation: Organisation) -> tuple[int, str] | None:
    found = second_factor.rule_of(organisation.pk)
    return None if found is None else (found.minor, found.currency)


@pytest.mark.covers("room:offers.step_up")
def test_a_manager_sets_changes_and_ends_it(acme: Organisation) -> None:
    client, page = signed_in(manager(acme)), f"/people/organisations/{acme.slug}/"
    assert "not asked for yet" in client.get(page).text
    for typed, minor in (("5000", 500_000), ("1250,5", 125_050), ("0.01", 1)):
        client.post(page, {"amount": typed, "currency": "EUR"})
        assert rule(acme) == (minor, "EUR")
    assert "0.01 EUR" in client.get(page).text
    assert client.post(page, {"amount": "", "currency": "EUR"}).status_code == 302
    assert rule(acme) is None


@pytest.mark.parametrize(
    ("amount", "currency"), [("-5", "EUR"), ("0", "EUR"), ("1.005", "EUR"), ("many", "EUR"), ("5", "XXX")]
)
def test_what_is_no_amount_changes_nothing(acme: Organisation, amount: str, currency: str) -> None:
    answer = signed_in(manager(acme)).post(
        f"/people/organisations/{acme.slug}/", {"amount": amount, "currency": currency}
    )
    assert answer.status_code == 200
    assert "field-error" in answer.text
    assert rule(acme) is None


def test_colleagues_see_it_and_only_managers_change_it(acme: Organisation) -> None:
    cleo = person("Cleo")
    services.add_member(actor=manager(acme), organisation=acme, user=cleo, role="purchaser", now=START)
    client, page = Client(), f"/people/organisations/{acme.slug}/"
    client.force_login(cleo)
    assert "Managers set this." in client.get(page).text
    answer = client.post(page, {"amount": "5", "currency": "EUR"})
    assert answer.status_code == 403
    assert rule(acme) is None


def test_a_stranger_cannot_tell_that_the_organisation_exists(acme: Organisation) -> None:
    client = Client()
    client.force_login(person("Eve", "Elsewhere"))
    there, nowhere = (client.get(f"/people/organisations/{slug}/") for slug in (acme.slug, "nowhere"))
    assert there.status_code == nowhere.status_code == 404
    told = [re.sub(r'value="\w{64}"', "", one.text) for one in (there, nowhere)]
    assert told[0].replace(acme.slug, "") == told[1].replace("nowhere", "")
    posted = client.post(f"/people/organisations/{acme.slug}/", {"amount": "5", "currency": "EUR"})
    assert posted.status_code == 404


def test_a_session_that_somebody_found_open_does_not_take_the_rule_away(acme: Organisation) -> None:
    """Who has not just shown who they are is asked to, and nothing changes before."""
    ben = manager(acme)
    second_factor.set_rule(actor=ben, organisation=acme, minor=5, currency="EUR", now=START)
    client = Client()
    client.force_login(ben)  # a session without a fresh sign-in
    answer = client.post(f"/people/organisations/{acme.slug}/", {"amount": "", "currency": "EUR"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/auth/reauthenticate/")
    assert rule(acme) == (5, "EUR")
    # Then what they asked for is done.
    client.post(answer["Location"], {"password": PASSWORD})
    assert rule(acme) is None


def test_the_row_says_who_set_it(acme: Organisation) -> None:
    ben = manager(acme)
    second_factor.set_rule(actor=ben, organisation=acme, minor=5, currency="EUR", now=START)
    row = SecondFactorRule.objects.get()
    assert (row.set_by, row.set_at) == (ben, START)
