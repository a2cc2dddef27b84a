"""Threads on hot accounts: no sum is lost, nobody is overdrawn, the same cause is written once."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Refusal
from payments import audit, chart, ledger, services, settlement
from payments.ledger import Leg
from payments.models import Account, Cause, Payment, Phase, ProviderEvent, Refund, Transfer
from tests.payments.conftest import NOW, Deal

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def together(*acts: Callable[[], object]) -> list[str]:
    """Runs all at once, each on a connection of its own; says how each ended."""
    barrier, ends = threading.Barrier(len(acts)), [""] * len(acts)

    def run(index: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            acts[index]()
            ends[index] = "done"
        except Refusal as refusal:
            ends[index] = refusal.code
        except Exception as error:  # noqa: BLE001  told by the assertion that reads the ends
            ends[index] = repr(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return ends


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def post(*legs: Leg, cause: object = None) -> Cause:
    id_ = ledger.cause_id(cause or uuid4())
    return commit.retrying(ledger.post, cause_id=id_, kind="test", reference="test", legs=legs, now=NOW)


def test_an_account_is_never_overdrawn_by_those_who_race_for_it() -> None:
    org, order = uuid4(), uuid4()
    wallet, held = chart.wallet(org, "EUR"), chart.held(order, "EUR")
    post(Leg(chart.psp_clearing(org, "EUR"), wallet, eur(500)))
    ends = together(*[lambda: post(Leg(wallet, held, eur(100)))] * THREADS)
    assert Counter(ends) == {"done": 5, "ledger.funds_insufficient": THREADS - 5}
    assert Account.objects.get(code=wallet.code).balance == eur(0)
    assert list(audit.check()) == []


def test_the_same_cause_at_once_is_written_once() -> None:
    org = uuid4()
    leg = Leg(chart.psp_clearing(org, "EUR"), chart.wallet(org, "EUR"), eur(70))
    ends = together(*[lambda: post(leg, cause="the same")] * THREADS)
    assert set(ends) == {"done"}
    assert (Cause.objects.count(), Account.objects.get(kind="wallet").balance) == (1, eur(70))


def test_one_id_with_two_contents_is_written_once_and_refused_once() -> None:
    def act(org: object) -> Callable[[], object]:
        leg = Leg(chart.psp_clearing(org, "EUR"), chart.wallet(org, "EUR"), eur(70))  # type: ignore[arg-type]
        return lambda: post(leg, cause="one id")

    for _ in range(5):
        ends = together(*[act(uuid4()) for _ in range(4)])
        assert set(ends) <= {"done", "ledger.cause_conflict"}
    assert Cause.objects.count() == 1
    assert list(audit.check()) == []


def test_a_hold_is_ended_once_by_those_who_race_for_it() -> None:
    org, order = uuid4(), uuid4()
    wallet, held = chart.wallet(org, "EUR"), chart.held(order, "EUR")
    post(Leg(chart.psp_clearing(org, "EUR"), wallet, eur(500)))
    post(Leg(wallet, held, eur(400), Phase.PENDING))
    hold = Transfer.objects.select_related("debit", "credit").get(phase=Phase.PENDING)
    ends = together(*[lambda: post(ledger.settle(hold)), lambda: post(ledger.void(hold))] * (THREADS // 2))
    assert Counter(ends) == {"done": 1, "ledger.hold_ended": THREADS - 1}
    assert list(audit.check()) == []


def test_money_that_goes_round_between_hot_accounts_is_all_there_at_the_end() -> None:
    keys = [chart.wallet(uuid4(), "EUR") for _ in range(5)]
    clearing = chart.psp_clearing(uuid4(), "EUR")
    for key in keys:
        post(Leg(clearing, key, eur(1_000)))

    def act(seed: int) -> Callable[[], object]:
        chance = random.Random(seed)

        def walk() -> None:
            for _ in range(15):
                giver, taker, third = chance.sample(keys, 3)
                try:
                    post(
                        Leg(giver, taker, eur(chance.randint(1, 900))),
                        Leg(taker, third, eur(chance.randint(1, 900))),
                    )
                except ledger.FundsInsufficient:
                    continue

        return walk

    assert set(together(*[act(seed) for seed in range(THREADS)])) == {"done"}
    balances = [row.balance.minor for row in Account.objects.filter(kind="wallet")]
    assert sum(balances) == 5_000
    assert min(balances) >= 0
    assert list(audit.check()) == []


def test_one_request_has_one_payment_however_often_it_is_started_at_once(deal: Deal) -> None:
    request = deal.ask()
    ends = together(*[lambda: deal.start(request)] * 4)
    assert set(ends) == {"done"}
    assert Payment.objects.count() == 1


def test_refund_and_release_at_once_share_what_is_held(deal: Deal) -> None:
    deal.captured()

    def refund() -> None:
        commit.retrying(
            services.refund_order,
            order_id=deal.order_id,
            amount=eur(4_000),
            cause="once",
            actor=deal.seller,
            now=deal.now,
        )

    ends = together(
        refund, lambda: commit.retrying(deal.release), refund, lambda: commit.retrying(deal.release)
    )
    assert set(ends) == {"done"}
    deal.work()
    assert Refund.objects.count() == 1
    # Whoever came first: the buyer has 4000 back, and the platform 2 % of what the seller keeps.
    rows = {row.kind: row.balance.minor for row in Account.objects.exclude(kind="psp_clearing")}
    assert (rows["held"], rows["wallet"], rows["platform_fee"]) == (0, 5_880, 120)
    assert list(audit.check()) == []


def test_messages_at_once_capture_once(deal: Deal) -> None:
    payment = deal.authorized()
    deal.gateway.take(payment)
    for _ in range(6):
        deal.post(payment)
    ends = together(*[deal.work] * 4)
    assert set(ends) == {"done"}
    deal.work()
    assert Account.objects.get(kind="held").balance == eur(10_000)
    assert [change.captured_now for change in deal.heard] == [0, 10_000]
    assert list(audit.check()) == []


def test_facts_about_one_payment_wait_for_each_other(deal: Deal) -> None:
    payment = deal.authorized()
    deal.gateway.take(payment)
    truth = deal.gateway.truths[payment.pk]
    for number in range(THREADS):
        deal.post(payment, f"evt_{number}")
    events = list(ProviderEvent.objects.filter(handled_at=None))
    assert len(events) == THREADS

    def act(event: ProviderEvent) -> Callable[[], object]:
        return lambda: settlement.apply(payment_id=payment.pk, truth=truth, event=event, now=deal.now)

    assert set(together(*map(act, events))) == {"done"}
    assert [change.captured_now for change in deal.heard] == [0, 10_000]
    assert list(audit.check()) == []
