"""An order's whole way through the real adapter, the real SDK, the sandbox, its page and its messages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from orders import audit
from orders.models import Receipt
from payments import audit as books
from payments import jobs, provider, statements
from payments.models import Account, Payment, ProviderEvent, Refund, Transfer
from tests.orders.deal import Deal, Provider
from tests.payments.sandbox.harness import KEY, WEBHOOK_SECRET, Receiver, Sandbox, running_front

CARD = "4242424242424242"
DECLINED, CHALLENGED = "4000000000000002", "4000002500003155"
GROSS = 6_125_000


@pytest.fixture
def sandbox(tmp_path: Path, settings: Settings) -> Iterator[Sandbox]:
    receiver = Receiver()
    with running_front() as front:
        running = Sandbox(tmp_path / "sandbox.sqlite3", receiver, front)
        with running.running():
            settings.PAYMENT_PROVIDER = "sandbox"
            settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = KEY, WEBHOOK_SECRET
            settings.STRIPE_API_BASE = running.base
            yield running
        receiver.close()
        running.web.close()


def listen(deal: Deal, sandbox: Sandbox, *kinds: str) -> None:
    """Takes the provider's messages once these have come, and does what follows."""
    sandbox.receiver.wait_for(*kinds)
    for raw, headers in sandbox.receiver.received:
        answer = Client().post(
            reverse("payments:webhook", args=["sandbox"]),
            raw,
            content_type="application/json",
            headers={"Stripe-Signature": headers["Stripe-Signature"]},
        )
        assert answer.status_code == 200
    deal.work()


def test_an_order_is_paid_sent_received_and_its_money_released(db: None, sandbox: Sandbox) -> None:
    deal = Deal(None, Provider())
    deal.place()
    buyer = Client()
    buyer.force_login(deal.ben)
    page = buyer.post(reverse("orders:pay", args=[deal.order_id]))["Location"]
    sandbox.fill(page, CARD)
    listen(deal, sandbox, "payment_intent.amount_capturable_updated")
    assert (deal.order.authorize_status, deal.order.charge_status) == ("full", "none")
    assert buyer.get(reverse("orders:paid", args=[deal.order_id])).status_code == 302

    deal.ship()
    listen(deal, sandbox, "payment_intent.succeeded")
    assert deal.order.charge_status == "full"
    deal.deliver()
    deal.receive()
    receipt = Receipt.objects.get(order=deal.order_id)
    assert (receipt.released_amount, receipt.released_fee) == (6_002_500, 122_500)
    assert deal.milestones == [
        "funds.released",
        "order.placed",
        "order.received",
        "payment.authorized",
        "payment.captured",
        "shipment.delivered",
        "shipment.sent",
    ]
    assert [str(problem) for problem in audit.check()] == []


# --- the hosted page with everything that goes wrong on it, then a refund


@dataclass
class Story:
    """A placed order whose buyer and seller use nothing but pages."""

    deal: Deal
    sandbox: Sandbox
    buyer: Client
    seller: Client

    def pay_page(self) -> str:
        """The buyer's button leads to the provider."""
        url: str = self.buyer.post(reverse("orders:pay", args=[self.deal.order_id]))["Location"]
        return url

    def there(self, answer: httpx.Response) -> str:
        """Where a page of the provider leads to next."""
        assert answer.status_code == 303
        return urljoin(self.sandbox.base, answer.headers["location"])

    def decline(self) -> str:
        """A card that is not taken: back on the page, which says so."""
        back = self.there(self.sandbox.fill(self.pay_page(), DECLINED))
        return self.sandbox.web.get(back).text

    def challenge(self, action: str) -> str:
        """A card whose bank asks, and what the payer answers there."""
        challenge = self.there(self.sandbox.fill(self.pay_page(), CHALLENGED))
        assert "3-D Secure" in self.sandbox.web.get(challenge).text
        return self.there(self.sandbox.web.post(challenge, data={"action": action}))

    def refund(self, amount: str) -> None:
        """The seller's form, sent twice."""
        url = reverse("orders:order", args=[self.deal.order_id])
        found = re.search(r'name="refund_id" value="([^"]+)"', self.seller.get(url).content.decode())
        assert found
        typed = {"refund_id": found.group(1), "amount": amount}
        for _ in range(2):
            assert (
                self.seller.post(reverse("orders:refund", args=[self.deal.order_id]), typed).status_code
                == 302
            )
        self.deal.work()

    def tell(self, *, backwards: bool = False) -> None:
        """Every message so far, once more."""
        messages = list(self.sandbox.receiver.received)
        for raw, headers in reversed(messages) if backwards else messages:
            answer = Client().post(
                reverse("payments:webhook", args=["sandbox"]),
                raw,
                content_type="application/json",
                headers={"Stripe-Signature": headers["Stripe-Signature"]},
            )
            assert answer.status_code == 200
        self.deal.work()

    def rows(self, client: Client, side: str) -> list[tuple[str, int, int, int]]:
        """The statement of held funds, the oldest row first: kind, change, reserved, balance."""
        organisation = self.deal.seller if side == "seller" else self.deal.buyer
        url = reverse("payments:held_statement", args=[organisation.pk, "EUR", side])
        assert client.get(url).status_code == 200
        page = statements.held_statement(organisation.pk, "EUR", side)
        return [(line.kind, line.change, line.reserved, line.balance) for line in reversed(page.lines)]


