"""Messages of the provider: genuine, once, in any order, any number of times."""

import random
from itertools import permutations
from uuid import uuid4

import pytest
from django.test import Client

from negotiation_hub.kernel.models import Job
from payments import audit, chart
from payments.machine import Status
from payments.models import Account, Cause, PaymentStep, ProviderEvent
from tests.payments.conftest import Deal

pytestmark = pytest.mark.django_db
URL = "/payments/webhooks/fake"


def send(body: dict[str, str], signature: str = "genuine", url: str = URL) -> int:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(url, body, content_type="application/json", headers={"Fake-Signature": signature})
    return answer.status_code


def test_what_is_not_signed_is_refused_and_not_kept(deal: Deal) -> None:
    assert send({"id": "evt_1", "kind": "x"}, signature="forged") == 400
    assert not ProviderEvent.objects.exists()


def test_another_providers_address_does_not_exist(deal: Deal) -> None:
    assert send({"id": "evt_1", "kind": "x"}, url="/payments/webhooks/other") == 404


def test_only_posts_are_taken(deal: Deal) -> None:
    assert Client().get(URL).status_code == 405


def test_what_is_far_too_large_is_not_read(deal: Deal) -> None:
    assert send({"id": "evt_1", "kind": "x" * 300_000}) == 413


def test_a_message_about_nothing_of_ours_is_kept_and_answered(deal: Deal) -> None:
    assert send({"id": "evt_1", "kind": "balance.available"}) == 200
    assert ProviderEvent.objects.get().handled_at is not None
    assert not Job.objects.exists()


def test_an_unknown_kind_about_a_payment_changes_nothing_but_what_is_true(deal: Deal) -> None:
    payment = deal.start()
    assert send({"id": "evt_1", "kind": "never.heard.of", "payment": str(payment.pk)}) == 200
    deal.work()
    assert deal.fresh(payment).status == Status.REQUIRES_PAYMENT_METHOD


def test_a_message_is_kept_as_it_came_and_sealed(deal: Deal) -> None:
    payment = deal.start()
    deal.post(payment, "evt_1")
    row = ProviderEvent.objects.get()
    assert b'"evt_1"' in row.raw()
    assert b"evt_1" not in bytes(row.sealed)


def test_the_same_message_many_times_is_stored_and_handled_once(deal: Deal) -> None:
    payment = deal.authorized()
    deal.gateway.take(payment)
    for _ in range(5):
        deal.tell(payment, "evt_same")
    assert ProviderEvent.objects.filter(event_id="evt_same").count() == 1
    assert Account.objects.get(kind="held").balance.minor == 10_000
    assert Cause.objects.count() == 1


def test_messages_are_answered_before_the_provider_is_asked(deal: Deal) -> None:
    payment = deal.start()
    deal.gateway.down = True
    assert deal.post(payment) == 200
    deal.gateway.down = False


def test_when_the_provider_does_not_answer_the_message_is_handled_later(deal: Deal) -> None:
    payment = deal.start()
    deal.gateway.authorize(payment)
    deal.gateway.down = True
    deal.tell(payment)
    assert deal.fresh(payment).status == Status.REQUIRES_PAYMENT_METHOD
    deal.gateway.down = False
    Job.objects.filter(topic="payments.event").update(next_at=deal.now)
    deal.work()
    assert deal.fresh(payment).status == Status.REQUIRES_CAPTURE


def test_a_message_may_come_before_we_know_the_providers_name_for_the_payment(deal: Deal) -> None:
    payment = deal.start()
    type(payment).objects.filter(pk=payment.pk).update(provider_ref=None)
    deal.gateway.authorize(payment)
    deal.tell(payment)
    assert deal.fresh(payment).status == Status.REQUIRES_CAPTURE


STORY = ("authorized", "captured", "refunded in part", "refunded")


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_truths_in_any_order_end_in_the_same_books(deal: Deal, order: tuple[int, ...]) -> None:
    """Answers are fetched at one time and taken in at another: an old one may come last."""
    payment = deal.start()
    deal.gateway.authorize(payment)
    truths = [deal.gateway.truths[payment.pk]]
    deal.gateway.take(payment)
    truths.append(deal.gateway.truths[payment.pk])
    for amount in (2_000, 3_000):
        deal.gateway.give_back(payment, amount)
        truths.append(deal.gateway.truths[payment.pk])
    for index in order:
        for _ in range(2):
            deal.gateway.truths[payment.pk] = truths[index]
            deal.tell(payment)
    after = deal.fresh(payment)
    assert (after.status, after.captured, after.refunded) == (Status.SUCCEEDED, 10_000, 5_000)
    held = Account.objects.get(code=chart.held(deal.order_id, "EUR").code)
    assert held.balance.minor == 5_000
    assert list(audit.check()) == []


def test_a_storm_of_messages_leaves_one_history(deal: Deal) -> None:
    payment = deal.start()
    chance = random.Random(7)
    for act in (deal.gateway.decline, deal.gateway.authorize, deal.gateway.take):
        act(payment)
        for _ in range(chance.randint(3, 6)):
            deal.post(
                payment, f"evt_{chance.randint(1, 4)}_{uuid4().hex if chance.random() < 0.5 else 'again'}"
            )
        deal.work()
    steps = PaymentStep.objects.filter(payment=payment).order_by("seq")
    assert [step.after for step in steps] == ["requires_payment_method", "requires_capture", "succeeded"]
    assert len({change.event_id for change in deal.heard}) == len(deal.heard) == 3
