"""Whoever changes payouts, their file or a bank account behind our back is named, and gets no money by it."""

from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import Settings

from negotiation_hub.kernel import files
from negotiation_hub.kernel.models import File
from payments import audit, batches
from payments.models import BankAccount, Cause, Payout, PayoutBatch, PayoutStep, Transfer
from payments.payouts import cancel_payout
from tests.payments.conftest import Deal
from tests.payments.payout import OTHER_IBAN, ask, fund, make_file, set_account, staff
from tests.payments.test_audit import places, unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(deal: Deal) -> Deal:
    """Payouts of every fate: waiting, canceled, sent, returned, paid."""
    fund(deal.payee, 100_000, deal.now)
    set_account(deal)
    cancel_payout(actor=deal.seller, payout_id=ask(deal, 1_500).pk, now=deal.now)
    paid, back = ask(deal, 2_000), ask(deal, 3_000)
    first = make_file(deal)
    batches.fail_payout(
        actor=staff(), batch_id=first.pk, end_to_end_id=back.end_to_end_id, reason="AC04", now=deal.now
    )
    batches.confirm_batch(actor=staff(), batch_id=first.pk, now=deal.now)
    deal.work()
    ask(deal, 4_000)
    make_file(deal)
    ask(deal, 5_000)
    assert Payout.objects.get(pk=paid.pk).status == "paid"
    return deal


def one(status: str) -> Payout:
    return Payout.objects.get(status=status)


def test_honest_payouts_have_no_problem(books: Deal) -> None:
    assert list(audit.check()) == []
    assert set(Payout.objects.values_list("status", flat=True)) == {
        "requested",
        "canceled",
        "sent",
        "failed",
        "paid",
    }


@pytest.mark.parametrize("status", ["requested", "canceled", "sent", "failed", "paid"])
@pytest.mark.parametrize("field", ["amount", "organisation_id", "bank_account_id", "steps"])
def test_a_changed_payout_is_named(books: Deal, status: str, field: str) -> None:
    payout = one(status)
    other = set_account(books, iban=OTHER_IBAN)
    values = {"amount": 9_999, "organisation_id": books.payer.pk, "bank_account_id": other.pk, "steps": 9}
    with unguarded():
        Payout.objects.filter(pk=payout.pk).update(**{field: values[field]})
        assert f"payout {payout.pk}" in places()


def test_a_payout_that_was_put_back_to_be_sent_again_is_named_and_not_sent(books: Deal) -> None:
    payout, waiting = one("paid"), one("requested")
    with unguarded():
        Payout.objects.filter(pk=payout.pk).update(status="requested", batch=None)
        assert f"payout {payout.pk}" in places()
        batch = make_file(books)
        assert list(batch.payouts.all()) == [waiting]


@pytest.mark.parametrize("field", ["amount", "bank_account_id"])
def test_a_waiting_payout_that_was_changed_is_not_sent(books: Deal, field: str) -> None:
    payout, other = one("requested"), set_account(books, iban=OTHER_IBAN)
    with unguarded():
        values = {"amount": 50_000, "bank_account_id": other.pk}
        Payout.objects.filter(pk=payout.pk).update(**{field: values[field]})
        assert batches.make_batch(currency="EUR", now=books.now) is None


def test_a_payout_that_nobody_asked_for_is_named_and_not_sent(books: Deal) -> None:
    real = one("requested")
    with unguarded():
        added = Payout.objects.create(
            id=uuid4(),
            organisation=books.payee,
            bank_account=real.bank_account,
            amount=7_000,
            currency="EUR",
            steps=1,
            requested_by=books.seller.pk,
            requested_at=books.now,
        )
        PayoutStep.objects.create(payout=added, seq=1, after="requested", at=books.now)
        assert f"payout {added.pk}" in places()
        assert list(make_file(books).payouts.all()) == [real]


