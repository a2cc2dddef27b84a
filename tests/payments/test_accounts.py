"""What people see of their money: statements, the pages and the REST interface."""

from uuid import UUID, uuid4

import pytest
from django.test import Client

from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Malformed, NotFound
from negotiation_hub.people.models import User
from payments import chart, ledger, queries, statements
from payments.ledger import Leg
from payments.models import Account, Payment
from tests.payments.books import refund
from tests.payments.conftest import Deal

pytestmark = pytest.mark.django_db


@pytest.fixture
def wallet(deal: Deal) -> Account:
    """The seller's wallet after a release, a hold for a refund, and the refund."""
    deal.captured()
    deal.release()
    refund(deal, 1_000)
    deal.work()
    return Account.objects.get(code=chart.wallet(deal.payee.pk, "EUR").code)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- statements


def test_a_statement_explains_the_balance_row_by_row(wallet: Account) -> None:
    page = statements.statement(wallet)
    rows = [(line.kind, line.change, line.reserved, line.balance) for line in page.lines]
    assert rows[:2] == [("refunded", -980, -980, 8_820), ("refund_reserved", 0, 980, 9_800)]
    assert rows[2] == ("released", 9_800, 0, 9_800)
    assert page.next is None


def test_pages_of_a_statement_hold_every_row_once_with_its_balance(deal: Deal) -> None:
    key = chart.wallet(deal.payee.pk, "EUR")
    for minor in range(1, 8):
        legs = [Leg(chart.psp_clearing(deal.payee.pk, "EUR"), key, Money(minor, "EUR"))]
        ledger.post(cause_id=uuid4(), kind="top_up", reference="test", legs=legs, now=deal.now)
    account = Account.objects.get(code=key.code)
    whole = statements.statement(account).lines
    pieces, cursor = [], None
    while True:
        page = statements.statement(account, before=cursor, limit=2)
        pieces += page.lines
        cursor = page.next
        if cursor is None:
            break
    assert pieces == whole
    assert len(whole) == 7
    assert (whole[0].balance, whole[-1].balance) == (28, whole[-1].change)


def test_a_cursor_that_is_none_is_refused(wallet: Account) -> None:
    with pytest.raises(Malformed):
        statements.statement(wallet, before="page-2")


def test_only_members_see_an_account(deal: Deal, wallet: Account) -> None:
    assert queries.account_for(deal.seller, wallet.pk) == wallet
    with pytest.raises(NotFound):
        queries.account_for(deal.buyer, wallet.pk)


def test_held_funds_are_seen_from_both_sides_until_they_are_released(deal: Deal) -> None:
    deal.captured()
    sides = {
        org: [(row.side, row.amount) for row in queries.held_for(org)]
        for org in (deal.payer.pk, deal.payee.pk)
    }
    assert sides == {deal.payer.pk: [("buyer", 10_000)], deal.payee.pk: [("seller", 10_000)]}
    deal.release()
    assert queries.held_for(deal.payee.pk) == []


# --- pages


def test_the_page_of_accounts_shows_what_is_available_and_what_is_held(deal: Deal) -> None:
    deal.captured()
    page = signed_in(deal.seller).get("/accounts/").content.decode()
    assert "100.00" in page
    assert "You, when the buyer has received the goods" in page
    deal.release()
    assert "98.00" in signed_in(deal.seller).get("/accounts/").content.decode()


def test_someone_without_money_is_told_so(deal: Deal) -> None:
    assert "No money has moved yet" in signed_in(deal.buyer).get("/accounts/").content.decode()


def test_the_page_of_a_statement_shows_its_rows(deal: Deal, wallet: Account) -> None:
    page = signed_in(deal.seller).get(f"/accounts/{wallet.pk}/").content.decode()
    assert "Released for an order" in page
    assert "Refunded to the buyer" in page
    assert "88.20" in page


def test_pages_of_money_are_for_those_who_signed_in_and_belong_there(deal: Deal, wallet: Account) -> None:
    assert Client().get("/accounts/").status_code == 302
    assert signed_in(deal.buyer).get(f"/accounts/{wallet.pk}/").status_code == 404
    assert signed_in(deal.seller).get(f"/accounts/{uuid4()}/").status_code == 404


# --- REST


def post(client: Client, body: dict[str, object]) -> tuple[int, dict[str, object]]:
    answer = client.post("/api/v1/payments", body, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_payment_is_started_by_its_order_or_its_request(deal: Deal) -> None:
    request, client = deal.ask(), signed_in(deal.buyer)
    status, by_order = post(client, {"order": str(deal.order_id)})
    assert (status, by_order["status"]) == (201, "requires_payment_method")
    assert by_order["hosted_url"] == Payment.objects.get().hosted_url
    assert post(client, {"request": str(request.pk)}) == (201, by_order)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "malformed"),
        ({"order": str(uuid4())}, 404, "not_found"),
        ({"request": str(uuid4())}, 404, "not_found"),
        ({"order": "x"}, 422, "malformed"),
        ({"order": None, "more": 1}, 422, "malformed"),
    ],
)
def test_what_cannot_be_started_is_refused(
    deal: Deal, body: dict[str, object], status: int, code: str
) -> None:
    answer = post(signed_in(deal.buyer), body)
    assert (answer[0], answer[1]["code"]) == (status, code)


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)"])
def test_the_hosted_page_never_leads_to_another_site(deal: Deal, url: str) -> None:
    deal.ask()
    answer = post(signed_in(deal.buyer), {"order": str(deal.order_id), "return_url": url})
    assert answer[0] == 422


def test_a_stranger_and_the_seller_start_nothing(deal: Deal) -> None:
    deal.ask()
    stranger = User.objects.create_user("stranger@example.test", name="Stranger")
    assert post(signed_in(stranger), {"order": str(deal.order_id)})[0] == 404
    assert post(signed_in(deal.seller), {"order": str(deal.order_id)})[0] == 403
    assert post(Client(), {"order": str(deal.order_id)})[0] == 401


def test_both_sides_read_what_was_paid(deal: Deal) -> None:
    deal.captured()
    for user in (deal.buyer, deal.seller):
        body = signed_in(user).get(f"/api/v1/payments?order={deal.order_id}").json()
        (request,) = body["requests"]
        assert (request["amount"], request["missing"], request["open"]) == (10_000, 0, False)
        assert [row["status"] for row in request["payments"]] == ["succeeded"]
    assert signed_in(deal.buyer).get(f"/api/v1/payments?order={uuid4()}").status_code == 404


def test_accounts_and_statements_are_read_by_members_only(deal: Deal, wallet: Account) -> None:
    client = signed_in(deal.seller)
    body = client.get("/api/v1/accounts").json()
    assert [(UUID(row["id"]), row["available"]) for row in body["accounts"] if row["kind"] == "wallet"] == [
        (wallet.pk, 8_820)
    ]
    lines = client.get(f"/api/v1/accounts/{wallet.pk}/statement").json()["lines"]
    assert sum(line["change"] for line in lines) == 8_820
    assert {line["order"] for line in lines} == {str(deal.order_id)}
    assert signed_in(deal.buyer).get(f"/api/v1/accounts/{wallet.pk}/statement").status_code == 404
    assert client.get(f"/api/v1/accounts/{wallet.pk}/statement?before=x").status_code == 422
