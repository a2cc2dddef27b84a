"""Payouts on the pages, over REST, from the command line, and for staff."""

import stat
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from negotiation_hub.kernel.models import IdempotentAnswer
from negotiation_hub.people.models import Membership, User
from payments import batches
from payments.models import BankAccount, Payout, PayoutBatch
from tests.payments.conftest import Deal
from tests.payments.payout import IBAN, OTHER_IBAN, ask, fund, make_file, moved, set_account, staff
from tests.payments.test_accounts import signed_in

pytestmark = pytest.mark.django_db
ACCOUNTS = "/accounts/"


@pytest.fixture
def rich(deal: Deal) -> Deal:
    """The seller has 100.00 EUR, and a bank."""
    fund(deal.payee, 10_000, deal.now)
    set_account(deal)
    return deal


@pytest.fixture
def manager(rich: Deal) -> Client:
    return signed_in(rich.seller)


def form(amount: str = "40.00", **fields: object) -> dict[str, object]:
    account = BankAccount.objects.get(active=True)
    return {"amount": amount, "bank_account": account.pk, "payout_id": uuid4(), **fields}


def asking(deal: Deal) -> str:
    return reverse("payments:request_payout", args=[deal.payee.pk])


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


# --- the pages


def test_a_manager_names_the_bank_account_and_sees_it_masked(deal: Deal) -> None:
    fund(deal.payee, 10_000, deal.now)
    client, url = signed_in(deal.seller), reverse("payments:bank_account", args=[deal.payee.pk])
    assert url in text(client, ACCOUNTS)
    typed = {"holder": "Norte", "iban": IBAN, "bic": ""}
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed).status_code == 302
    assert BankAccount.objects.count() == 1
    for page in (text(client, ACCOUNTS), text(client, url)):
        assert "1332" in page
        assert "21000418" not in page.replace(" ", "")
    answer = client.post(url, {**typed, "iban": "ES00 <b>"})
    assert answer.status_code == 422
    assert "This is not an IBAN" in answer.content.decode()


def test_funds_are_named_one_by_one(deal: Deal) -> None:
    deal.captured()
    page = text(signed_in(deal.seller), ACCOUNTS)
    assert page.index("Held funds") < page.index("100.00")
    assert "Paid by you, held" in text(signed_in(deal.buyer), ACCOUNTS)
    deal.release()
    set_account(deal)
    ask(deal, 2_000)
    page = text(signed_in(deal.seller), ACCOUNTS)
    for words, amount in (("Available, EUR", "78.00"), ("On the way to your bank", "20.00")):
        assert amount in page[page.index(words) :][:200]


def test_a_payout_is_asked_for_and_a_double_click_asks_once(rich: Deal, manager: Client) -> None:
    page = text(manager, ACCOUNTS)
    assert asking(rich) in page
    typed = form("40.50")
    for _ in range(2):
        assert manager.post(asking(rich), typed).status_code == 302
    assert moved(rich) == {"wallet": 5_950, "transit": 4_050, "bank": 0}
    page = text(manager, ACCOUNTS)
    assert "waits for the next file" in page
    cancel = reverse("payments:cancel_payout", args=[Payout.objects.get().pk])
    assert cancel in page
    for _ in range(2):
        assert manager.post(cancel).status_code == 302
    assert moved(rich)["wallet"] == 10_000
    assert "canceled" in text(manager, ACCOUNTS)


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("100.01", "There is not enough money in the account."),
        ("9.99", "A payout is between"),
        ("-50", "must be above zero"),
        ("ten", "is not a number"),
        ("1e999", "too large"),
        ("10.001", "2 decimals"),
        ("", "This field is required."),
    ],
)
def test_what_cannot_be_paid_out_is_told_beside_the_field(
    rich: Deal, manager: Client, amount: str, told: str
) -> None:
    answer = manager.post(asking(rich), form(amount))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Payout.objects.exists()