@pytest.mark.parametrize("status", ["requested", "canceled", "failed", "paid"])
def test_a_payout_whose_money_is_gone_from_the_ledger_is_named(books: Deal, status: str) -> None:
    payout = one(status)
    step = PayoutStep.objects.get(payout=payout, after=status)
    with unguarded():
        PayoutStep.objects.filter(pk=step.pk).update(cause=None)
        Transfer.objects.filter(cause=step.cause_id)._raw_delete("default")
        Cause.objects.filter(pk__in=[step.cause_id])._raw_delete("default")
        assert f"payout {payout.pk} step {step.seq}" in places()


def test_a_step_that_was_changed_or_deleted_is_named(books: Deal) -> None:
    payout = one("paid")
    step = PayoutStep.objects.get(payout=payout, after="paid")
    with unguarded():
        PayoutStep.objects.filter(pk=step.pk).update(after="failed")
        assert f"payout {payout.pk} step {step.seq}" in places()
        PayoutStep.objects.filter(pk=step.pk)._raw_delete("default")
        assert {f"payout {payout.pk}", f"cause {step.cause_id}"} <= places()


@pytest.mark.parametrize("change", [{"total": 1}, {"count": 9}, {"sha256": "0" * 64}])
def test_a_changed_row_of_a_file_is_named(books: Deal, change: dict[str, object]) -> None:
    batch = PayoutBatch.objects.order_by("id")[0]
    with unguarded():
        PayoutBatch.objects.filter(pk=batch.pk).update(**change)
        assert f"payout file {batch.pk}" in places()


def test_a_file_whose_bytes_were_changed_or_lost_is_named(books: Deal, settings: Settings) -> None:
    batch = PayoutBatch.objects.select_related("file").order_by("id")[0]
    path = Path(settings.DATA_DIR) / "files" / batch.file.sha256[:2] / batch.file.sha256
    genuine = path.read_bytes()
    try:
        path.write_bytes(genuine[:-1] + b"\x00")
        assert f"payout file {batch.pk}" in places()
        path.unlink()
        assert f"payout file {batch.pk}" in places()
    finally:
        path.write_bytes(genuine)


def test_files_that_were_exchanged_are_named(books: Deal) -> None:
    first, second = PayoutBatch.objects.order_by("id")
    with unguarded():
        third = first.file_id
        PayoutBatch.objects.filter(pk=first.pk).update(file=some_file())
        PayoutBatch.objects.filter(pk=second.pk).update(file=third)
        assert {f"payout file {first.pk}", f"payout file {second.pk}"} <= places()


def some_file() -> File:
    """Some other stored file."""
    return files.store(b"<Document/>", name="x.xml", media_type="application/xml", owner=None)


def test_a_payout_that_was_moved_to_another_file_is_named_in_both(books: Deal) -> None:
    first, second = PayoutBatch.objects.order_by("id")
    with unguarded():
        Payout.objects.filter(pk=one("paid").pk).update(batch=second)
        assert {f"payout file {first.pk}", f"payout file {second.pk}"} <= places()


@pytest.mark.parametrize("change", [{"holder": "Mallory"}, {"last4": "3000"}, {"sealed": b"x" * 60}])
def test_a_changed_bank_account_is_named_and_gets_no_money(books: Deal, change: dict[str, object]) -> None:
    account = BankAccount.objects.get()
    with unguarded():
        BankAccount.objects.filter(pk=account.pk).update(**change)
        assert f"bank account {account.pk}" in places()
        assert batches.make_batch(currency="EUR", now=books.now) is None


def test_an_account_whose_numbers_were_put_in_from_another_gets_no_money(books: Deal) -> None:
    account = BankAccount.objects.get()
    other = set_account(books, iban=OTHER_IBAN)
    with unguarded():
        BankAccount.objects.filter(pk=account.pk).update(sealed=bytes(other.sealed), last4=other.last4)
        assert f"bank account {account.pk}" in places()
        assert batches.make_batch(currency="EUR", now=books.now) is None
