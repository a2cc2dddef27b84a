"""Returns on the order's page and over REST: both sides, in order, without scripts."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from negotiation_hub.people import legal
from orders import audit
from orders.documents import issue
from orders.models import GoodsReturn, Paper, PaperKind
from tests.orders.deal import Deal
from tests.orders.papers.samples import SAID
from tests.orders.parcels import Packing
from tests.orders.returns import Returning
from tests.orders.test_rest import call

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def back(deal: Deal) -> Returning:
    """Three pumps and a kilogram of resin are with the buyer."""
    packing = Packing.paid(deal)
    packing.track(packing.send("3", "1"), "deliver")
    return Returning(packing)


def form(back: Returning, *quantities: str, **fields: Any) -> dict[str, str]:
    """The buyer's form as it is sent."""
    rows = {f"quantity_{line.hex}": text for line, text in back.packing.items(*quantities).items()}
    return {"reason": "damaged", "note": "", "return_id": str(uuid4()), **rows, **fields}


def page(client: Client, back: Returning, person: Any) -> str:
    client.force_login(person)
    return client.get(back.packing.url("order")).content.decode()


def test_a_return_is_asked_answered_sent_and_received_on_the_page(back: Returning, client: Client) -> None:
    deal = back.deal
    assert "Ask to send something back" in page(client, back, deal.ben)
    asked = form(back, "2", "", note="Cracked flange")
    for _ in range(2):  # a double click
        assert client.post(back.packing.url("ask_return"), asked).status_code == 302
    row = GoodsReturn.objects.get()
    shown = page(client, back, deal.sol)
    assert "Cracked flange" in shown
    assert f"Agree: give back 200.00{NBSP}EUR" in shown
    assert "Ask to send something back" not in shown
    assert client.post(back.url("approve", row), {"outcome": "refund"}).status_code == 302
    assert "I have sent it back" in page(client, back, deal.ben)
    prefix = f"r{row.pk.hex[-8:]}-back"
    parcel = {f"{prefix}-carrier": "SEUR", f"{prefix}-tracking": "B1"}
    assert client.post(back.url("sent", row), parcel).status_code == 302
    assert "It is back and can be sold again" in page(client, back, deal.max)
    for _ in range(2):
        assert client.post(back.url("receive", row), {"sellable": "yes"}).status_code == 302
    deal.work()
    assert f"200.00{NBSP}EUR were given back." in page(client, back, deal.ben)
    assert deal.money.refunded == 20_000


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    back: Returning, client: Client
) -> None:
    client.force_login(back.deal.ben)
    sent = form(back, "4", "", note="Cracked flange")
    answer = client.post(back.packing.url("ask_return"), sent)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "at most what you have received" in text
    assert "Cracked flange" in text
    answer = client.post(back.packing.url("ask_return"), form(back, "1", "", reason="other"))
    assert (answer.status_code, "where it is another one" in answer.content.decode()) == (422, True)
    assert not GoodsReturn.objects.exists()


def test_a_refusal_needs_its_reason_and_the_buyer_reads_it(back: Returning, client: Client) -> None:
    row = back.ask("1", "")
    client.force_login(back.deal.sol)
    name = f"r{row.pk.hex[-8:]}-refuse-reason"
    assert client.post(back.url("refuse", row), {name: " "}).status_code == 422
    assert client.post(back.url("refuse", row), {name: "Scratched by you"}).status_code == 302
    shown = page(client, back, back.deal.ben)
    assert "Scratched by you" in shown
    assert "refused" in shown


def test_strangers_find_nothing_and_nothing_acts_on_get(back: Returning, client: Client) -> None:
    row = back.ask("1", "")
    names = ("approve", "refuse", "sent", "receive", "replace", "cancel")
    client.force_login(back.deal.cleo)
    assert [client.post(back.url(name, row)).status_code for name in names] == [404] * len(names)
    client.force_login(back.deal.sol)
    assert [client.get(back.url(name, row)).status_code for name in names] == [405] * len(names)
    assert client.post(back.url("approve", uuid4()), {"outcome": "refund"}).status_code == 404


def test_the_page_is_in_spanish_too(back: Returning, client: Client) -> None:
    back.ask("1", "")
    client.force_login(back.deal.ben)
    shown = client.get(back.packing.url("order"), headers={"accept-language": "es"}).content.decode()
    assert "Está dañado o no funciona" in shown


def test_returns_go_all_the_way_over_rest(back: Returning) -> None:
    deal, pumps = back.deal, back.packing.lines[0].pk
    asked = {
        "order": str(deal.order_id),
        "items": [{"line": str(pumps), "quantity": "2"}],
        "reason": "wrong_item",
        "note": "NB-32",
    }
    status, made = call(deal, deal.ben, "POST", "returns", asked)
    path = f"returns/{made['id']}"
    assert (status, made["status"], made["note"]) == (200, "requested", "NB-32")
    _ok, agreed = call(deal, deal.sol, "POST", f"{path}/approve", {"outcome": "refund"})
    assert agreed["outcome"] == "refund"
    _ok, sent = call(deal, deal.ben, "POST", f"{path}/sent", {"carrier": "SEUR", "tracking": "B1"})
    assert sent["tracking"] == "B1"
    _ok, done = call(deal, deal.max, "POST", f"{path}/receive", {"sellable": True})
    assert (done["status"], done["share"], len(done["steps"])) == ("received", 20_000, 4)
    _ok, whole = call(deal, deal.ben, "GET", f"orders/{deal.order_id}")
    assert [row["id"] for row in whole["returns"]] == [made["id"]]
    status, refusal = call(deal, deal.ben, "POST", "returns", asked)
    assert (status, refusal["code"]) == (422, "return.quantity")
    for step, body in (("refuse", {"reason": "no"}), ("cancel", None)):
        status, refusal = call(deal, deal.sol if body else deal.ben, "POST", f"{path}/{step}", body)
        assert (status, refusal["code"]) == (409, "return.state")


def test_a_replacement_is_sent_over_rest(back: Returning) -> None:
    row = back.approve(back.ask("1", ""), "replacement")
    body = {"carrier": "Correos", "tracking": "N1"}
    status, parcel = call(back.deal, back.deal.max, "POST", f"returns/{row.pk}/replacement", body)
    assert (status, parcel["items"][0]["quantity"]) == (200, "1")
    _ok, listed = call(back.deal, back.deal.ben, "GET", f"returns?order={back.deal.order_id}")
    assert listed["returns"][0]["replacements"] == [parcel["id"]]


def test_a_credit_note_says_what_came_back_with_its_tax(deal: Deal) -> None:
    deal.lines = [{**deal.lines[0], "quantity": "5", "unit_price": 10_000, "total": 50_000}]
    deal.order_id = deal.agree(tax_basis="added", tax_rate_bp=2100, net=50_000, tax=10_500, gross=60_500).pk
    legal.set_facts(actor=deal.ada, organisation=deal.seller, said=SAID, now=deal.now)
    deal.sent()
    deal.deliver()
    deal.work()
    back = Returning(Packing(deal))
    back.back("2")
    issue.issue_due(order_id=deal.order_id, now=deal.now)
    note = Paper.objects.get(kind=PaperKind.CREDIT_NOTE)
    assert (note.net, note.tax, note.gross) == (20_000, 4_200, 24_200)
    (line,) = issue.invoice_facts(note).lines
    assert (line.title, line.quantity, line.unit_price, line.net) == ("Pump NB-40", "2", 10_000, 20_000)
    assert list(audit.check_order(deal.order)) == []