@pytest.fixture
def story(db: None, sandbox: Sandbox) -> Story:
    deal = Deal(None, Provider())
    deal.place()
    buyer, seller = Client(), Client()
    buyer.force_login(deal.ben)
    seller.force_login(deal.ada)
    return Story(deal, sandbox, buyer, seller)


def test_a_declined_card_then_a_challenge_then_a_refund_end_in_the_right_books(story: Story) -> None:
    deal, sandbox = story.deal, story.sandbox
    assert "The card was declined" in story.decline()
    listen(deal, sandbox, "payment_intent.payment_failed")
    paid = reverse("orders:paid", args=[deal.order_id])
    assert deal.payment.failure_code == "generic_decline"
    assert "declined" in story.buyer.get(paid).content.decode()
    assert (deal.order.authorize_status, deal.money.held) == ("none", 0)

    back = story.challenge("approve")
    assert urlsplit(back).path == paid
    listen(deal, sandbox, "payment_intent.amount_capturable_updated")
    assert Payment.objects.count() == 1
    assert deal.order.authorize_status == "full"
    assert story.buyer.get(paid).status_code == 302

    deal.ship()
    listen(deal, sandbox, "payment_intent.succeeded")
    story.refund("25.50")
    listen(deal, sandbox, "charge.refunded")
    assert (deal.money.captured, deal.money.refunded, deal.money.held) == (GROSS, 2_550, GROSS - 2_550)
    deal.deliver()
    deal.receive()

    released = GROSS - 2_550
    fee = released * 2 // 100
    expected = [
        ("captured", GROSS, 0, GROSS),
        ("refund_reserved", 0, 2_550, GROSS),
        ("refunded", -2_550, -2_550, released),
        ("released", -(released - fee), 0, fee),
        ("released", -fee, 0, 0),
    ]
    for client, side in ((story.seller, "seller"), (story.buyer, "buyer")):
        rows = story.rows(client, side)
        assert rows[:3] == expected[:3]
        assert sorted(row[1] for row in rows[3:]) == sorted(row[1] for row in expected[3:])
        assert rows[-1][3] == 0
    (wallet,) = Account.objects.filter(kind="wallet", subject=deal.seller.pk)
    assert wallet.balance.minor == released - fee
    page = story.seller.get(f"/accounts/{wallet.pk}/").content.decode()
    assert f'href="/rooms/{deal.order.room_id}/"' in page
    before = Transfer.objects.count()
    for backwards in (False, True, True):
        story.tell(backwards=backwards)
    assert Transfer.objects.count() == before
    assert Refund.objects.get().status == "succeeded"
    assert [str(problem) for check in (audit, books) for problem in check.check()] == []


def test_a_refund_after_the_receipt_shows_in_the_account_as_reserved_and_taken(story: Story) -> None:
    deal, sandbox = story.deal, story.sandbox
    story.challenge("approve")
    listen(deal, sandbox, "payment_intent.amount_capturable_updated")
    deal.ship()
    listen(deal, sandbox, "payment_intent.succeeded")
    deal.deliver()
    deal.receive()
    story.refund("100.00")
    listen(deal, sandbox, "charge.refunded")
    (wallet,) = Account.objects.filter(kind="wallet", subject=deal.seller.pk)
    lines = statements.statement(wallet).lines
    net = GROSS - GROSS * 2 // 100
    assert [(line.kind, line.change, line.reserved, line.balance) for line in reversed(lines)] == [
        ("released", net, 0, net),
        ("refund_reserved", 0, 9_800, net),
        ("refunded", -9_800, -9_800, net - 9_800),
    ]
    page = story.seller.get(f"/accounts/{wallet.pk}/").content.decode()
    for words in ("Released for an order", "Set aside for a refund", "Refunded to the buyer"):
        assert words in page
    assert [str(problem) for check in (audit, books) for problem in check.check()] == []


def test_a_failed_challenge_leaves_the_order_unpaid_and_another_try_pays_it(story: Story) -> None:
    deal, sandbox = story.deal, story.sandbox
    back = story.challenge("fail")
    assert "The confirmation failed" in sandbox.web.get(back).text
    listen(deal, sandbox, "payment_intent.payment_failed")
    assert deal.order.authorize_status == "none"
    story.challenge("approve")
    listen(deal, sandbox, "payment_intent.amount_capturable_updated")
    assert (deal.order.authorize_status, Payment.objects.count()) == ("full", 1)


def test_messages_that_come_twice_and_backwards_end_in_the_same_books(story: Story) -> None:
    deal, sandbox = story.deal, story.sandbox
    sandbox.control(webhooks={"hold": True, "repeat": 2})
    assert "declined" in story.decline()
    story.challenge("approve")
    # No message has come; the poll finds out, and the capture and the refund are our own calls.
    truth = provider.current().fetch(deal.payment)
    jobs.take_answer(deal.payment, truth, deal.now)
    deal.work()
    deal.ship()
    story.refund("25.50")
    books_before = sorted(Transfer.objects.values_list("amount", "phase"))
    assert (deal.money.captured, deal.money.refunded) == (GROSS, 2_550)
    sandbox.control(release="reversed")
    sandbox.receiver.wait(lambda receiver: receiver.kinds().count("payment_intent.payment_failed") >= 2)
    assert len(sandbox.receiver.kinds()) > len(set(sandbox.receiver.kinds()))
    story.tell()
    assert sorted(Transfer.objects.values_list("amount", "phase")) == books_before
    assert deal.payment.status == "succeeded"
    assert ProviderEvent.objects.filter(handled_at=None).count() == 0
    assert [str(problem) for check in (audit, books) for problem in check.check()] == []
