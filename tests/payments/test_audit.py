"""Whoever changes the books behind the ledger's back is found, also when the triggers were dropped first."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import connection, transaction

from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.audit import Problem
from negotiation_hub.kernel.money import Money
from payments import audit, chart, ledger
from payments.ledger import Leg
from payments.models import Account, Cause, Payment, PaymentStep, Phase, ProviderEvent, Refund, Transfer
from tests.payments.books import refund, spend
from tests.payments.conftest import NOW, Deal

pytestmark = pytest.mark.django_db

TABLES = (
    *("transfer", "cause", "account", "payment", "paymentstep", "providerevent", "refund"),
    *("payout", "payoutstep", "payoutbatch", "bankaccount"),
)


@contextmanager
def unguarded() -> Iterator[None]:
    """No triggers, no foreign keys, as for someone who has the database to themselves; undone at the end."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'payments_%'"
                )
                for (name,) in cursor.fetchall():
                    cursor.execute(f'DROP TRIGGER "{name}"')
            else:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                for table in TABLES:
                    cursor.execute(f"ALTER TABLE payments_{table} DISABLE TRIGGER ALL")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def books(deal: Deal) -> Deal:
    """A deal with everything in it: capture, fee, refunds, release, a debt, and holds of every fate."""
    deal.captured()
    refund(deal, 2_000, "early")
    deal.work()
    deal.release()
    spend(deal, 7_000)
    refund(deal, 1_000, "late")
    deal.work()
    wallet, held = chart.wallet(deal.payer.pk, "EUR"), chart.held(uuid4(), "EUR")
    fund = [Leg(chart.psp_clearing(deal.payee.pk, "EUR"), wallet, Money(900, "EUR"))]
    ledger.post(cause_id=uuid4(), kind="top_up", reference="test", legs=fund, now=NOW)
    legs = [Leg(wallet, held, Money(part, "EUR"), Phase.PENDING) for part in (300, 200, 100)]
    holds = ledger.post(cause_id=uuid4(), kind="hold", reference="test", legs=legs, now=NOW).lines()
    ends = [ledger.settle(holds[0], Money(250, "EUR")), ledger.void(holds[1])]
    ledger.post(cause_id=uuid4(), kind="end", reference="test", legs=ends, now=NOW)
    return deal


def found() -> list[Problem]:
    return list(audit.check())


def places() -> set[str]:
    return {problem.where for problem in found()}


def test_honest_books_have_no_problem_and_are_counted(books: Deal) -> None:
    counted = []

    def whole() -> Iterator[Problem]:
        counted.append((yield from audit.check()))

    assert list(whole()) == []
    assert counted == [Transfer.objects.count()]
    assert counted[0] > 10


def some_transfer(**which: object) -> Transfer:
    return Transfer.objects.filter(**which).order_by("id").first() or pytest.fail("no such row")


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 1},
        {"currency": "USD"},
        {"phase": "pending"},
        {"at_us": 1},
        {"position": 7},
        {"id": uuid4()},
        {"debit": "other"},
        {"credit": "other"},
        {"mac": b"0" * 44},
    ],
)
def test_a_changed_transfer_is_named(books: Deal, change: dict[str, object]) -> None:
    row = some_transfer(cause__kind="captured")
    other = Account.objects.get(kind="wallet", subject=books.payer.pk)
    values = {name: other if value == "other" else value for name, value in change.items()}
    if side := {"debit", "credit"}.intersection(change):
        values[f"{side.pop()}_entry"] = (
            999  # where the other account has no entry yet: whoever forges takes care
        )
    with unguarded():
        Transfer.objects.filter(pk=row.pk).update(**values)
        assert f"transfer {row.pk}" in places()


@pytest.mark.parametrize("kind", ["captured", "released", "refunded", "refund_reserved", "end"])
def test_a_deleted_transfer_is_named(books: Deal, kind: str) -> None:
    row = some_transfer(cause__kind=kind)
    with unguarded():
        Transfer.objects.filter(pk=row.pk)._raw_delete("default")
        assert f"transfer {row.pk}" in places()


def test_a_deleted_transfer_is_named_though_it_was_the_only_one(books: Deal) -> None:
    row = some_transfer(cause__kind="top_up")
    with unguarded():
        Transfer.objects.filter(pk=row.pk)._raw_delete("default")
        assert f"transfer {row.pk}" in places()


def test_a_deleted_cause_leaves_its_transfers_named(books: Deal) -> None:
    row = some_transfer(cause__kind="released")
    with unguarded():
        Cause.objects.filter(pk=row.cause_id)._raw_delete("default")
        assert f"transfer {row.pk}" in places()


