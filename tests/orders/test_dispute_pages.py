"""Disputes of goods on the order's page and over REST: both sides, in order, without scripts."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from orders.models import GoodsDispute, GoodsReturn
from tests.orders.deal import Deal
from tests.orders.disputes import Disputing
from tests.orders.parcels import Packing
from tests.orders.test_rest import call

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def whole(deal: Deal) -> Disputing:
    """All of it is with the buyer."""
    packing = Packing.paid(deal)
    packing.track(packing.send("5", "2.5"), "deliver")
    return Disputing(packing)


def form(whole: Disputing, *quantities: str, **fields: Any) -> dict[str, str]:
    """The buyer's form as it is sent."""
    rows = {f"quantity_{line.hex}": text for line, text in whole.packing.items(*quantities).items()}
    return {"reason": "damaged", "words": "Cracked", "dispute_id": str(uuid4()), **rows, **fields}


def answer(row: GoodsDispute, name: str, **fields: str) -> dict[str, str]:
    """A form of a dispute as it is sent."""
    return {f"d{row.pk.hex[-8:]}-{name}-{field}": value for field, value in fields.items()}


def page(client: Client, whole: Disputing, person: Any) -> str:
    client.force_login(person)
    return client.get(whole.packing.url("order")).content.decode()


def test_a_dispute_is_opened_answered_and_agreed_on_the_page(whole: Disputing, client: Client) -> None:
    deal = whole.deal
    assert "Dispute goods" in page(client, whole, deal.ben)
    said = form(whole, "2", "")
    for _ in range(2):  # a double click
        assert client.post(whole.packing.url("dispute_goods"), said).status_code == 302
    row = GoodsDispute.objects.get()
    shown = page(client, whole, deal.sol)
    assert "“Cracked”" in shown
    assert "Settle the dispute" in shown
    assert "Dispute goods" not in shown
    proposed = answer(row, "propose", outcome="refund", amount="50", reason="Sorry", proposal_id=str(uuid4()))
    for _ in range(2):
        assert client.post(whole.url("propose", row), proposed).status_code == 302
    shown = page(client, whole, deal.ben)
    assert f"50.00{NBSP}EUR go back to the buyer" in shown
    assert "Answer about the dispute" in shown
    row.refresh_from_db()
    for _ in range(2):
        assert client.post(whole.url("agree", row), {"proposal": str(row.proposal)}).status_code == 302
    deal.work()
    shown = page(client, whole, deal.sol)
    assert f"50.00{NBSP}EUR were given back." in shown
    assert "What is left after a sum was agreed" in shown
    assert (deal.money.refunded, deal.money.released) == (5_000, 15_000)


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    whole: Disputing, client: Client
) -> None:
    client.force_login(whole.deal.ben)
    sent = client.post(whole.packing.url("dispute_goods"), form(whole, "6", ""))
    assert sent.status_code == 422
    assert "at most what has come" in sent.content.decode()
    assert "Cracked" in sent.content.decode()
    row = whole.dispute("2", "")
    client.force_login(whole.deal.sol)
    for fields, words in (
        ({"outcome": "refund", "amount": "200.01"}, "at most the share"),
        ({"outcome": "refund", "amount": "many"}, "200.00"),
        ({"outcome": "rejection"}, "Please say why in 1 to 500"),
        ({}, "required"),
    ):
        sent = client.post(whole.url("propose", row), answer(row, "propose", **fields))
        assert sent.status_code == 422
        assert words in sent.content.decode()
    row.refresh_from_db()
    assert row.proposal is None


def test_the_buyer_declines_and_takes_it_back_on_the_page(whole: Disputing, client: Client) -> None:
    row = whole.propose(whole.dispute("1", ""), "rejection")
    row.refresh_from_db()
    shown = page(client, whole, whole.deal.ben)
    assert "They left us whole" in shown
    no = answer(row, "decline", proposal=str(row.proposal), reason="Look again")
    assert client.post(whole.url("decline", row), no).status_code == 302
    assert "“Look again”" in page(client, whole, whole.deal.sol)
    client.force_login(whole.deal.ben)
    assert client.post(whole.url("withdraw", row)).status_code == 302
    assert "Confirm the receipt" in page(client, whole, whole.deal.ben)


