import re

import pytest
from django.test import Client

from negotiation_hub.people import services
from negotiation_hub.people.models import ApiToken, Organisation
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
PATHS = ("/people/me/", "/people/me/tokens/", "/people/organisations/new/")


def test_a_token_is_shown_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.ben)
    page = client.post("/people/me/tokens/", {"label": "nightly sync"})
    found = re.search(r'<code class="hash">(nh_[\w-]+)</code>', page.content.decode())
    assert found is not None
    assert services.user_for_token(found[1], START) == cast.ben
    assert "no-store" in page["Cache-Control"]
    later = client.get("/people/me/").content.decode()
    assert found[1] not in later
    assert "nightly sync" in later


def test_a_person_revokes_their_own_tokens_only(client: Client, cast: Cast) -> None:
    services.issue_token(user=cast.ben, now=START)
    url = f"/people/me/tokens/{ApiToken.objects.get().pk}/revoke/"
    client.force_login(cast.cleo)
    client.post(url)
    assert ApiToken.objects.exists()
    client.force_login(cast.ben)
    assert client.get(url).status_code == 405
    client.post(url)
    assert not ApiToken.objects.exists()


def test_a_name_is_changed_and_a_bad_one_is_named(client: Client, cast: Cast) -> None:
    client.force_login(cast.cleo)
    refused = client.post("/people/me/", {"name": "\x07", "language": "es"})
    assert refused.context["form"].errors["name"]
    assert client.post("/people/me/", {"name": " Cleo  Haddad ", "language": "es"}).status_code == 302
    cast.cleo.refresh_from_db()
    assert (cast.cleo.name, cast.cleo.language) == ("Cleo Haddad", "es")


def test_a_new_company_is_the_one_a_person_acts_for(client: Client, cast: Cast) -> None:
    client.force_login(cast.cleo)
    client.post("/people/organisations/new/", {"name": "Cleo & Co"})
    page = client.get("/people/me/").content.decode()
    assert page.index("Cleo &amp; Co") < page.index("You act for it")
    assert Organisation.objects.filter(name="Cleo & Co", kind="company").exists()


@pytest.mark.parametrize("path", PATHS)
def test_pages_about_oneself_ask_who_is_there(client: Client, path: str) -> None:
    answer = client.post(path, {"name": "Eve"})
    assert answer["Location"] == f"/accounts/auth/login/?next={path}"
    assert not Organisation.objects.exists()