def test_a_cause_deleted_with_all_its_transfers_shows_in_the_accounts(books: Deal) -> None:
    cause = Cause.objects.get(kind="top_up")
    with unguarded():
        Transfer.objects.filter(cause=cause)._raw_delete("default")
        Cause.objects.filter(pk=cause.pk)._raw_delete("default")
        assert f"account {chart.wallet(books.payer.pk, 'EUR').code}" in places()


def test_it_still_shows_when_the_sums_were_made_to_fit(books: Deal) -> None:
    cause = Cause.objects.get(kind="released")
    wallet = chart.wallet(books.payee.pk, "EUR").code
    with unguarded():
        for row in cause.lines():
            for account, side in ((row.debit, "debits_posted"), (row.credit, "credits_posted")):
                now = Account.objects.get(pk=account.pk)
                Account.objects.filter(pk=account.pk).update(
                    **{side: getattr(now, side) - row.amount, "entries": now.entries - 1, "bound": "none"}
                )
        Transfer.objects.filter(cause=cause)._raw_delete("default")
        Cause.objects.filter(pk=cause.pk)._raw_delete("default")
        assert f"account {wallet}" in places()


def forged(like: Transfer, **changes: object) -> Transfer:
    names = [field.attname for field in Transfer._meta.concrete_fields]
    entries = {"debit_entry": 999, "credit_entry": 999}
    return Transfer(**{**{name: getattr(like, name) for name in names}, "id": uuid4(), **entries, **changes})


def test_an_added_transfer_is_named(books: Deal) -> None:
    row = some_transfer(cause__kind="captured")
    added = forged(row, position=9)
    with unguarded():
        Transfer.objects.bulk_create([added])
        assert f"transfer {added.pk}" in places()


def test_an_added_cause_is_named(books: Deal) -> None:
    row = some_transfer(cause__kind="top_up")
    cause = Cause(id=uuid4(), kind="top_up", reference="x", size=1, at_us=1, mac=bytes(row.cause.mac))
    added = forged(row, cause_id=cause.pk)
    with unguarded():
        Transfer.objects.bulk_create([added])
        cause.save(force_insert=True)
        assert {f"transfer {added.pk}", f"cause {cause.pk}"} <= places()


@pytest.mark.parametrize(
    "change", [{"kind": "other"}, {"reference": "order:9"}, {"order_id": uuid4()}, {"at_us": 1}]
)
def test_a_changed_cause_is_named(books: Deal, change: dict[str, object]) -> None:
    cause = Cause.objects.get(kind="released")
    with unguarded():
        Cause.objects.filter(pk=cause.pk).update(**change)
        assert f"cause {cause.pk}" in places()


@pytest.mark.parametrize(
    "change",
    [
        {"credits_posted": 99_999},
        {"credits_pending": 5},
        {"entries": 1},
        {"subject": uuid4()},
        {"bound": "none"},
    ],
)
def test_a_changed_account_is_named(books: Deal, change: dict[str, object]) -> None:
    code = chart.wallet(books.payee.pk, "EUR").code
    with unguarded():
        Account.objects.filter(code=code).update(**change)
        assert f"account {code}" in places()


def test_a_deleted_account_leaves_its_transfers_named(books: Deal) -> None:
    row = some_transfer(cause__kind="top_up")
    with unguarded():
        Account.objects.filter(pk=row.credit_id)._raw_delete("default")
        assert f"transfer {row.pk}" in places()


def test_two_accounts_whose_owners_were_swapped_are_named(books: Deal) -> None:
    keys = [chart.wallet(books.payee.pk, "EUR"), chart.wallet(books.payer.pk, "EUR")]
    rows = [Account.objects.get(code=key.code) for key in keys]
    with unguarded():
        Account.objects.filter(pk=rows[0].pk).update(code="between")
        Account.objects.filter(pk=rows[1].pk).update(code=rows[0].code, subject=rows[0].subject)
        Account.objects.filter(pk=rows[0].pk).update(code=rows[1].code, subject=rows[1].subject)
        assert {f"account {key.code}" for key in keys} <= places()


