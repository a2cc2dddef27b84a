"""A deal after the agreement, for tests: both sides with their people, the order, and a provider that does
as it is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import time_machine

from negotiation_hub.kernel import clock, commit, outbox
from negotiation_hub.kernel.models import Job, Mail
from negotiation_hub.people import services as people
from negotiation_hub.people.models import Organisation, User
from orders import services
from orders.facts import AgreementFacts, LineFacts, OrderDetails
from orders.models import GoodsReturn, Milestone, Order, Shipment
from payments import jobs
from payments import queries as payment_queries
from payments import services as payments
from payments.gateway import Made, Notice, ProviderRefused
from payments.machine import Fact, RefundStatus
from payments.models import Payment, Refund
from payments.refunds import RefundTruth
from payments.settlement import Truth

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HERE = OrderDetails(
    contact_name="Ben Ortega", street="Calle Mayor 1", postal_code="28013", city="Madrid", country="ES"
)


@dataclass
class Provider:
    """Stands in for the provider at the gateway: it answers, and remembers what it was asked."""

    name: str = "stand-in"
    truths: dict[UUID, Truth] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    def create(self, payment: Payment) -> Made:
        return Made(ref=f"ref_{payment.pk}", hosted_url=f"https://pay.example.test/{payment.pk}")

    def capture(self, payment: Payment) -> Truth:
        self._ask("capture")
        return self.say(payment, Fact.CAPTURED, captured=self.fetch(payment).authorized or payment.amount)

    def cancel(self, payment: Payment) -> Truth:
        self._ask("cancel")
        return self.say(payment, Fact.CANCELED)

    def refund(self, payment: Payment, refund: Refund) -> Truth:
        self._ask("refund")
        before = self.fetch(payment)
        back = RefundTruth(
            ref=f"re_{refund.pk}", amount=refund.amount, status=RefundStatus.SUCCEEDED, ours=refund.pk
        )
        return self.say(payment, before.fact, captured=before.captured, refunds=(*before.refunds, back))

    def fetch(self, payment: Payment) -> Truth:
        return self.truths.get(payment.pk, Truth(Fact.METHOD_NEEDED, authorized=0, captured=0, fee=0))

    def parse(self, raw: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        raise NotImplementedError

    def say(self, payment: Payment, fact: Fact, **fields: Any) -> Truth:
        """Makes this the truth about a payment."""
        truth = Truth(**{"fact": fact, "authorized": 0, "captured": 0, "fee": 0, **fields})
        self.truths[payment.pk] = truth
        return truth

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if what in self.refuses:
            raise ProviderRefused("refused")


@dataclass
class Deal:
    """Ben of Acme buys from Norte, where Ada manages, Sol sells and Max packs; Cleo is a stranger."""

    clock: time_machine.Traveller | None  # None: the time is the real one
    provider: Provider
    lines: list[LineFacts] = field(
        default_factory=lambda: [
            {
                "title": "Pump NB-40",
                "quantity": "500",
                "unit": "C62",
                "unit_price": 12_250,
                "total": 6_125_000,
                "listing": None,
                "kind": "goods",
                "pieces": 1,
                "due": None,
            }
        ]
    )
    fields: dict[str, Any] = field(default_factory=dict)
    ben: User = field(init=False)
    ada: User = field(init=False)
    sol: User = field(init=False)
    max: User = field(init=False)
    cleo: User = field(init=False)
    buyer: Organisation = field(init=False)
    seller: Organisation = field(init=False)
    order_id: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.ben, self.ada, self.sol, self.max, self.cleo = (
            _person(n) for n in ("Ben", "Ada", "Sol", "Max", "Cleo")
        )
        self.buyer = people.create_organisation(actor=self.ben, name="Acme Water", now=START)
        self.seller = people.create_organisation(actor=self.ada, name="Norte Bombas", now=START)
        people.create_organisation(actor=self.cleo, name="Elsewhere", now=START)
        for user, role in ((self.sol, "sales"), (self.max, "member")):
            people.add_member(actor=self.ada, organisation=self.seller, user=user, role=role, now=START)
        self.order_id = self.agree().pk

    def agree(self, **fields: Any) -> Order:
        """An order as accepting an offer makes it."""
        with commit.transact():
            return services.create_draft_order(facts=self.facts(**{**self.fields, **fields}), now=self.now)

    def facts(self, **fields: Any) -> AgreementFacts:
        """What was agreed."""
        total = sum(line["total"] for line in self.lines)
        values = {
            "agreement_id": uuid4(),
            "room_id": uuid4(),
            "buyer_id": self.buyer.pk,
            "seller_id": self.seller.pk,
            "buyer_person": self.ben.pk,
            "title": "500 centrifugal pumps",
            "currency": "EUR",
            "tax_basis": "none",
            "tax_rate_bp": 0,
            "lines": self.lines,
            "issues": [{"name": "Delivery", "value": "12 March"}, {"name": "Warranty months", "value": 24}],
            "net": total,
            "tax": 0,
            "gross": total,
            "terms_hash": "9f" * 32,
            "offer_version": 3,
            "package": 0,
        }
        return AgreementFacts(**{**values, **fields})

    @property
    def now(self) -> datetime:
        return clock.now()

    @property
    def order(self) -> Order:
        return Order.objects.get(pk=self.order_id)

    @property
    def shipment(self) -> Shipment:
        return Shipment.objects.get(order=self.order_id)

    @property
    def payment(self) -> Payment:
        return payment_queries.payments_of_order(self.order_id)[-1]

    @property
    def money(self) -> payment_queries.OrderMoney:
        return payment_queries.order_money(self.order_id)

    @property
    def milestones(self) -> list[str]:
        """The kinds so far, in the order of the alphabet: several may come at one moment."""
        return sorted(Milestone.objects.filter(order=self.order_id).values_list("kind", flat=True))

    @property
    def told(self) -> list[dict[str, Any]]:
        """The payloads that were queued for the room's table."""
        return [job.payload for job in Job.objects.filter(topic="rooms.milestone").order_by("id")]

    def work(self) -> None:
        """Does the jobs that are due."""
        outbox.drain(self.now)

    def pass_time(self, **delta: int) -> None:
        """Moves the server's clock and does what is due then."""
        assert self.clock is not None
        self.clock.shift(timedelta(**delta))
        self.work()

    def place(self, *, actor: User | None = None, **details: Any) -> Order:
        """The buyer's form."""
        return services.place_order(
            order_id=self.order_id, actor=actor or self.ben, details=with_(**details), now=self.now
        )

    def convert(self, *, actor: User | None = None, **details: Any) -> Order:
        """The sales staff's form."""
        return services.convert_order(
            order_id=self.order_id, actor=actor or self.sol, details=with_(**details), now=self.now
        )

    def start_payment(self) -> Payment:
        """The buyer goes to the provider's page."""
        request = payment_queries.open_request_of(self.order_id)
        assert request is not None
        return payments.start_payment(
            request_id=request.pk, actor=self.ben, return_url="https://x.test/", now=self.now
        )

    def say(self, fact: Fact, payment: Payment | None = None, **fields: Any) -> None:
        """The provider tells something about a payment, and all that follows happens."""
        payment = payment or self.payment
        jobs.take_answer(payment, self.provider.say(payment, fact, **fields), self.now)
        self.work()

    def authorize(self) -> None:
        """The buyer pays by card."""
        payment = self.start_payment()
        self.say(Fact.AUTHORIZED, payment, authorized=payment.amount)

    def ship(self, actor: User | None = None, **fields: Any) -> Shipment:
        """The seller sends the goods, and the provider does what it is asked."""
        values = {"carrier": "Correos", "tracking": "PQ123", **fields}
        shipment = services.ship_order(
            order_id=self.order_id, actor=actor or self.max, now=self.now, **values
        )
        self.work()
        return shipment

    def sent(self) -> None:
        """Placed, paid and on its way."""
        self.place()
        self.authorize()
        self.ship()

    def deliver(self, actor: User | None = None) -> Shipment:
        """The goods are there."""
        return services.mark_delivered(shipment_id=self.shipment.pk, actor=actor or self.max, now=self.now)

    def receive(self, actor: User | None = None) -> None:
        """The buyer confirms the receipt."""
        services.confirm_receipt(order_id=self.order_id, actor=actor or self.ben, now=self.now)
        self.work()

    def take_back(self, quantity: str = "", *, actor: User | None = None, **fields: Any) -> GoodsReturn:
        """The seller has so much of each line back, or all of it, and gives the money back."""
        row = services.record_return(
            order_id=self.order_id,
            actor=actor or self.sol,
            items={line.pk: quantity or line.quantity for line in self.order.lines.all()},
            outcome="refund",
            sellable=True,
            now=self.now,
            **fields,
        )
        self.work()
        return row

    def expire_with_open_payment(self) -> None:
        """The time to pay passes while the provider ponders over a payment that it will not let go of."""
        self.place()
        self.start_payment()
        self.provider.refuses.add("cancel")
        self.provider.say(self.payment, Fact.IN_PROGRESS)
        self.pass_time(hours=73)

    def mails_to(self, user: User) -> list[Mail]:
        return list(Mail.objects.filter(to=user.email).order_by("id"))

    def wrote(self, user: User, words: str) -> int:
        """How many mails to the person say these words."""
        return sum(words in mail.subject or words in mail.text for mail in self.mails_to(user))

    def link(self) -> str:
        """The token in the newest mail with a confirmation link."""
        texts: list[str] = [mail.text for mail in self.mails_to(self.ben) if "/orders/confirm/" in mail.text]
        tokens = [text.split("/orders/confirm/")[1].split("/")[0] for text in texts]
        return max(tokens, key=lambda token: services.read_link(token, self.now).revision)


def with_(**details: Any) -> OrderDetails:
    """The usual details, with some changed."""
    values = {name: getattr(HERE, name) for name in OrderDetails.__dataclass_fields__}
    return OrderDetails(**{**values, **details})


def tomorrow(days: int = 1) -> date:
    return (clock.now() + timedelta(days=days)).date()


def _person(name: str) -> User:
    return people.sign_up(
        email=f"{name.lower()}@example.test", name=f"{name} Person", password=None, now=START
    )