def test_a_form_whose_bank_account_has_changed_since_pays_nothing(rich: Deal, manager: Client) -> None:
    typed = form()
    set_account(rich, iban=OTHER_IBAN)
    assert manager.post(asking(rich), typed).status_code == 409
    assert manager.post(asking(rich), {**typed, "bank_account": "x"}).status_code == 422
    assert not Payout.objects.exists()


def test_colleagues_see_and_do_not_ask_and_strangers_see_nothing(rich: Deal) -> None:
    payout = ask(rich)
    colleague = User.objects.create_user("sol@example.test", name="Sol")
    Membership.objects.create(user=colleague, organisation=rich.payee, role="sales")
    page = text(signed_in(colleague), ACCOUNTS)
    assert "waits for the next file" in page
    assert asking(rich) not in page
    urls = [
        asking(rich),
        reverse("payments:cancel_payout", args=[payout.pk]),
        reverse("payments:bank_account", args=[rich.payee.pk]),
    ]
    for person, status in ((colleague, 403), (rich.buyer, 404)):
        for url in urls:
            assert signed_in(person).post(url, form()).status_code == status
    assert [Client().post(url, form()).status_code for url in urls] == [302, 302, 302]
    assert signed_in(rich.buyer).get(urls[2]).status_code == 404
    assert signed_in(rich.seller).get(urls[0]).status_code == 405
    assert Payout.objects.get().status == "requested"


# --- REST


def test_a_payout_goes_by_rest_once_for_each_key(rich: Deal, manager: Client) -> None:
    body = {"organisation": str(rich.payee.pk), "amount": 3_000}

    def post(key: str, **more: object) -> tuple[int, dict[str, object]]:
        answer = manager.post(
            "/api/v1/payouts",
            {**body, **more},
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )
        return answer.status_code, answer.json()

    status, first = post("one")
    assert (status, first["status"], first["amount"]) == (201, "requested", 3_000)
    assert first["bank_account"] == {
        "id": str(BankAccount.objects.get().pk),
        "holder": "Norte Bombas S.L.",
        "last4": "1332",
    }
    assert post("one") == (201, first)
    assert post("one", amount=4_000)[1]["code"] == "idempotency.reused"
    assert post("two")[1]["id"] != first["id"]
    listed = manager.get("/api/v1/payouts").json()
    assert [row["id"] for row in listed["payouts"]][1] == first["id"]
    assert listed["next"] is None
    older = manager.get(f"/api/v1/payouts?after={listed['payouts'][0]['id']}").json()
    assert [row["id"] for row in older["payouts"]] == [first["id"]]


