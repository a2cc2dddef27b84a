"""Every page and every call of the desk as everybody: each sees exactly what is theirs."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from desk.figures import BY_SIDE
from desk.urls import urlpatterns
from negotiation_hub.people.models import User
from negotiation_hub.people.services import issue_token
from tests.desk.conftest import Deals
from tests.desk.trade import Trade

NAMES = ("ada", "sol", "max", "ben", "dov", "cleo")
OURS = {"ada", "sol", "max", "ben"}
PUBLIC = {"desk:verify", "desk:keys"}  # tests/desk/test_verify_page.py


@pytest.fixture
def deal(deals: Deals) -> Trade:
    """A deal that is on its way, with a caucus of the seller's."""
    deal = deals()
    deal.send("max", "bound.set", stream_id=deal.caucus("seller"), minor=9_000)
    deal.agree()
    for step in (deal.place, deal.pay, deal.ship):
        step()
    return deal


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pages(deal: Trade, name: str) -> dict[str, int]:
    """Every address of the desk, and what this person is answered there."""
    sees_deal = 200 if name in OURS | {"dov"} else 404
    acme, norte = deal.cast.acme.slug, deal.cast.norte.slug
    of_norte = 200 if name in {"ada", "sol", "max"} else 404
    of_acme = 200 if name == "ben" else 404
    found = {
        reverse("desk:deals"): 200,
        reverse("desk:deal", args=[deal.room.pk]): sees_deal,
        reverse("desk:deal", args=[uuid4()]): 404,
        reverse("desk:report"): 200,
        reverse("desk:report_csv"): 200,
        f"{reverse('desk:report')}?organisation={norte}": of_norte,
        f"{reverse('desk:report')}?organisation={acme}": of_acme,
        f"{reverse('desk:report_csv')}?organisation={norte}": of_norte,
        reverse("desk:live"): 200 if name == "dov" else 404,
        reverse("desk:queue"): 200 if name == "dov" else 404,
        reverse("desk:review_item", args=[uuid4()]): 404,
        **{reverse(f"desk:review_{act}", args=[uuid4()]): 405 for act in ("claim", "release", "decide")},
        reverse("desk:rows", args=["seller", "nothing"]): 404,
        reverse("desk:rows", args=["moderator", "rooms"]): 404,
    }
    for side, figures in BY_SIDE.items():
        for figure in figures:
            status = 404 if figure.page else of_norte
            for page in ("desk:rows", "desk:rows_csv"):
                found[f"{reverse(page, args=[side, figure.key])}?organisation={norte}"] = status
    return found


@pytest.mark.parametrize("name", NAMES)
def test_pages_answer_those_whose_they_are_and_nobody_else(deal: Trade, name: str) -> None:
    client = signed_in(getattr(deal.cast, name))
    walked = set()
    for url, status in pages(deal, name).items():
        answer = client.get(url)
        assert answer.status_code == status, url
        assert client.post(url).status_code in {404, 405}, url
        walked.add(answer.resolver_match.view_name)
        if status == 200 and name not in OURS | {"dov"}:
            assert b"Pump NB-40" not in answer.content, url
    assert walked | PUBLIC == {f"desk:{pattern.name}" for pattern in urlpatterns}


def test_nobody_sees_anything_without_signing_in(deal: Trade) -> None:
    for url in pages(deal, "cleo"):
        answer = Client().get(url)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login")), url


@pytest.mark.parametrize("name", NAMES)
def test_the_api_answers_those_whose_it_is_and_nobody_else(deal: Trade, name: str) -> None:
    user = getattr(deal.cast, name)
    token = {"Authorization": f"Bearer {issue_token(user=user, now=deal.now)}"}
    room = deal.room.pk
    listed = Client().get("/api/v1/deals", headers=token).json()
    assert [one["room"] for one in listed["deals"]] == ([str(room)] if name in OURS else [])
    one = Client().get(f"/api/v1/deals/{room}", headers=token)
    assert one.status_code == (200 if name in OURS | {"dov"} else 404)
    if name in OURS:
        (row,) = listed["deals"]
        assert {key: one.json()[key] for key in row} == row
        assert row["money"]["held"] == 20_000
        assert row["goods"]["stock"] == (None if name == "ben" else 38)
    if one.status_code == 200:
        private = [entry["kind"] for entry in one.json()["timeline"]["entries"] if entry["private"]]
        assert private == (["bound.set"] if name in {"ada", "sol", "max"} else [])
    for slug, theirs in (("norte", {"ada", "sol", "max"}), ("acme", {"ben"})):
        report = Client().get(f"/api/v1/reports?organisation={slug}", headers=token)
        assert report.status_code == (200 if name in theirs else 404)
    assert Client().get(f"/api/v1/deals/{room}").status_code == 401
    assert Client().get("/api/v1/reports").status_code == 401
    assert Client().get("/api/v1/reports?from=2026-03-09&to=2026-03-02", headers=token).status_code == 422


def figures(page: str) -> dict[str, str]:
    """The amounts of the panel of money, each with where it leads."""
    found = re.findall(r'data-figure="(\w+)">(?:<a class="textlink" href="([^"]*)">)?', page)
    return dict(found)


def test_figures_lead_to_their_rows_for_those_who_may_read_them(deal: Trade) -> None:
    deal.deliver()
    deal.receive()
    url = reverse("desk:deal", args=[deal.room.pk])
    ada = signed_in(deal.ada)
    sells = figures(ada.get(url).content.decode())
    assert set(sells) == {"agreed", "charged", "released", "fee"}
    for to in sells.values():
        assert ada.get(to.split("#")[0]).status_code == 200
    ben = signed_in(deal.ben)
    buys = figures(ben.get(url).content.decode())
    assert set(buys) == {"agreed", "charged", "released"}
    for to in buys.values():
        assert ben.get(to.split("#")[0]).status_code == 200
    watches = figures(signed_in(deal.cast.dov).get(url).content.decode())
    assert watches == {"agreed": "", "charged": "", "released": ""}


def test_only_the_seller_reads_of_stock_and_only_sales_staff_is_asked_to_convert(deals: Deals) -> None:
    deal = deals()
    deal.agree()
    url = reverse("desk:deal", args=[deal.room.pk])
    for name, stock, convert in (("sol", True, True), ("ben", False, False), ("dov", False, False)):
        page = signed_in(getattr(deal.cast, name)).get(url).content.decode()
        assert ("left in stock" in page) == stock
        assert ("Convert to order" in page) == convert
        assert ("?convert=1" in page) == convert


def test_the_header_leads_members_to_reports_and_moderators_to_live_rooms(deal: Trade) -> None:
    for name, report, live in (
        ("ada", True, False),
        ("ben", True, False),
        ("dov", False, True),
        ("cleo", False, False),
    ):
        page = signed_in(getattr(deal.cast, name)).get(reverse("desk:deals")).content.decode()
        header = page.split("</header>")[0]
        assert (f'href="{reverse("desk:report")}"' in header) == report, name
        assert (f'href="{reverse("desk:live")}"' in header) == live, name