def test_the_buyer_receives_what_was_disputed_on_the_page(whole: Disputing, client: Client) -> None:
    row = whole.dispute("5", "2.5")
    assert "It is as agreed now" in page(client, whole, whole.deal.ben)
    for _ in range(2):
        assert client.post(whole.url("receive", row)).status_code == 302
    whole.deal.work()
    assert whole.deal.money.held == 0


def test_strangers_find_nothing_and_nothing_acts_on_get(whole: Disputing, client: Client) -> None:
    row = whole.dispute("1", "")
    names = ("propose", "decline", "agree", "receive", "withdraw")
    client.force_login(whole.deal.cleo)
    assert [client.post(whole.url(name, row)).status_code for name in names] == [404] * len(names)
    assert client.post(whole.packing.url("dispute_goods"), form(whole, "1", "")).status_code == 404
    client.force_login(whole.deal.ben)
    assert [client.get(whole.url(name, row)).status_code for name in names] == [405] * len(names)
    assert client.post(whole.url("agree", row), {"proposal": "none"}).status_code == 409
    assert client.post(whole.url("withdraw", uuid4())).status_code == 404


def test_the_page_is_in_spanish_too(whole: Disputing, client: Client) -> None:
    whole.propose(whole.dispute("1", ""), "replacement")
    client.force_login(whole.deal.ben)
    shown = client.get(whole.packing.url("order"), headers={"accept-language": "es"}).content.decode()
    assert "Está dañado o no funciona" in shown
    assert "Retirar la impugnación" in shown


def test_a_dispute_goes_all_the_way_over_rest(whole: Disputing) -> None:
    deal, pumps = whole.deal, whole.packing.lines[0].pk
    said = {
        "order": str(deal.order_id),
        "items": [{"line": str(pumps), "quantity": "2"}],
        "reason": "not_as_described",
        "words": "NB-32",
    }
    status, refusal = call(deal, deal.cleo, "POST", "disputes", said)
    assert (status, refusal["code"]) == (404, "not_found")
    status, made = call(deal, deal.ben, "POST", "disputes", said)
    path = f"disputes/{made['id']}"
    assert (status, made["status"], made["words"]) == (200, "disputed", "NB-32")
    status, refusal = call(deal, deal.sol, "POST", f"{path}/propose", {"outcome": "refund", "amount": 20_001})
    assert (status, refusal["code"]) == (422, "dispute.sum")
    _ok, first = call(deal, deal.sol, "POST", f"{path}/propose", {"outcome": "rejection", "reason": "No"})
    no = {"proposal": first["proposal"], "reason": "Yes"}
    _ok, declined = call(deal, deal.ben, "POST", f"{path}/decline", no)
    assert (declined["proposal"], declined["steps"][-1]["reason"]) == (None, "Yes")
    _ok, second = call(deal, deal.sol, "POST", f"{path}/propose", {"outcome": "replacement"})
    status, refusal = call(deal, deal.ben, "POST", f"{path}/agree", {"proposal": first["proposal"]})
    assert (status, refusal["code"]) == (409, "dispute.over")
    _ok, done = call(deal, deal.ben, "POST", f"{path}/agree", {"proposal": second["proposal"]})
    assert (done["end"], done["goods_return"]) == ("replacement", str(GoodsReturn.objects.get().pk))
    _ok, listed = call(deal, deal.ben, "GET", f"disputes?order={deal.order_id}")
    assert [row["id"] for row in listed["disputes"]] == [made["id"]]
    _ok, order = call(deal, deal.ben, "GET", f"orders/{deal.order_id}")
    assert order["disputes"][0]["end"] == "replacement"
    assert order["returns"][0]["dispute"] == made["id"]
    for step in ("receive", "withdraw"):
        status, refusal = call(deal, deal.ben, "POST", f"{path}/{step}")
        assert (status, refusal["code"]) == (409, "dispute.over")


def test_over_rest_the_buyer_takes_it_back_or_has_it(whole: Disputing) -> None:
    deal = whole.deal
    first, second = whole.dispute("1", ""), whole.dispute("1", "")
    _ok, back = call(deal, deal.ben, "POST", f"disputes/{first.pk}/withdraw")
    _ok, had = call(deal, deal.ben, "POST", f"disputes/{second.pk}/receive")
    assert (back["end"], had["end"]) == ("withdrawn", "received")