def test_a_mac_made_with_another_key_is_worth_nothing(books: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    row = some_transfer(cause__kind="top_up")
    with unguarded():
        Transfer.objects.filter(pk=row.pk).update(amount=901)
        row.refresh_from_db()
        forged_mac = bytes(row.mac)[:12] + b"\x00" * 32
        Transfer.objects.filter(pk=row.pk).update(mac=forged_mac)
        assert f"transfer {row.pk}" in places()


def test_rows_stay_genuine_after_the_keys_were_rotated(books: Deal) -> None:
    crypto.rotate()
    refund(books, 500, "after")
    books.work()
    assert found() == []


@pytest.mark.parametrize(
    "change", [{"captured": 20_000}, {"refunded": 1}, {"fee": 0}, {"status": "canceled"}, {"steps": 1}]
)
def test_a_payment_that_says_otherwise_than_the_ledger_is_named(
    books: Deal, change: dict[str, object]
) -> None:
    payment = Payment.objects.get()
    with unguarded():
        Payment.objects.filter(pk=payment.pk).update(**change)
        assert f"payment {payment.pk}" in places()


def test_a_changed_history_of_a_payment_is_named(books: Deal) -> None:
    step = PaymentStep.objects.filter(captured__gt=0).order_by("seq")[0]
    with unguarded():
        PaymentStep.objects.filter(pk=step.pk).update(captured=9_000)
        assert f"payment {step.payment_id} step {step.seq}" in places()


def test_a_deleted_step_is_named_with_the_money_it_moved(books: Deal) -> None:
    step = PaymentStep.objects.filter(captured__gt=0).order_by("seq")[0]
    with unguarded():
        PaymentStep.objects.filter(pk=step.pk)._raw_delete("default")
        assert {f"payment {step.payment_id}", f"cause {step.cause_id}"} <= places()


def test_a_changed_refund_is_named(books: Deal) -> None:
    payment = Payment.objects.get()
    with unguarded():
        Refund.objects.filter(amount=2_000).update(amount=1)
        assert f"payment {payment.pk}" in places()


def test_an_event_whose_money_is_gone_is_named(books: Deal) -> None:
    event = ProviderEvent.objects.filter(causes=1).order_by("id")[0]
    with unguarded():
        for cause in Cause.objects.filter(reference=event.reference):
            Transfer.objects.filter(cause=cause)._raw_delete("default")
        Cause.objects.filter(reference=event.reference)._raw_delete("default")
        assert f"event {event.provider} {event.event_id}" in places()


def test_a_changed_message_is_named(books: Deal) -> None:
    event = ProviderEvent.objects.order_by("id")[0]
    with unguarded():
        ProviderEvent.objects.filter(pk=event.pk).update(sealed=bytes(event.sealed)[:-1] + b"\x00")
        assert f"event {event.provider} {event.event_id}" in places()


def test_a_hold_taken_beyond_its_amount_is_named(books: Deal) -> None:
    hold = some_transfer(cause__kind="hold", ending__isnull=True)
    cause = Cause(id=uuid4(), kind="end", reference="x", size=1, at_us=1)
    over = forged(
        hold,
        id=ledger.transfer_id(cause.pk, 0),
        cause_id=cause.pk,
        position=0,
        phase=Phase.POST,
        amount=5_000,
    )
    over.pending_id = hold.pk
    over.mac = crypto.mac(ledger.TRANSFER_MAC, ledger.transfer_content(over, cause))
    cause.mac = crypto.mac(ledger.CAUSE_MAC, ledger.cause_content(cause, [over]))
    with unguarded():
        Transfer.objects.bulk_create([over])
        cause.save(force_insert=True)
        assert f"transfer {over.pk}" in places()


def test_an_account_below_its_bound_is_named_even_when_every_row_is_genuine(books: Deal) -> None:
    wallet, other = chart.wallet(books.payer.pk, "EUR"), chart.wallet(books.payee.pk, "EUR")
    row = some_transfer(cause__kind="top_up")
    cause = Cause(id=uuid4(), kind="theft", reference="x", size=1, at_us=1)
    rows = {key: Account.objects.get(code=key.code) for key in (wallet, other)}
    taken = forged(
        row,
        id=ledger.transfer_id(cause.pk, 0),
        cause_id=cause.pk,
        position=0,
        debit_id=rows[wallet].pk,
        credit_id=rows[other].pk,
        amount=50_000,
    )
    taken.mac = crypto.mac(ledger.TRANSFER_MAC, ledger.transfer_content(taken, cause))
    cause.mac = crypto.mac(ledger.CAUSE_MAC, ledger.cause_content(cause, [taken]))
    with unguarded():
        Transfer.objects.bulk_create([taken])
        cause.save(force_insert=True)
        assert any(
            problem.where == f"account {wallet.code}" and "below its bound" in problem.what
            for problem in found()
        )


def test_every_table_can_be_read_in_slices(books: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_CHUNK", 1)
    assert found() == []
