"""Two organisations, an order, and a provider in memory."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from negotiation_hub.kernel import clock, commit, outbox
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Membership, Organisation, User
from payments import hooks, provider, services
from payments.hooks import PaymentChanged
from payments.models import Payment, PaymentRequest
from tests.payments.fake import FakeGateway

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class Deal:
    """Someone who pays, someone who is paid, and what for."""

    payer: Organisation
    payee: Organisation
    buyer: User
    seller: User
    order_id: UUID
    gateway: FakeGateway
    heard: list[PaymentChanged]
    now: datetime

    def ask(
        self, minor: int = 10_000, *, cause: str | None = None, order_id: UUID | None = None
    ) -> PaymentRequest:
        """A payment request for the order."""
        with commit.transact():
            return services.request_payment(
                order_id=order_id or self.order_id,
                payer_id=self.payer.pk,
                payee_id=self.payee.pk,
                amount=Money(minor, "EUR"),
                due_at=self.now + timedelta(hours=72),
                cause=cause or f"agreement:{uuid4()}",
                now=self.now,
            )

    def start(self, request: PaymentRequest | None = None) -> Payment:
        """A payment that the buyer has started."""
        return services.start_payment(
            request_id=(request or self.ask()).pk,
            actor=self.buyer,
            return_url="https://hub.example/",
            now=self.now,
        )

    def authorized(self, minor: int = 10_000) -> Payment:
        """A payment that is reserved on the card."""
        payment = self.start(self.ask(minor))
        self.gateway.authorize(payment)
        self.tell(payment)
        return self.fresh(payment)

    def captured(self, minor: int = 10_000) -> Payment:
        """A payment that is charged."""
        payment = self.authorized(minor)
        with commit.transact():
            services.capture_order(order_id=self.order_id, cause=f"ship:{uuid4()}", now=self.now)
        self.work()
        return self.fresh(payment)

    def release(self, cause: str = "receipt") -> services.Released | None:
        """The buyer has received."""
        with commit.transact():
            return services.release_funds(
                order_id=self.order_id, payee_id=self.payee.pk, fee_bp=200, cause=cause, now=self.now
            )

    def tell(self, payment: Payment, event_id: str | None = None) -> None:
        """The provider's message, and what follows from it."""
        self.post(payment, event_id)
        self.work()

    def post(self, payment: Payment, event_id: str | None = None) -> int:
        """Only the message."""
        body = {"id": event_id or f"evt_{uuid4().hex}", "kind": "payment.changed", "payment": str(payment.pk)}
        answer = Client().post(
            "/payments/webhooks/fake",
            body,
            content_type="application/json",
            headers={"Fake-Signature": "genuine"},
        )
        return answer.status_code

    def work(self) -> int:
        """Does what is queued."""
        return outbox.drain(clock.now() + timedelta(seconds=1))

    def fresh(self, payment: Payment) -> Payment:
        """The payment as it is now."""
        return Payment.objects.get(pk=payment.pk)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    fake = FakeGateway()
    monkeypatch.setattr(provider, "current", lambda: fake)
    return fake


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[PaymentChanged]:
    """What a hook was told; those of orders are silent."""
    told: list[PaymentChanged] = []
    monkeypatch.setattr(hooks, "payment_changed", [told.append])
    return told


@pytest.fixture
def deal(db: None, gateway: FakeGateway, heard: list[PaymentChanged]) -> Deal:
    people = []
    for name in ("buyer", "seller"):
        user = User.objects.create_user(f"{name}@example.test", name=name.title())
        organisation = Organisation.objects.create(slug=f"the-{name}", name=name.title(), kind="company")
        Membership.objects.create(user=user, organisation=organisation, role="manager")
        people.append((user, organisation))
    (buyer, payer), (seller, payee) = people
    return Deal(payer, payee, buyer, seller, uuid7(), gateway, heard, clock.now())
