"""Payouts: asked for, canceled, sent in one file, paid or returned, each once, with the money to match."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from django.db import DatabaseError, transaction
from pytest_django import Settings

from negotiation_hub.kernel import files, outbox
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people.models import Membership, User
from payments import audit, bank_accounts, batches, payout_file, payouts
from payments.bank_accounts import BankAccountMissing
from payments.ledger import CauseConflict, FundsInsufficient
from payments.machine import PAYOUT_MOVES, PayoutStatus
from payments.models import BankAccount, Payout, PayoutBatch, PayoutStep
from tests.payments import books
from tests.payments.conftest import Deal
from tests.payments.payout import OTHER_IBAN, ask, fund, make_file, moved, set_account, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def rich(deal: Deal) -> Deal:
    """The seller has 100.00 EUR in the wallet, and a bank."""
    fund(deal.payee, 10_000, deal.now)
    set_account(deal)
    return deal


def problems() -> list[str]:
    return [str(problem) for problem in audit.check()]


def history(payout: Payout) -> list[str]:
    return list(PayoutStep.objects.filter(payout=payout).order_by("seq").values_list("after", flat=True))


def confirm(batch: PayoutBatch, deal: Deal) -> None:
    batches.confirm_batch(actor=staff(), batch_id=batch.pk, now=deal.now)
    deal.work()


# --- the table


def test_the_table_has_these_steps_and_no_other() -> None:
    assert {(row.event, row.before.value, row.after.value) for row in PAYOUT_MOVES} == {
        ("send", "requested", "sent"),
        ("cancel", "requested", "canceled"),
        ("confirm", "sent", "paid"),
        ("fail", "sent", "failed"),
    }


@pytest.mark.parametrize("event", ["cancel", "confirm", "fail"])
@pytest.mark.parametrize("status", list(PayoutStatus))
def test_each_cell_leads_where_the_table_says_or_is_refused(
    rich: Deal, event: str, status: PayoutStatus
) -> None:
    payout = ask(rich)
    if status not in {PayoutStatus.REQUESTED, PayoutStatus.CANCELED}:
        make_file(rich)
    with transaction.atomic():
        payout = payouts.locked(payout.pk)
        way = {PayoutStatus.CANCELED: "cancel", PayoutStatus.PAID: "confirm", PayoutStatus.FAILED: "fail"}
        if status in way:
            payouts.move(payout, way[status], by=None, now=rich.now)
    assert payout.status == status
    allowed = {(row.event, row.before): row.after for row in PAYOUT_MOVES}
    same = {row.after for row in PAYOUT_MOVES if row.event == event} == {status}
    steps = payout.steps
    if (event, status) in allowed or same:
        with transaction.atomic():
            payouts.move(payout, event, by=None, now=rich.now)
        assert payout.status == allowed.get((event, status), status)
        assert payout.steps == steps + (0 if same else 1)
    else:
        with pytest.raises(payouts.PayoutOver):
            payouts.move(payout, event, by=None, now=rich.now)
    assert problems() == []


# --- asking


def test_a_payout_takes_the_money_out_of_the_wallet(rich: Deal) -> None:
    payout = ask(rich, 4_000)
    assert moved(rich) == {"wallet": 6_000, "transit": 4_000, "bank": 0}
    assert (payout.status, history(payout)) == ("requested", ["requested"])
    assert problems() == []


def test_a_double_click_makes_one_payout(rich: Deal) -> None:
    payout_id = uuid4()
    assert ask(rich, payout_id=payout_id) == ask(rich, payout_id=payout_id)
    assert Payout.objects.count() == 1
    assert moved(rich)["transit"] == 5_000


def test_one_id_is_one_payout_and_no_other(rich: Deal) -> None:
    payout_id = uuid4()
    ask(rich, payout_id=payout_id)
    with pytest.raises(CauseConflict):
        ask(rich, 4_000, payout_id=payout_id)
    fund(rich.payer, 9_000, rich.now)
    Membership.objects.create(user=rich.seller, organisation=rich.payer, role="manager")
    bank_accounts.set_bank_account(
        actor=rich.seller, organisation_id=rich.payer.pk, holder="B", iban=OTHER_IBAN, bic="", now=rich.now
    )
    with pytest.raises(CauseConflict):
        payouts.request_payout(
            actor=rich.seller,
            organisation_id=rich.payer.pk,
            amount=Payout.objects.get().money,
            now=rich.now,
            payout_id=payout_id,
        )
    assert Payout.objects.count() == 1
    assert problems() == []


def test_more_than_is_available_is_refused_and_leaves_nothing(rich: Deal) -> None:
    with pytest.raises(FundsInsufficient):
        ask(rich, 10_001)
    assert not Payout.objects.exists()
    assert moved(rich)["wallet"] == 10_000
    assert problems() == []


def test_what_is_set_aside_for_a_refund_is_not_paid_out(deal: Deal) -> None:
    deal.captured()
    deal.release()
    set_account(deal)
    books.refund(deal, 5_000)
    with pytest.raises(FundsInsufficient):
        ask(deal, 5_000)
    ask(deal, 4_900)


@pytest.mark.parametrize("minor", [0, -5_000, 1, 999, 100_000_000_000])
def test_a_payout_below_or_above_what_a_transfer_carries_is_refused(rich: Deal, minor: int) -> None:
    with pytest.raises(payouts.PayoutAmount):
        ask(rich, minor)


def test_only_euros_go_to_a_bank(rich: Deal) -> None:
    fund(rich.payee, 5_000, rich.now, "USD")
    with pytest.raises(payouts.PayoutCurrency):
        ask(rich, currency="USD")


def test_without_a_bank_account_or_with_one_that_has_changed_nothing_is_asked_for(rich: Deal) -> None:
    seen = BankAccount.objects.get()
    set_account(rich, iban=OTHER_IBAN)
    with pytest.raises(BankAccountMissing):
        ask(rich, bank_account_id=seen.pk)
    BankAccount.objects.update(active=False)
    with pytest.raises(BankAccountMissing):
        ask(rich)
    assert moved(rich)["wallet"] == 10_000


def test_only_managers_of_the_organisation_ask_and_cancel(rich: Deal) -> None:
    payout = ask(rich)
    colleague = User.objects.create_user("sol@example.test", name="Sol")
    Membership.objects.create(user=colleague, organisation=rich.payee, role="sales")
    for person, refusal in ((rich.buyer, NotFound), (colleague, NotPermitted)):
        with pytest.raises(refusal):
            ask(rich, actor=person)
        with pytest.raises(refusal):
            payouts.cancel_payout(actor=person, payout_id=payout.pk, now=rich.now)
    with pytest.raises(NotFound):
        payouts.cancel_payout(actor=rich.seller, payout_id=uuid4(), now=rich.now)
    assert Payout.objects.get().status == "requested"


# --- canceling


def test_a_canceled_payout_is_back_in_the_wallet_once(rich: Deal) -> None:
    payout = ask(rich)
    for _ in range(2):
        done = payouts.cancel_payout(actor=rich.seller, payout_id=payout.pk, now=rich.now)
    assert done.status == "canceled"
    assert moved(rich) == {"wallet": 10_000, "transit": 0, "bank": 0}
    assert history(payout) == ["requested", "canceled"]
    assert problems() == []


def test_what_is_in_a_file_cannot_be_canceled(rich: Deal) -> None:
    payout = ask(rich)
    make_file(rich)
    with pytest.raises(payouts.PayoutOver):
        payouts.cancel_payout(actor=rich.seller, payout_id=payout.pk, now=rich.now)


def test_money_that_comes_back_pays_what_is_owed_first(deal: Deal) -> None:
    deal.captured()
    deal.release()
    set_account(deal)
    payout = ask(deal, 9_800)
    books.refund(deal, 5_000)
    deal.work()
    assert books.owed(deal) == 4_900
    payouts.cancel_payout(actor=deal.seller, payout_id=payout.pk, now=deal.now)
    assert (books.owed(deal), books.wallet(deal)) == (0, 4_900)
    assert problems() == []


# --- the file


def test_the_file_is_what_a_bank_takes_and_names_each_payout(rich: Deal, settings: Settings) -> None:
    settings.PAYOUT_DEBTOR_NAME = "Hub & Söhne GmbH"
    set_account(rich, holder="Ñandú & Compañía <b>", bic="CAIXESBBXXX")
    asked = [ask(rich, 4_050), ask(rich, 1_000)]
    batch = make_file(rich)
    assert (batch.count, batch.total, batch.currency) == (2, 5_050, "EUR")
    xml = batches.xml_of(batch)
    root, space = ET.fromstring(xml), {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}

    def texts(path: str) -> list[str | None]:
        return [node.text for node in root.findall(f".//p:{path}", space)]

    assert texts("GrpHdr/p:MsgId") == [batch.message_id]
    assert texts("GrpHdr/p:CtrlSum") == ["50.50"]
    assert texts("Dbtr/p:Nm") == ["Hub Sohne GmbH"]
    assert texts("Cdtr/p:Nm") == ["Nandu Compania b"] * 2
    assert texts("EndToEndId") == [payout.pk.hex for payout in asked]
    assert texts("InstdAmt") == ["40.50", "10.00"]
    assert texts("CdtrAcct/p:Id/p:IBAN") == ["ES9121000418450200051332"] * 2
    assert texts("CdtrAgt//p:BICFI") == ["CAIXESBBXXX"] * 2
    assert [line.minor for line in payout_file.lines_of(xml)] == [4_050, 1_000]
    assert {row.status for row in Payout.objects.all()} == {"sent"}
    assert problems() == []


def test_a_job_that_runs_twice_makes_one_file(rich: Deal) -> None:
    ask(rich)
    assert len(list(batches.make_batches(now=rich.now))) == 1
    assert list(batches.make_batches(now=rich.now)) == []
    payout = Payout.objects.get()
    assert history(payout) == ["requested", "sent"]
    assert moved(rich)["transit"] == 5_000


def test_the_hourly_job_makes_the_file(rich: Deal) -> None:
    ask(rich)
    outbox.queue_periodic(datetime(2026, 11, 22, 13, 0, tzinfo=UTC))
    rich.work()
    assert PayoutBatch.objects.get().count == 1


def test_a_payout_that_is_canceled_while_the_file_is_made_is_not_in_it(
    rich: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = ask(rich, 2_000), ask(rich, 3_000)
    build = payout_file.build
    canceled: list[Payout] = []

    def slow(*arguments: object) -> payout_file.PaymentFile:
        made = build(*arguments)  # type: ignore[arg-type]
        if not canceled:
            canceled.append(payouts.cancel_payout(actor=rich.seller, payout_id=gone.pk, now=rich.now))
        return made

    monkeypatch.setattr(payout_file, "build", slow)
    batch = make_file(rich)
    lines = payout_file.lines_of(batches.xml_of(batch))
    assert [line.end_to_end_id for line in lines] == [stays.end_to_end_id]
    assert PayoutBatch.objects.count() == 1
    assert problems() == []


def test_a_file_that_no_bank_would_take_is_not_made(rich: Deal, settings: Settings) -> None:
    ask(rich)
    settings.PAYOUT_DEBTOR_IBAN = "nonsense"
    with pytest.raises(payout_file.FileInvalid):
        batches.make_batch(currency="EUR", now=rich.now)
    assert Payout.objects.get().status == "requested"
    assert not PayoutBatch.objects.exists()


def test_a_long_queue_goes_out_in_several_files(rich: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("negotiation_hub.kernel.limits.PAYOUTS_PER_FILE_MAX", 2)
    for _ in range(5):
        ask(rich, 1_000)
    assert [batch.count for batch in batches.make_batches(now=rich.now)] == [2, 2, 1]
    assert problems() == []


def test_the_stored_file_does_not_show_account_numbers(rich: Deal) -> None:
    ask(rich)
    batch = make_file(rich)
    assert b"21000418" not in files.read(batch.file)
    assert b"21000418" in batches.xml_of(batch)


# --- the bank's answer


def test_a_confirmed_file_pays_each_of_its_payouts_once(rich: Deal) -> None:
    payout = ask(rich, 4_000)
    batch = make_file(rich)
    confirm(batch, rich)
    confirm(batch, rich)
    assert Payout.objects.get().status == "paid"
    assert history(payout) == ["requested", "sent", "paid"]
    assert moved(rich) == {"wallet": 6_000, "transit": 0, "bank": -4_000}
    assert problems() == []


def test_a_returned_transfer_is_back_in_the_wallet_and_the_others_are_paid(rich: Deal) -> None:
    back, paid = ask(rich, 4_000), ask(rich, 1_000)
    batch = make_file(rich)
    for _ in range(2):
        batches.fail_payout(
            actor=staff(),
            batch_id=batch.pk,
            end_to_end_id=back.end_to_end_id,
            reason="AC04 account closed",
            now=rich.now,
        )
    confirm(batch, rich)
    assert [Payout.objects.get(pk=row.pk).status for row in (back, paid)] == ["failed", "paid"]
    assert PayoutStep.objects.get(payout=back, after="failed").note == "AC04 account closed"
    assert moved(rich) == {"wallet": 9_000, "transit": 0, "bank": -1_000}
    assert problems() == []


def test_only_staff_see_files_and_answer_for_the_bank(rich: Deal, settings: Settings) -> None:
    settings.DEMO = False
    payout = ask(rich)
    batch = make_file(rich)
    for person in (rich.seller, rich.buyer):
        with pytest.raises(NotFound):
            batches.batches(person, limit=5)
        with pytest.raises(NotFound):
            batches.confirm_batch(actor=person, batch_id=batch.pk, now=rich.now)
        with pytest.raises(NotFound):
            batches.fail_payout(
                actor=person,
                batch_id=batch.pk,
                end_to_end_id=payout.end_to_end_id,
                reason="",
                now=rich.now,
            )
    assert batches.batches(staff(), limit=5) == [batch]


@pytest.mark.parametrize("name", ["", "NOTPROVIDED", uuid4().hex])
def test_an_answer_about_nothing_of_ours_changes_nothing(rich: Deal, name: str) -> None:
    ask(rich)
    batch = make_file(rich)
    with pytest.raises(NotFound):
        batches.fail_payout(actor=staff(), batch_id=batch.pk, end_to_end_id=name, reason="", now=rich.now)
    assert Payout.objects.get().status == "sent"


def test_the_database_refuses_to_change_what_was_asked_for(rich: Deal) -> None:
    payout = ask(rich)
    batch = make_file(rich)
    changes: list[tuple[Any, dict[str, Any]]] = [
        (Payout.objects.filter(pk=payout.pk), {"amount": 1}),
        (Payout.objects.filter(pk=payout.pk), {"organisation": rich.payer}),
        (PayoutBatch.objects.filter(pk=batch.pk), {"total": 1}),
        (PayoutStep.objects.all(), {"after": "paid"}),
    ]
    for rows, change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete("default")
