"""Above a limit that an organisation sets, accepting takes a proof of the second factor."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.app_settings import TOTP_PERIOD
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

from negotiation_hub.kernel.models import Remembered
from negotiation_hub.people import second_factor, services
from negotiation_hub.people.models import Organisation, User
from orders.models import Order
from rooms.models import Proof
from tests.people.passkeys import Passkey
from tests.rooms.table import START, Table, person, refused, terms

pytestmark = pytest.mark.django_db
LIMIT = 9_000


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def table() -> Table:
    """The buyer's organisation asks for it above 90.00 EUR."""
    table = Table()
    second_factor.set_rule(
        actor=table.ben, organisation=table.room.buyer, minor=LIMIT, currency="EUR", now=table.now
    )
    return table


def app(table: Table) -> Callable[[], str]:
    """An authenticator app of the buyer's: each call gives the code of now."""
    secret = generate_totp_secret()
    TOTP.activate(table.ben, secret)
    return lambda: format_hotp_value(hotp_value(secret, int(table.now.timestamp()) // TOTP_PERIOD))


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def show(table: Table, user: User, client: Client | None = None, **by: Any) -> tuple[int, dict[str, Any]]:
    """What the server answers to whoever shows this for accepting what stands."""
    what = {**table.named, "package": 0, **by}
    with time_machine.travel(table.now, tick=False):
        answer = (client or client_of(user)).post(
            f"/api/v1/rooms/{table.room.pk}/step-up", json.dumps(what), content_type="application/json"
        )
    return answer.status_code, answer.json()


def accept(table: Table, proof: str | None = None, **fields: Any) -> None:
    table.send("buyer", "offer.accept", **{**table.named, "package": 0, **fields}, proof=proof)


@pytest.mark.covers("room:offers.step_up")
def test_above_the_limit_accepting_takes_a_proof_and_up_to_it_none(table: Table) -> None:
    code = app(table)()
    table.propose("seller", LIMIT + 1)
    with refused("offer.step_up"):
        accept(table)
    assert not Order.objects.exists()
    assert table.standing["status"] == "pending"
    status, told = show(table, table.ben, code=code)
    assert status == 200
    accept(table, told["proof"])
    assert Order.objects.get().gross == LIMIT + 1
    used = Proof.objects.get()
    assert (used.user, used.used_at, used.gross, used.payee) == (
        table.ben,
        table.now,
        LIMIT + 1,
        table.room.seller,
    )


@pytest.mark.covers("room:offers.step_up")
def test_up_to_the_limit_and_for_an_organisation_without_one_nobody_is_asked(table: Table) -> None:
    table.propose("seller", LIMIT)
    accept(table)
    other = Table()
    other.propose("seller", LIMIT + 1)
    accept(other)
    assert Order.objects.count() == 2


def test_it_is_what_there_is_to_pay_that_counts_and_the_sellers_own_rule_for_the_seller(table: Table) -> None:
    table.propose("seller", LIMIT, tax_basis="added", tax_rate_bp=2_100)
    with refused("offer.step_up"):
        accept(table)
    table.counter("buyer", LIMIT + 1)
    table.accept("seller")  # the buyer's rule is no rule of the seller's


def test_in_another_currency_it_is_always_asked_for(table: Table) -> None:
    second_factor.set_rule(
        actor=table.ben, organisation=table.room.buyer, minor=10**9, currency="USD", now=table.now
    )
    table.propose("seller", 100)
    with refused("offer.step_up"):
        accept(table)


@pytest.mark.covers("room:offers.step_up")
def test_a_proof_is_good_once_for_a_short_time_and_for_nothing_else(table: Table) -> None:
    """Used again, for another version, package or person, or too late."""
    code = app(table)
    two = [terms(LIMIT + 1)["packages"][0], terms(LIMIT + 2)["packages"][0]]
    table.send("seller", "offer.propose", offer=terms(packages=two))
    proof = show(table, table.ben, code=code())[1]["proof"]
    with refused("offer.proof"):
        accept(table, proof, package=1)
    with refused("offer.proof"):
        accept(table, "x" * 43)
    colleague = table.others["cleo"] = person("Cleo")
    services.add_member(
        actor=table.ben, organisation=table.room.buyer, user=colleague, role="manager", now=START
    )
    with refused("offer.proof"):
        table.send("cleo", "offer.accept", **table.named, package=0, proof=proof)
    table.supersede("seller", LIMIT + 3)
    with refused("offer.proof"):
        accept(table, proof)
    table.pass_time(seconds=40)
    late = show(table, table.ben, code=code())[1]["proof"]
    table.pass_time(seconds=120)
    with refused("offer.proof"):
        accept(table, late)
    assert not Order.objects.exists()


def test_a_used_proof_accepts_nothing_more_even_where_the_same_is_offered_again(table: Table) -> None:
    code = app(table)
    table.propose("seller", LIMIT + 1)
    proof = show(table, table.ben, code=code())[1]["proof"]
    accept(table, proof)
    row = Proof.objects.get()
    assert row.used_at == table.now
    # As if nothing had been accepted: the row itself is used up.
    again = Table(ben=table.ben)
    again.propose("seller", LIMIT + 1)
    Proof.objects.update(
        room=again.room, offer_hash=again.standing["hash"], payee=again.room.seller, version=1
    )
    with refused("offer.proof"):
        accept(again, proof)


def test_a_refused_acceptance_leaves_the_proof_for_another_try(table: Table) -> None:
    code = app(table)
    table.propose("seller", LIMIT + 1)
    proof = show(table, table.ben, code=code())[1]["proof"]
    with refused("offer.stale"):
        accept(table, proof, hash="0" * 64)
    accept(table, proof)


def test_a_code_is_good_once_and_wrong_ones_are_counted_for_all_processes(table: Table) -> None:
    code = app(table)()
    table.propose("seller", LIMIT + 1)
    assert show(table, table.ben, code=code)[0] == 200
    assert show(table, table.ben, code=code)[1]["code"] == "second_factor.wrong"
    codes = [show(table, table.ben, code="000000") for _ in range(6)]
    assert codes[0][0] == 422
    assert codes[0][1]["code"] == "second_factor.wrong"
    assert (codes[-1][0], codes[-1][1]["code"]) == (429, "second_factor.too_many")
    assert Remembered.objects.exists(), "each process would count for itself"


def test_a_recovery_code_will_do_once(table: Table) -> None:
    app(table)
    code = RecoveryCodes.activate(table.ben).get_unused_codes()[0]
    table.propose("seller", LIMIT + 1)
    assert show(table, table.ben, code=code)[0] == 200
    assert Proof.objects.get().method == "recovery_codes"
    assert show(table, table.ben, code=code)[1]["code"] == "second_factor.wrong"


@pytest.mark.covers("room:offers.step_up")
def test_a_passkey_will_do_and_its_answer_once(table: Table) -> None:
    passkey = Passkey.of(table.ben)
    table.propose("seller", LIMIT + 1)
    client = client_of(table.ben)
    begun = client.post(f"/api/v1/rooms/{table.room.pk}/step-up/begin").json()
    assert begun["methods"] == ["passkey"]
    credential = passkey.answer(begun["passkey"])
    status, told = show(table, table.ben, client, credential=credential)
    assert (status, Proof.objects.get().method) == (200, "webauthn")
    assert show(table, table.ben, client, credential=credential)[1]["code"] == "second_factor.wrong"
    accept(table, told["proof"])


def test_what_is_no_answer_of_a_passkey_of_theirs_is_wrong(table: Table) -> None:
    Passkey.of(table.ben)
    stranger = Passkey.of(person("Eve"))
    table.propose("seller", LIMIT + 1)
    client = client_of(table.ben)
    begun = client.post(f"/api/v1/rooms/{table.room.pk}/step-up/begin").json()
    wrong: list[dict[str, Any]] = [
        {},
        {"id": "x"},
        {"response": []},
        stranger.answer(begun["passkey"]),
    ]
    for credential in wrong:
        assert show(table, table.ben, client, credential=credential)[1]["code"] == "second_factor.wrong"


def test_who_has_none_is_told_where_to_set_one_up(table: Table) -> None:
    table.propose("seller", LIMIT + 1)
    begun = client_of(table.ben).post(f"/api/v1/rooms/{table.room.pk}/step-up/begin").json()
    assert begun == {"methods": [], "passkey": None, "setup": "/accounts/auth/2fa/"}
    assert show(table, table.ben, code="123456")[1]["code"] == "second_factor.not_set_up"


def test_no_proof_is_made_for_what_one_cannot_accept(table: Table) -> None:
    code = app(table)
    table.propose("seller", LIMIT + 1)
    eve = person("Eve", "Elsewhere")
    assert show(table, eve, code="123456")[1]["code"] == "stream.unknown"
    assert show(table, table.ada, code="123456")[1]["code"] == "offer.own"
    assert show(table, table.ben, version=2, code="123456")[1]["code"] == "offer.stale"
    assert show(table, table.ben, package=1, code="123456")[1]["code"] == "offer.package"
    clerk = person("Cleo")
    services.add_member(actor=table.ben, organisation=table.room.buyer, user=clerk, role="member", now=START)
    assert show(table, clerk, code="123456")[1]["code"] == "not_permitted"
    assert show(table, table.ben)[1]["code"] == "malformed"
    assert show(table, table.ben, code=code())[0] == 200  # none of these counted as a wrong one


def test_the_other_side_learns_nothing_of_it(table: Table) -> None:
    """The event of an acceptance is the same with a second factor and without."""
    code = app(table)()
    table.propose("seller", LIMIT + 1)
    accept(table, show(table, table.ben, code=code)[1]["proof"])
    plain = Table()
    plain.propose("seller", LIMIT + 1)
    accept(plain)
    assert table.events[-1].body.keys() == plain.events[-1].body.keys()
    assert "proof" not in json.dumps(table.events[-1].body)


def test_old_proofs_that_nobody_used_are_forgotten(table: Table) -> None:
    code = app(table)
    table.propose("seller", LIMIT + 1)
    show(table, table.ben, code=code())
    table.now += timedelta(minutes=5)
    show(table, table.ben, code=code())
    assert Proof.objects.count() == 1


def test_authenticators_are_those_of_the_account(table: Table) -> None:
    assert second_factor.methods(table.ben) == []
    app(table)
    Passkey.of(table.ben)
    assert second_factor.methods(table.ben) == ["code", "passkey"]
    assert Authenticator.objects.filter(user=table.ben).count() == 2
    assert Organisation.objects.filter(second_factor_rule__isnull=False).count() == 1
