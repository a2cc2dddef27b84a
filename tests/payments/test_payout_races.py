"""Threads over payouts: nobody gets more than there is, and each payout goes one way."""

from collections import Counter
from uuid import uuid4

import pytest

from negotiation_hub.kernel import commit
from payments import audit, batches, payout_file, payouts
from payments.models import BankAccount, Payout, PayoutBatch
from tests.payments.conftest import Deal
from tests.payments.payout import IBAN, OTHER_IBAN, ask, fund, make_file, moved, set_account, staff
from tests.payments.test_ledger_races import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rich(deal: Deal) -> Deal:
    """The seller has 100.00 EUR, and a bank."""
    fund(deal.payee, 10_000, deal.now)
    set_account(deal)
    return deal


def test_two_payouts_that_race_for_one_balance_do_not_overdraw_it(rich: Deal) -> None:
    ends = together(*[lambda: commit.retrying(ask, rich, 6_000)] * 6)
    assert Counter(ends) == {"done": 1, "ledger.funds_insufficient": 5}
    assert moved(rich) == {"wallet": 4_000, "transit": 6_000, "bank": 0}
    assert list(audit.check()) == []


def test_a_payout_asked_for_many_times_at_once_is_one(rich: Deal) -> None:
    payout_id = uuid4()
    ends = together(*[lambda: commit.retrying(ask, rich, 2_000, payout_id=payout_id)] * 6)
    assert set(ends) == {"done"}
    assert (Payout.objects.count(), moved(rich)["transit"]) == (1, 2_000)


def test_a_payout_that_is_canceled_and_sent_at_once_goes_one_way(rich: Deal) -> None:
    asked = [ask(rich, 2_000) for _ in range(3)]

    def cancel() -> None:
        commit.retrying(payouts.cancel_payout, actor=rich.seller, payout_id=asked[0].pk, now=rich.now)

    ends = together(cancel, lambda: make_file(rich), cancel)
    assert set(ends) <= {"done", "payout.over"}
    batch = PayoutBatch.objects.get()
    canceled = Payout.objects.get(pk=asked[0].pk).status == "canceled"
    lines = {line.end_to_end_id for line in payout_file.lines_of(batches.xml_of(batch))}
    assert lines == {row.end_to_end_id for row in asked[int(canceled) :]}
    assert moved(rich) == {"wallet": 6_000, "transit": 4_000, "bank": 0} or not canceled
    assert list(audit.check()) == []


def test_files_made_at_once_hold_each_payout_once(rich: Deal) -> None:
    asked = {ask(rich, 1_000).end_to_end_id for _ in range(4)}
    ends = together(*[lambda: list(batches.make_batches(now=rich.now))] * 3)
    assert set(ends) == {"done"}
    lines = [
        line.end_to_end_id
        for batch in PayoutBatch.objects.all()
        for line in payout_file.lines_of(batches.xml_of(batch))
    ]
    assert sorted(lines) == sorted(asked)
    assert list(audit.check()) == []


def test_a_transfer_that_is_confirmed_and_returned_at_once_ends_once(rich: Deal) -> None:
    payout = ask(rich, 4_000)
    batch = make_file(rich)
    someone = staff()
    batches.confirm_batch(actor=someone, batch_id=batch.pk, now=rich.now)

    def back() -> None:
        commit.retrying(
            batches.fail_payout,
            actor=someone,
            batch_id=batch.pk,
            end_to_end_id=payout.end_to_end_id,
            reason="",
            now=rich.now,
        )

    def book() -> None:
        batches.book_confirmed(batch_id=batch.pk, now=rich.now)

    assert set(together(back, book, back, book)) <= {"done", "payout.over"}
    end = Payout.objects.get().status
    expected = {"wallet": 6_000, "transit": 0, "bank": -4_000}
    assert moved(rich) == (expected if end == "paid" else {"wallet": 10_000, "transit": 0, "bank": 0})
    assert list(audit.check()) == []


def test_two_managers_at_once_leave_one_active_account(rich: Deal) -> None:
    def act(iban: str) -> None:
        commit.retrying(set_account, rich, iban=iban)

    ends = together(*[lambda: act(OTHER_IBAN), lambda: act(IBAN)] * 3)
    assert set(ends) == {"done"}
    assert BankAccount.objects.filter(active=True).count() == 1
