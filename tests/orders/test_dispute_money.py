"""Whatever both sides do about disputed goods: no cent is lost, and none is paid twice."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from negotiation_hub.kernel.refusals import Refusal
from orders import audit, returned
from orders.models import GoodsDispute, GoodsReturn
from tests.orders.deal import Deal
from tests.orders.disputes import Disputing
from tests.orders.parcels import Packing
from tests.orders.returns import Returning

pytestmark = pytest.mark.django_db


Step = tuple[str, int]
STEPS = st.tuples(
    st.sampled_from(
        [
            "dispute", "refund", "replacement", "rejection", "agree", "decline", "withdraw", "receive",
            "confirm", "ask", "approve", "send", "came", "replace", "wait",
        ]
    ),
    st.integers(1, 5),
)  # fmt: skip


def take(whole: Disputing, step: Step) -> None:
    """One step of somebody, as far as it is possible just now."""
    name, number = step
    back, deal = Returning(whole.packing), whole.deal
    disputes, returns = GoodsDispute.objects.order_by("-id"), GoodsReturn.objects.order_by("-id")
    row, sent = disputes.first(), returns.first()
    kilos = str(Decimal(number) / 2)
    anyhow: dict[str, Callable[[], object]] = {
        "dispute": lambda: whole.dispute(str(number), kilos),
        "confirm": lambda: whole.confirm(str(number), kilos),
        "wait": lambda: deal.pass_time(days=number * 4),
    }
    # What the seller has already would come from their own account.
    if returned.unconfirmed(deal.order)[whole.packing.lines[0].pk] >= number:
        anyhow["ask"] = lambda: back.ask(str(number), "")
    if row is not None:
        anyhow |= {
            "refund": lambda: whole.propose(row, amount=number * 1_111),
            "replacement": lambda: whole.propose(row, "replacement"),
            "rejection": lambda: whole.propose(row, "rejection"),
            "agree": lambda: whole.agree(row),
            "decline": lambda: whole.decline(row),
            "withdraw": lambda: whole.withdraw(row),
            "receive": lambda: whole.receive(row),
        }
    if sent is not None:
        anyhow |= {
            "approve": lambda: back.approve(sent, "refund" if number % 2 else "replacement"),
            "send": lambda: back.send(sent),
            "came": lambda: back.receive(sent),
            "replace": lambda: whole.packing.track(back.replace(sent), "deliver"),
        }
    if name in anyhow:
        with suppress(Refusal):  # it is not possible now
            anyhow[name]()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=3, max_size=10))
def test_what_is_released_given_back_and_held_is_what_was_captured(deal: Deal, steps: list[Step]) -> None:
    packing = Packing.paid(deal)  # another order each time
    packing.track(packing.send("5", "2.5"), "deliver")
    whole = Disputing(packing)
    for step in [("dispute", 2), *steps]:
        take(whole, step)
        money = deal.money
        assert money.released + money.refunded + money.held == money.captured
        assert list(audit.check_order(deal.order)) == [], step