def test_a_key_is_the_same_payout_when_its_answer_is_forgotten(rich: Deal, manager: Client) -> None:
    ids = set()
    for _ in range(2):
        answer = manager.post(
            "/api/v1/payouts",
            {"amount": 3_000},
            content_type="application/json",
            headers={"Idempotency-Key": "k"},
        )
        ids.add(answer.json()["id"])
        IdempotentAnswer.objects.all().delete()
    assert len(ids) == Payout.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amount": 10_001}, 409, "ledger.funds_insufficient"),
        ({"amount": 1}, 422, "payout.amount"),
        ({"amount": 5_000, "currency": "USD"}, 422, "payout.currency"),
        ({"amount": 5_000, "currency": "XXX"}, 422, "currency.unknown"),
        ({"amount": 50.5}, 422, "malformed"),
        ({"amount": "5000"}, 422, "malformed"),
        ({"amount": 5_000, "iban": IBAN}, 422, "malformed"),
        ({"amount": 5_000, "organisation": str(uuid4())}, 404, "not_found"),
    ],
)
def test_what_cannot_be_paid_out_is_refused_by_rest(
    manager: Client, body: dict[str, object], status: int, code: str
) -> None:
    answer = manager.post("/api/v1/payouts", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Payout.objects.exists()


def test_strangers_find_no_payouts_by_rest(rich: Deal) -> None:
    payout = ask(rich)
    client = signed_in(rich.buyer)
    assert client.get("/api/v1/payouts").json()["payouts"] == []
    assert client.get(f"/api/v1/payouts?organisation={rich.payee.pk}").status_code == 404
    assert client.get(f"/api/v1/payouts?after={payout.pk}").status_code == 404
    body = {"organisation": str(rich.payee.pk), "amount": 2_000}
    assert client.post("/api/v1/payouts", body, content_type="application/json").status_code == 404
    assert Client().get("/api/v1/payouts").status_code == 401


# --- staff


def test_staff_download_the_file_and_confirm_it(rich: Deal, settings: Settings) -> None:
    settings.DEMO = False
    payout = ask(rich)
    client = signed_in(staff())
    assert "No file yet" in text(client, "/-/payouts/")
    assert client.post("/-/payouts/make/").status_code == 302
    assert client.post("/-/payouts/make/").status_code == 302
    batch = PayoutBatch.objects.get()
    assert batch.message_id in text(client, "/-/payouts/")
    file = client.get(f"/-/payouts/{batch.pk}/file.xml")
    assert file["Content-Type"] == "application/xml"
    assert file["Content-Disposition"] == f'attachment; filename="{batch.file_name}"'
    assert file.content == batches.xml_of(batch)
    page = text(client, f"/-/payouts/{batch.pk}/")
    assert payout.end_to_end_id in page
    assert "21000418" not in page
    for _ in range(2):
        assert client.post(f"/-/payouts/{batch.pk}/confirm/").status_code == 302
    rich.work()
    assert Payout.objects.get().status == "paid"
    late = client.post(f"/-/payouts/{batch.pk}/returned/", {"end_to_end_id": payout.end_to_end_id})
    assert late.status_code == 409


def test_staff_say_which_transfer_the_bank_returned(rich: Deal) -> None:
    payout = ask(rich)
    batch = make_file(rich)
    client, url = signed_in(staff()), f"/-/payouts/{batch.pk}/returned/"
    for _ in range(2):
        assert client.post(url, {"end_to_end_id": payout.end_to_end_id}).status_code == 302
    assert client.post(url, {"end_to_end_id": "<script>"}).status_code == 404
    assert moved(rich) == {"wallet": 10_000, "transit": 0, "bank": 0}


def test_nobody_else_finds_the_bank_files(rich: Deal, settings: Settings) -> None:
    settings.DEMO = False
    ask(rich)
    batch = make_file(rich)
    urls = ["/-/payouts/", f"/-/payouts/{batch.pk}/", f"/-/payouts/{batch.pk}/file.xml"]
    for url in urls:
        assert signed_in(rich.seller).get(url).status_code == 404
        assert Client().get(url).status_code == 302
    for url in ("/-/payouts/make/", f"/-/payouts/{batch.pk}/confirm/", f"/-/payouts/{batch.pk}/returned/"):
        assert signed_in(rich.seller).post(url).status_code == 404
        assert signed_in(staff()).get(url).status_code == 405
    assert "/-/payouts/" not in text(signed_in(rich.seller), ACCOUNTS)
    settings.DEMO = True
    assert signed_in(rich.seller).get(urls[0]).status_code == 200


# --- the command


def command() -> list[str]:
    out = StringIO()
    call_command("payout_file", stdout=out)
    return out.getvalue().splitlines()


def test_the_command_writes_the_file_and_says_where(rich: Deal, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    ask(rich, 4_050)
    ask(rich, 1_000)
    line = command()[-1]
    batch = PayoutBatch.objects.get()
    path = tmp_path / "payouts" / batch.file_name
    assert line == f"wrote 2 payouts, 50.50 EUR in {path}"
    assert path.read_bytes() == batches.xml_of(batch)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert command()[-1] == "wrote 0 payouts, 0.00 EUR in no file"
