"""A provider in memory that keeps what each payment is, and can be told to misbehave."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection

from payments.gateway import BadNotice, Made, Notice, ProviderRefused, ProviderUnavailable
from payments.machine import Fact, RefundStatus
from payments.models import Payment, Refund
from payments.refunds import RefundTruth
from payments.settlement import Truth

FEE = 30


@dataclass
class FakeGateway:
    """Answers like a provider. `calls` counts what was asked; `down` makes it not answer."""

    name: str = "fake"
    truths: dict[UUID, Truth] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    down: bool = False
    refuse_refunds: bool = False
    refuse_pages: bool = False
    after_call: Callable[[], None] = lambda: None

    def _called(self, what: str) -> None:
        assert all(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
        self.calls.append(what)
        if self.down:
            raise ProviderUnavailable
        self.after_call()

    def create(self, payment: Payment) -> Made:
        self._called("create")
        if self.refuse_pages:
            raise ProviderRefused("amount_too_small")
        self.truths.setdefault(payment.pk, Truth(Fact.METHOD_NEEDED, 0, 0, 0))
        return Made(f"fake_{payment.pk.hex}", f"https://pay.example/{payment.pk}")

    def authorize(self, payment: Payment) -> None:
        """The payer's card is accepted."""
        self.truths[payment.pk] = Truth(Fact.AUTHORIZED, payment.amount, 0, 0)

    def decline(self, payment: Payment, code: str = "card_declined") -> None:
        self.truths[payment.pk] = Truth(Fact.METHOD_NEEDED, 0, 0, 0, failure_code=code)

    def take(self, payment: Payment, amount: int | None = None) -> None:
        """Captures, as the provider does it."""
        captured = payment.amount if amount is None else amount
        fact = Fact.CAPTURED if captured == payment.amount else Fact.CAPTURED_IN_PART
        self.truths[payment.pk] = replace(
            self.truths[payment.pk], fact=fact, authorized=0, captured=captured, fee=FEE
        )

    def capture(self, payment: Payment) -> Truth:
        self._called("capture")
        if self.truths[payment.pk].fact is not Fact.AUTHORIZED:
            raise ProviderRefused("state")
        self.take(payment)
        return self.truths[payment.pk]

    def cancel(self, payment: Payment) -> Truth:
        self._called("cancel")
        truth = self.truths[payment.pk]
        if truth.captured:
            raise ProviderRefused("state")
        self.truths[payment.pk] = replace(truth, fact=Fact.CANCELED, authorized=0)
        return self.truths[payment.pk]

    def give_back(
        self,
        payment: Payment,
        amount: int,
        *,
        ours: UUID | None = None,
        status: RefundStatus = RefundStatus.SUCCEEDED,
    ) -> str:
        """A refund, by whoever asked for it; the same one for the same request."""
        truth = self.truths[payment.pk]
        for row in truth.refunds:
            if ours is not None and row.ours == ours:
                return row.ref
        row = RefundTruth(f"re_{uuid4().hex[:12]}", amount, status, ours)
        self.truths[payment.pk] = replace(truth, refunds=(*truth.refunds, row))
        return row.ref

    def bounce(self, payment: Payment, ref: str) -> None:
        """The payer's bank sends a refund back."""
        truth = self.truths[payment.pk]
        rows = tuple(
            replace(row, status=RefundStatus.FAILED, failure_code="lost_card") if row.ref == ref else row
            for row in truth.refunds
        )
        self.truths[payment.pk] = replace(truth, refunds=rows)

    def refund(self, payment: Payment, refund: Refund) -> Truth:
        self._called("refund")
        if self.refuse_refunds:
            raise ProviderRefused("charge_disputed")
        self.give_back(payment, refund.amount, ours=refund.pk)
        return self.truths[payment.pk]

    def fetch(self, payment: Payment) -> Truth:
        self._called("fetch")
        return self.truths[payment.pk]

    def parse(self, raw: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        if headers.get("Fake-Signature") != "genuine":
            raise BadNotice
        said = json.loads(raw)
        payment = UUID(said["payment"]) if said.get("payment") else None
        return Notice(said["id"], said["kind"], (said.get("ref", ""),), payment)
