"""Whatever is done with payouts in whatever order: money is neither made nor lost, and each goes one way."""

from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Membership, Organisation, User
from payments import audit, bank_accounts, batches, chart, ledger, payout_file, payouts
from payments.ledger import Leg
from payments.models import Account, Payout, PayoutBatch
from tests.payments.books import balance
from tests.payments.conftest import NOW
from tests.payments.payout import IBAN, OTHER_IBAN, fund

pytestmark = pytest.mark.django_db
AMOUNTS = st.integers(1_000, 6_000)


class Payouts(RuleBasedStateMachine):
    """Two organisations beside a model of five numbers and a state for each payout."""

    asked: Bundle[UUID] = Bundle("asked")
    made: Bundle[UUID] = Bundle("made")

    @initialize()
    def begin(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.actor = User.objects.create_user("m@example.test", name="M", is_staff=True)
        self.org = Organisation.objects.create(slug="one", name="One", kind="company")
        Membership.objects.create(user=self.actor, organisation=self.org, role="manager")
        self.wallet = self.owed = self.bank = self.funded = 0
        self.state: dict[UUID, str] = {}
        self.amount: dict[UUID, int] = {}
        self.files: dict[UUID, list[UUID]] = {}
        self.ibans = [IBAN, OTHER_IBAN]
        self._account()

    def teardown(self) -> None:
        if hasattr(self, "block"):
            assert list(audit.check()) == []
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def _account(self) -> None:
        self.ibans.reverse()
        bank_accounts.set_bank_account(
            actor=self.actor, organisation_id=self.org.pk, holder="One", iban=self.ibans[0], bic="", now=NOW
        )

    @rule(minor=AMOUNTS)
    def money_comes_in(self, minor: int) -> None:
        fund(self.org, minor, NOW)
        self.wallet += minor
        self.funded += minor

    @rule(minor=AMOUNTS)
    def a_debt_arises(self, minor: int) -> None:
        owed = chart.receivable(self.org.pk, "EUR")
        clearing = chart.psp_clearing(self.org.pk, "EUR")
        leg = Leg(owed, clearing, Money(minor, "EUR"))
        ledger.post(cause_id=uuid4(), kind="test", reference="test", legs=[leg], now=NOW)
        self.owed += minor
        self.funded -= minor

    @rule()
    def the_bank_account_changes(self) -> None:
        self._account()

    @rule(target=asked, minor=AMOUNTS)
    def ask(self, minor: int) -> UUID:
        id_ = uuid7()
        self._ask(id_, minor)
        return id_

    def _ask(self, id_: UUID, minor: int) -> None:
        call = {
            "actor": self.actor,
            "organisation_id": self.org.pk,
            "amount": Money(minor, "EUR"),
            "now": NOW,
        }
        if minor > self.wallet:
            with pytest.raises(ledger.FundsInsufficient):
                payouts.request_payout(**call, payout_id=id_)  # type: ignore[arg-type]
            return
        payouts.request_payout(**call, payout_id=id_)  # type: ignore[arg-type]
        self.state[id_], self.amount[id_] = "requested", minor
        self.wallet -= minor

    @rule(id_=asked)
    def ask_again(self, id_: UUID) -> None:
        if id_ in self.state:
            amount = Money(self.amount[id_], "EUR")
            again = payouts.request_payout(
                actor=self.actor, organisation_id=self.org.pk, amount=amount, now=NOW, payout_id=id_
            )
            assert again.status == self.state[id_]

    @rule(id_=asked)
    def cancel(self, id_: UUID) -> None:
        if self.state.get(id_) in {"requested", "canceled"}:
            payouts.cancel_payout(actor=self.actor, payout_id=id_, now=NOW)
            self._back(id_, "requested", "canceled")
        elif id_ in self.state:
            with pytest.raises(payouts.PayoutOver):
                payouts.cancel_payout(actor=self.actor, payout_id=id_, now=NOW)

    def _back(self, id_: UUID, before: str, after: str) -> None:
        if self.state[id_] == before:
            self.state[id_] = after
            collected = min(self.owed, self.amount[id_])
            self.owed -= collected
            self.wallet += self.amount[id_] - collected

    @rule(target=made)
    def make_file(self) -> UUID:
        waiting = [id_ for id_, state in self.state.items() if state == "requested"]
        batch = batches.make_batch(currency="EUR", now=NOW)
        if batch is None:
            assert not waiting
            return uuid4()
        lines = payout_file.lines_of(batches.xml_of(batch))
        assert sorted(UUID(hex=line.end_to_end_id) for line in lines) == sorted(waiting)
        self.files[batch.pk] = waiting
        self.state.update(dict.fromkeys(waiting, "sent"))
        return batch.pk

    @rule(batch=made)
    def the_bank_pays(self, batch: UUID) -> None:
        for id_ in self.files.get(batch, []):
            if self.state[id_] == "sent":
                self.state[id_] = "paid"
                self.bank -= self.amount[id_]
        if batch in self.files:
            batches.confirm_batch(actor=self.actor, batch_id=batch, now=NOW)
            batches.book_confirmed(batch_id=batch, now=NOW)

    @rule(batch=made, which=st.integers(0, 5))
    def the_bank_returns_one(self, batch: UUID, which: int) -> None:
        if not self.files.get(batch):
            return
        id_ = self.files[batch][which % len(self.files[batch])]

        def back() -> Payout:
            return batches.fail_payout(
                actor=self.actor, batch_id=batch, end_to_end_id=id_.hex, reason="AC04", now=NOW
            )

        if self.state[id_] == "paid":
            with pytest.raises(payouts.PayoutOver):
                back()
            return
        back()
        self._back(id_, "sent", "failed")

    @invariant()
    def the_books_are_as_the_model_says(self) -> None:
        if not hasattr(self, "block"):
            return
        org = self.org.pk
        way = sum(self.amount[id_] for id_, state in self.state.items() if state in {"requested", "sent"})
        assert balance(chart.wallet(org, "EUR")) == self.wallet >= 0
        assert balance(chart.payout_transit(org, "EUR")) == way
        assert balance(chart.bank(org, "EUR")) == self.bank
        assert balance(chart.receivable(org, "EUR")) == self.owed
        # What came in is in the wallet, under way, or at the bank; less what is owed to us.
        assert self.funded == self.wallet + way - self.bank - self.owed
        assert {row.pk: row.status for row in Payout.objects.all()} == self.state
        assert PayoutBatch.objects.count() == len(self.files)
        rows = Account.objects.all()
        assert sum(row.credits_posted - row.debits_posted for row in rows) == 0


def test_payouts_neither_make_nor_lose_money_whatever_happens() -> None:
    options = settings(
        max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Payouts, settings=options)
