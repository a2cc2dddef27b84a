"""Whatever is done with the ledger in whatever order: sums are zero, nobody is below their bound, holds end
once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from negotiation_hub.kernel.money import Money
from payments import audit, chart, ledger
from payments.ledger import Leg
from payments.models import Account, Phase, Transfer
from tests.payments.conftest import NOW

pytestmark = pytest.mark.django_db

ORGS = [uuid4() for _ in range(3)]
KEYS = [
    chart.psp_clearing(ORGS[0], "EUR"),
    chart.psp_clearing(ORGS[0], "JPY"),
    *(chart.wallet(org, "EUR") for org in ORGS),
    chart.wallet(ORGS[0], "JPY"),
    chart.held(uuid4(), "EUR"),
    chart.held(uuid4(), "EUR"),
    chart.receivable(ORGS[0], "EUR"),
    chart.platform_fee(ORGS[0], "EUR"),
]
Pair = tuple[chart.AccountKey, chart.AccountKey]
Written = tuple[UUID, list[Leg]]
PAIRS: list[Pair] = [(a, b) for a in KEYS for b in KEYS if a != b and a.currency == b.currency]
AMOUNTS = st.integers(1, 400)
LEGS = st.lists(st.tuples(st.sampled_from(PAIRS), AMOUNTS), min_size=1, max_size=3)


@dataclass
class Model:
    """What an account must hold, kept in the plainest way."""

    debits: int = 0
    credits: int = 0
    debits_pending: int = 0
    credits_pending: int = 0

    def within(self, bound: chart.Bound) -> bool:
        if bound is chart.Bound.CREDIT:
            return self.credits >= self.debits + self.debits_pending
        if bound is chart.Bound.DEBIT:
            return self.debits >= self.credits + self.credits_pending
        return True


class Ledger(RuleBasedStateMachine):
    causes: Bundle[Written] = Bundle("causes")
    holds: Bundle[UUID] = Bundle("holds")

    @initialize()
    def begin(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.model = {key: Model() for key in KEYS}
        self.rows = 0
        self.now = NOW

    def teardown(self) -> None:
        if hasattr(self, "block"):
            assert list(audit.check()) == []
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def _post(self, legs: Sequence[Leg], changes: Sequence[tuple[Leg, int]]) -> UUID | None:
        """Posts, and compares with the model: the legs with how much of a hold each frees."""
        after = {key: Model(**vars(row)) for key, row in self.model.items()}
        for leg, freed in changes:
            moved = leg.amount.minor if leg.phase in {Phase.POSTED, Phase.POST} else 0
            reserved = leg.amount.minor if leg.phase is Phase.PENDING else -freed
            after[leg.debit].debits += moved
            after[leg.debit].debits_pending += reserved
            after[leg.credit].credits += moved
            after[leg.credit].credits_pending += reserved
        touched = {key for leg in legs for key in (leg.debit, leg.credit)}
        allowed = all(after[key].within(chart.RULES[key.kind].bound) for key in touched)
        id_ = uuid4()
        try:
            ledger.post(cause_id=id_, kind="test", reference="test", legs=legs, now=self.now)
        except ledger.FundsInsufficient:
            assert not allowed
            return None
        assert allowed
        self.model = after
        self.rows += len(legs)
        return id_

    @rule(target=causes, parts=LEGS)
    def move(self, parts: list[tuple[Pair, int]]) -> Written | MultipleResults[Written]:
        legs = [Leg(a, b, Money(amount, a.currency)) for (a, b), amount in parts]
        id_ = self._post(legs, [(leg, 0) for leg in legs])
        return (id_, legs) if id_ else multiple()

    @rule(target=holds, pair=st.sampled_from(PAIRS), amount=AMOUNTS, seconds=st.none() | st.integers(1, 50))
    def hold(self, pair: Pair, amount: int, seconds: int | None) -> UUID | MultipleResults[UUID]:
        expires = self.now + timedelta(seconds=seconds) if seconds else None
        leg = Leg(*pair, Money(amount, pair[0].currency), Phase.PENDING, expires_at=expires)
        id_ = self._post([leg], [(leg, 0)])
        return ledger.transfer_id(id_, 0) if id_ else multiple()

    def _load(self, hold: UUID) -> Transfer:
        return Transfer.objects.select_related("debit", "credit").get(pk=hold)

    @rule(hold=holds, share=st.integers(1, 120), ending=st.sampled_from(["settle", "void"]))
    def end(self, hold: UUID, share: int, ending: str) -> None:
        row = self._load(hold)
        amount = max(1, row.amount * share // 100)
        leg = ledger.settle(row, Money(amount, row.currency)) if ending == "settle" else ledger.void(row)
        gone = ledger.hold_status(row, self.now) != "pending"
        if gone:
            with pytest.raises(ledger.HoldEnded):
                ledger.post(cause_id=uuid4(), kind="test", reference="test", legs=[leg], now=self.now)
        elif leg.amount.minor > row.amount:
            with pytest.raises(ledger.FundsInsufficient):
                ledger.post(cause_id=uuid4(), kind="test", reference="test", legs=[leg], now=self.now)
        else:
            self._post([leg], [(leg, row.amount)])

    @rule(seconds=st.integers(1, 40))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        over = Transfer.objects.filter(phase=Phase.PENDING, expires_at__lte=self.now, ending__isnull=True)
        for row in over.select_related("debit", "credit"):
            self.model[row.debit.key].debits_pending -= row.amount
            self.model[row.credit.key].credits_pending -= row.amount
            self.rows += 1
        ledger.expire_holds(self.now)

    @rule(cause=causes)
    def again(self, cause: Written) -> None:
        id_, legs = cause
        first = ledger.post(cause_id=id_, kind="test", reference="test", legs=legs, now=self.now)
        assert first.pk == id_

    @rule(cause=consumes(causes), more=AMOUNTS)
    def again_otherwise(self, cause: Written, more: int) -> None:
        id_, legs = cause
        other = [*legs, Leg(*PAIRS[0], Money(more, PAIRS[0][0].currency))]
        with pytest.raises(ledger.CauseConflict):
            ledger.post(cause_id=id_, kind="test", reference="test", legs=other, now=self.now)

    @invariant()
    def accounts_are_as_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        rows = {row.key: row for row in Account.objects.all()}
        for key, model in self.model.items():
            row = rows.get(key)
            sums = (
                (row.debits_posted, row.credits_posted, row.debits_pending, row.credits_pending)
                if row
                else (0,) * 4
            )
            assert sums == (model.debits, model.credits, model.debits_pending, model.credits_pending)
            assert model.within(chart.RULES[key.kind].bound)
        for currency in ("EUR", "JPY"):
            mine = [row for row in rows.values() if row.currency == currency]
            assert sum(row.credits_posted - row.debits_posted for row in mine) == 0
        assert Transfer.objects.count() == self.rows


def test_the_ledger_keeps_its_promises_whatever_happens() -> None:
    options = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Ledger, settings=options)
