"""What the accounts of a deal say, and what tests do with them."""

from uuid import uuid4

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.money import Money
from payments import chart, ledger, services
from payments.ledger import Leg
from payments.models import Account, Refund
from tests.payments.conftest import Deal


def balance(key: chart.AccountKey) -> int:
    row = Account.objects.filter(code=key.code).first()
    return row.balance.minor if row else 0


def held(deal: Deal) -> int:
    return balance(chart.held(deal.order_id, "EUR"))


def wallet(deal: Deal) -> int:
    return balance(chart.wallet(deal.payee.pk, "EUR"))


def owed(deal: Deal) -> int:
    return balance(chart.receivable(deal.payee.pk, "EUR"))


def earned(deal: Deal) -> int:
    return balance(chart.platform_fee(deal.payee.pk, "EUR"))


def refund(deal: Deal, minor: int | None, cause: str = "change of mind") -> list[Refund]:
    amount = None if minor is None else Money(minor, "EUR")
    with commit.transact():
        return services.refund_order(
            order_id=deal.order_id, amount=amount, cause=cause, actor=deal.seller, now=deal.now
        )


def spend(deal: Deal, minor: int) -> None:
    """The seller's money goes elsewhere, as it will with a payout."""
    leg = Leg(chart.wallet(deal.payee.pk, "EUR"), chart.wallet(uuid4(), "EUR"), Money(minor, "EUR"))
    ledger.post(cause_id=uuid4(), kind="paid_out", reference="test", legs=[leg], now=deal.now)
