"""Organisations with money in their wallets that want it at their bank, for tests."""

from datetime import datetime
from uuid import UUID, uuid4

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Organisation, User
from payments import bank_accounts, batches, chart, ledger, payouts
from payments.ledger import Leg
from payments.models import BankAccount, Payout, PayoutBatch
from tests.payments.books import balance
from tests.payments.conftest import Deal

IBAN = "ES91 2100 0418 4502 0005 1332"
OTHER_IBAN = "DE89 3704 0044 0532 0130 00"


def fund(organisation: Organisation, minor: int, now: datetime, currency: str = "EUR") -> None:
    """Puts money into the wallet, as a release does."""
    clearing, wallet = chart.psp_clearing(organisation.pk, currency), chart.wallet(organisation.pk, currency)
    leg = Leg(clearing, wallet, Money(minor, currency))
    ledger.post(cause_id=uuid4(), kind="top_up", reference="test", legs=[leg], now=now)


def set_account(deal: Deal, iban: str = IBAN, **fields: str) -> BankAccount:
    """The seller's manager says where the money goes."""
    values = {"holder": "Norte Bombas S.L.", "bic": "", **fields}
    return bank_accounts.set_bank_account(
        actor=deal.seller, organisation_id=deal.payee.pk, iban=iban, now=deal.now, **values
    )


def ask(
    deal: Deal,
    minor: int = 5_000,
    *,
    actor: User | None = None,
    payout_id: UUID | None = None,
    bank_account_id: UUID | None = None,
    currency: str = "EUR",
) -> Payout:
    """The seller's manager asks for money."""
    return payouts.request_payout(
        actor=actor or deal.seller,
        organisation_id=deal.payee.pk,
        amount=Money(minor, currency),
        now=deal.now,
        payout_id=payout_id or uuid7(),
        bank_account_id=bank_account_id,
    )


def make_file(deal: Deal) -> PayoutBatch:
    """The bank's file with all that is requested."""
    batch = batches.make_batch(currency="EUR", now=deal.now)
    assert batch is not None
    return batch


def staff() -> User:
    """Someone of the platform."""
    found = User.objects.filter(email="staff@example.test").first()
    return found or User.objects.create_user("staff@example.test", name="Staff", is_staff=True)


def moved(deal: Deal) -> dict[str, int]:
    """What the accounts between wallet and bank hold for the seller."""
    keys = {
        "wallet": chart.wallet(deal.payee.pk, "EUR"),
        "transit": chart.payout_transit(deal.payee.pk, "EUR"),
        "bank": chart.bank(deal.payee.pk, "EUR"),
    }
    return {name: balance(key) for name, key in keys.items()}
