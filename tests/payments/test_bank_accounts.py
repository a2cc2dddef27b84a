"""Where an organisation's money goes: who may say so, what is taken, and what can be read of it."""

import pytest
from django.db import DatabaseError, connection, transaction

from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people.models import Membership, User
from payments import bank_accounts
from payments.bank_accounts import BankAccountInvalid
from payments.models import BankAccount
from tests.payments.conftest import Deal
from tests.payments.payout import IBAN, OTHER_IBAN, set_account

pytestmark = pytest.mark.django_db


def test_an_account_keeps_its_numbers_sealed_and_shows_the_last_four(deal: Deal) -> None:
    account = set_account(deal)
    assert account.last4 == "1332"
    assert (account.details().iban, account.details().bic) == ("ES9121000418450200051332", "CAIXESBB")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM payments_bankaccount")
        row = repr(cursor.fetchall())
    assert "2100041845" not in row


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iban", ""),
        ("iban", "ES91 2100 0418 4502 0005 1333"),
        ("iban", "12345678"),
        ("iban", "TR33 0006 1005 1978 6457 8413 26"),
        ("iban", "<script>alert(1)</script>"),
        ("bic", "CAIXE"),
        ("bic", "🦊🦊🦊🦊🦊🦊🦊🦊"),
        ("holder", ""),
        ("holder", " - . "),
        ("holder", "x" * 71),
        ("holder", "Norte\x00Bombas"),
    ],
)
def test_what_no_bank_knows_is_refused(deal: Deal, field: str, value: str) -> None:
    with pytest.raises(BankAccountInvalid):
        set_account(deal, **{field: value})
    assert not BankAccount.objects.exists()


def test_only_managers_say_where_the_money_goes(deal: Deal) -> None:
    Membership.objects.filter(user=deal.seller).update(role="sales")
    with pytest.raises(NotPermitted):
        set_account(deal)
    stranger = User.objects.create_user("cleo@example.test", name="Cleo")
    for outsider in (deal.buyer, stranger):
        with pytest.raises(NotFound):
            bank_accounts.set_bank_account(
                actor=outsider, organisation_id=deal.payee.pk, holder="Me", iban=IBAN, bic="", now=deal.now
            )
    assert not BankAccount.objects.exists()


def test_the_same_account_again_is_the_one_that_is_there(deal: Deal) -> None:
    assert set_account(deal) == set_account(deal, iban=IBAN.replace(" ", "").lower())
    assert BankAccount.objects.count() == 1


def test_another_account_ends_the_one_before_and_keeps_it(deal: Deal) -> None:
    first, second = set_account(deal), set_account(deal, iban=OTHER_IBAN)
    first.refresh_from_db()
    assert (first.active, second.active) == (False, True)
    assert first.details().iban.endswith("1332")


def test_the_database_refuses_to_change_an_account(deal: Deal) -> None:
    account = set_account(deal)
    for change in ({"sealed": OTHER_IBAN.encode()}, {"holder": "Mallory"}, {"organisation": deal.payer}):
        with pytest.raises(DatabaseError), transaction.atomic():
            BankAccount.objects.filter(pk=account.pk).update(**change)


def test_another_accounts_seal_does_not_open_in_its_place(deal: Deal) -> None:
    account = set_account(deal)
    other = set_account(deal, iban=OTHER_IBAN)
    BankAccount.objects.filter(pk=account.pk).update(sealed=bytes(other.sealed))  # as a rotation may
    account.refresh_from_db()
    with pytest.raises(crypto.BadSeal):
        account.details()


@pytest.mark.parametrize("field", ["holder", "last4", "organisation_id", "id"])
def test_an_account_that_was_changed_or_moved_does_not_open(deal: Deal, field: str) -> None:
    account = set_account(deal)
    values = {"holder": "Mallory", "last4": "3000", "organisation_id": deal.payer.pk, "id": deal.payer.pk}
    setattr(account, field, values[field])
    with pytest.raises(crypto.BadSeal):
        account.details()
