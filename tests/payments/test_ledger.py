"""The ledger: one cause once, bounds kept, holds ended once, and what the database refuses by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from negotiation_hub.kernel import clock, commit
from negotiation_hub.kernel.money import Money
from payments import chart, ledger
from payments.ledger import Leg
from payments.models import Account, Cause, Phase, Transfer
from tests.payments.conftest import NOW

pytestmark = pytest.mark.django_db

ORG, OTHER, ORDER = uuid4(), uuid4(), uuid4()
CLEARING, WALLET, HELD = chart.psp_clearing(ORG, "EUR"), chart.wallet(ORG, "EUR"), chart.held(ORDER, "EUR")


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def post(*legs: Leg, id_: UUID | None = None, now: datetime = NOW) -> Cause:
    return ledger.post(cause_id=id_ or uuid4(), kind="test", reference="test:1", legs=legs, now=now)


def fund(minor: int) -> Cause:
    return post(Leg(CLEARING, WALLET, eur(minor)))


def hold(minor: int, seconds: int | None = None) -> Transfer:
    expires = NOW + timedelta(seconds=seconds) if seconds else None
    return post(Leg(WALLET, HELD, eur(minor), Phase.PENDING, expires_at=expires)).lines()[0]


def account(key: chart.AccountKey) -> Account:
    return Account.objects.get(code=key.code)


def test_a_transfer_moves_money_between_two_accounts() -> None:
    fund(500)
    assert (account(WALLET).balance, account(CLEARING).balance) == (eur(500), eur(500))


def test_the_same_id_with_the_same_legs_is_the_first_cause() -> None:
    id_, legs = uuid4(), [Leg(CLEARING, WALLET, eur(500))]
    first, again = post(*legs, id_=id_), post(*legs, id_=id_)
    assert first == again
    assert Transfer.objects.count() == 1
    assert account(WALLET).balance == eur(500)


@pytest.mark.parametrize(
    "legs",
    [
        [Leg(CLEARING, WALLET, eur(501))],
        [Leg(CLEARING, HELD, eur(500))],
        [Leg(CLEARING, WALLET, eur(500)), Leg(CLEARING, WALLET, eur(1))],
        [Leg(chart.psp_clearing(OTHER, "EUR"), chart.wallet(OTHER, "EUR"), eur(500))],
    ],
)
def test_the_same_id_with_other_legs_is_refused(legs: list[Leg]) -> None:
    id_ = uuid4()
    post(Leg(CLEARING, WALLET, eur(500)), id_=id_)
    with pytest.raises(ledger.CauseConflict):
        post(*legs, id_=id_)
    assert Transfer.objects.count() == 1


def test_an_account_never_goes_below_its_bound() -> None:
    fund(500)
    with pytest.raises(ledger.FundsInsufficient):
        post(Leg(WALLET, HELD, eur(501)))
    assert account(WALLET).balance == eur(500)
    assert Cause.objects.count() == 1


def test_a_debt_cannot_be_collected_beyond_what_is_owed() -> None:
    fund(500)
    debt = chart.receivable(ORG, "EUR")
    post(Leg(debt, CLEARING, eur(100)))
    with pytest.raises(ledger.FundsInsufficient):
        post(Leg(WALLET, debt, eur(101)))
    post(Leg(WALLET, debt, eur(100)))
    assert account(debt).balance == eur(0)


def test_what_is_held_is_not_available() -> None:
    fund(500)
    hold(400)
    assert (account(WALLET).balance, account(WALLET).available) == (eur(500), eur(100))
    with pytest.raises(ledger.FundsInsufficient):
        post(Leg(WALLET, HELD, eur(101)))


def test_a_hold_is_posted_whole() -> None:
    fund(500)
    held = hold(400)
    post(ledger.settle(held))
    assert (account(WALLET).balance, account(WALLET).reserved, account(HELD).balance) == (
        eur(100),
        eur(0),
        eur(400),
    )
    assert ledger.hold_status(held, NOW) == "posted"


def test_a_hold_posted_in_part_frees_the_rest() -> None:
    fund(500)
    post(ledger.settle(hold(400), eur(150)))
    assert (account(WALLET).available, account(HELD).balance) == (eur(350), eur(150))


def test_a_hold_is_never_posted_beyond_its_amount() -> None:
    fund(500)
    held = hold(100)
    with pytest.raises(ledger.FundsInsufficient):
        post(ledger.settle(held, eur(101)))


def test_a_voided_hold_moves_nothing() -> None:
    fund(500)
    held = hold(400)
    post(ledger.void(held))
    assert (account(WALLET).available, account(HELD).balance) == (eur(500), eur(0))
    assert ledger.hold_status(held, NOW) == "voided"


@pytest.mark.parametrize("first", [ledger.settle, ledger.void])
@pytest.mark.parametrize("second", [ledger.settle, ledger.void])
def test_a_hold_ends_once(first: Callable[[Transfer], Leg], second: Callable[[Transfer], Leg]) -> None:
    fund(500)
    held = hold(400)
    post(first(held))
    with pytest.raises(ledger.HoldEnded):
        post(second(held))


def test_a_hold_whose_time_is_over_cannot_be_posted_even_before_the_job_ran() -> None:
    fund(500)
    held = hold(400, seconds=60)
    later = NOW + timedelta(seconds=60)
    assert ledger.hold_status(held, later) == "expired"
    with pytest.raises(ledger.HoldEnded):
        post(ledger.settle(held), now=later)


def test_the_job_frees_holds_whose_time_is_over_once() -> None:
    fund(500)
    held = hold(400, seconds=60)
    assert ledger.expire_holds(NOW + timedelta(seconds=59)) == 0
    assert ledger.expire_holds(NOW + timedelta(seconds=60)) == 1
    assert ledger.expire_holds(NOW + timedelta(seconds=61)) == 0
    assert account(WALLET).available == eur(500)
    assert ledger.hold_status(held, NOW) == "expired"


@pytest.mark.parametrize(
    "leg",
    [
        Leg(CLEARING, WALLET, eur(0)),
        Leg(CLEARING, WALLET, eur(-1)),
        Leg(CLEARING, CLEARING, eur(1)),
        Leg(CLEARING, WALLET, Money(1, "USD")),
        Leg(CLEARING, WALLET, eur(2**53)),
        Leg(CLEARING, WALLET, eur(1), Phase.POST),
        Leg(CLEARING, WALLET, eur(1), pending=uuid4()),
    ],
)
def test_a_leg_that_makes_no_sense_is_a_mistake_of_the_caller(leg: Leg) -> None:
    with pytest.raises(ValueError, match="leg"):
        post(leg)


def test_a_cause_is_refused_whole() -> None:
    fund(100)
    with pytest.raises(ledger.FundsInsufficient):
        post(Leg(CLEARING, HELD, eur(70)), Leg(WALLET, HELD, eur(200)))
    assert not Account.objects.filter(code=HELD.code, credits_posted__gt=0).exists()


def refused(change: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_the_database_refuses_to_change_or_delete_a_row() -> None:
    cause = fund(500)
    row = cause.lines()[0]
    refused(lambda: Transfer.objects.filter(pk=row.pk).update(amount=600))
    refused(lambda: Transfer.objects.filter(pk=row.pk).delete())
    refused(lambda: Cause.objects.filter(pk=cause.pk).update(kind="other"))
    refused(lambda: Account.objects.filter(code=WALLET.code).update(subject=OTHER))
    refused(lambda: Account.objects.filter(code=WALLET.code).delete())


def test_the_database_refuses_a_balance_below_the_bound() -> None:
    fund(500)
    refused(lambda: Account.objects.filter(code=WALLET.code).update(debits_posted=501))
    refused(lambda: Account.objects.filter(code=WALLET.code).update(debits_pending=501))


def row_for(cause: UUID, position: int, **changes: object) -> Transfer:
    facts = {
        "id": uuid4(),
        "cause_id": cause,
        "position": position,
        "debit": account(CLEARING),
        "credit": account(WALLET),
        "debit_entry": 999,
        "credit_entry": 999,
        "amount": 5,
        "currency": "EUR",
        "phase": Phase.POSTED,
        "at_us": 1,
        "mac": b"x" * 44,
    }
    return Transfer(**{**facts, **changes})


def test_the_database_refuses_a_transfer_that_is_added_to_a_cause() -> None:
    cause = fund(500)
    refused(lambda: Transfer.objects.bulk_create([row_for(cause.pk, 1)]))


def test_the_database_refuses_a_cause_with_a_wrong_count() -> None:
    fund(500)

    def write() -> None:
        cause = Cause(id=uuid4(), kind="x", reference="x", size=2, at_us=1, mac=b"x" * 44)
        Transfer.objects.bulk_create([row_for(cause.pk, 0)])
        cause.save(force_insert=True)

    refused(write)


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "USD"},
        {"amount": 0},
        {"amount": -5},
        {"phase": Phase.POST},
        {"phase": "other"},
    ],
)
def test_the_database_refuses_what_no_transfer_can_be(changes: dict[str, object]) -> None:
    fund(500)
    refused(lambda: Transfer.objects.bulk_create([row_for(uuid4(), 0, **changes)]))


def test_the_database_refuses_to_post_more_than_a_hold_or_a_hold_twice() -> None:
    fund(500)
    held = hold(100)
    same = {"debit": held.debit, "credit": held.credit, "phase": Phase.POST, "pending": held}
    refused(lambda: Transfer.objects.bulk_create([row_for(uuid4(), 0, **same, amount=101)]))
    post(ledger.settle(held))
    refused(lambda: Transfer.objects.bulk_create([row_for(uuid4(), 0, **same, amount=100)]))


def test_sums_that_would_no_longer_be_exact_are_refused() -> None:
    fund(1)
    refused(lambda: Account.objects.filter(code=CLEARING.code).update(debits_posted=2**62 + 1))


def test_accounts_are_locked_only_inside_a_transaction(transactional_db: None) -> None:
    with pytest.raises(RuntimeError):
        ledger.lock_accounts([WALLET])
    with commit.transact():
        assert ledger.lock_accounts([WALLET])[WALLET].balance == eur(0)


def test_a_cause_joins_the_transaction_of_its_caller() -> None:
    def broken() -> None:
        with transaction.atomic():
            fund(500)
            raise IntegrityError

    with pytest.raises(IntegrityError):
        broken()
    assert not Cause.objects.exists()


def test_time_is_kept_to_the_microsecond() -> None:
    moment = NOW + timedelta(microseconds=123_457)
    assert clock.from_us(post(Leg(CLEARING, WALLET, eur(1)), now=moment).at_us) == moment
