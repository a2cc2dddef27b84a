"""Payment requests, payments with their history, refunds, and what providers told us."""

from django.db import models
from django.db.models import F, Q

from negotiation_hub.kernel import crypto, sealed_bytes
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Organisation
from payments.machine import RefundStatus, Status
from payments.models.books import Cause, one_of

_SEAL = "payments.provider_event"


class PaymentRequest(models.Model):
    """What is to be paid for an order, by whom to whom, until when. The terms never change (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    order_id = models.UUIDField(db_index=True)
    payer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    payee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()  # minor units
    currency = models.CharField(max_length=3)
    due_at = models.DateTimeField()
    cause = models.CharField(
        max_length=120, unique=True
    )  # what asked for it: the same cause is the same request
    title = models.CharField(
        max_length=200, default="", blank=True
    )  # what the payer reads on the provider's page
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)  # from then on no new payment is started

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lt=2**53), name="request_amount_positive"
            ),
            models.CheckConstraint(condition=~Q(payer=F("payee")), name="request_has_two_sides"),
        ]

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount, self.currency)


class Payment(models.Model):
    """One attempt to pay a request through a provider. Its totals are what the provider said so far."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    request = models.ForeignKey(PaymentRequest, on_delete=models.PROTECT, related_name="payments")
    order_id = models.UUIDField(db_index=True)
    payee_id = models.UUIDField()  # copied from the request: every posting needs it
    provider = models.CharField(max_length=32)
    provider_ref = models.CharField(max_length=255, null=True)  # of the page
    intent_ref = models.CharField(
        max_length=255, default="", blank=True, db_index=True
    )  # of what was tried on it
    status = models.CharField(max_length=24, default=Status.REQUIRES_PAYMENT_METHOD.value)
    amount = models.BigIntegerField()  # minor units, as are the totals
    currency = models.CharField(max_length=3)
    authorized = models.BigIntegerField(default=0)
    captured = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(default=0)  # what the provider kept
    failure_code = models.CharField(max_length=64, default="", blank=True)
    hosted_url = models.TextField(default="", blank=True)
    return_url = models.TextField(default="", blank=True)
    started_by = models.UUIDField(null=True)
    steps = models.PositiveIntegerField(default=0)  # of its history
    poll_at = models.DateTimeField(
        null=True, db_index=True
    )  # when to ask the provider, should no message come
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], name="payment_once_per_provider_ref"
            ),
            models.CheckConstraint(condition=one_of("status", Status), name="payment_status_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(authorized__gte=0, captured__gte=0, refunded__gte=0, fee__gte=0),
                name="payment_totals_not_negative",
            ),
        ]

    def money(self, minor: int) -> Money:
        """An amount in the currency of this payment."""
        return Money(minor, self.currency)


class ProviderEvent(models.Model):
    """What a provider told us, stored once as it came, sealed. Only what became of it is filled in later
    (trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    provider = models.CharField(max_length=32)
    event_id = models.CharField(max_length=255)  # the provider's; `answer:…` for what a call of ours returned
    kind = models.CharField(max_length=100)
    object_ref = models.CharField(max_length=255, default="", blank=True)
    sealed = models.BinaryField()
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    causes = models.PositiveIntegerField(default=0)  # ledger causes that it led to

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once")]
        indexes = [
            models.Index(
                fields=["received_at"], name="provider_event_waiting", condition=Q(handled_at__isnull=True)
            )
        ]

    @property
    def reference(self) -> str:
        """How ledger causes name it."""
        return f"event:{self.pk}"

    def place(self) -> bytes:
        """Where the sealed value lives: a value moved to another row does not open."""
        return f"payments_providerevent.sealed:{self.pk}".encode()

    def put(self, raw: bytes) -> None:
        """Seals what came; the caller saves."""
        self.sealed = crypto.seal(_SEAL, raw, self.place())

    def raw(self) -> bytes:
        """What came, byte for byte. Raises crypto.BadSeal when it was changed or moved."""
        return crypto.unseal(_SEAL, bytes(self.sealed), self.place())


class PaymentStep(models.Model):
    """One step of a payment's history: a change of state, of a total, or both. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="history")
    seq = models.PositiveIntegerField()
    before = models.CharField(max_length=24)
    after = models.CharField(max_length=24)
    authorized = models.BigIntegerField()  # the totals after it, minor units
    captured = models.BigIntegerField()
    refunded = models.BigIntegerField()
    fee = models.BigIntegerField()
    failure_code = models.CharField(max_length=64, default="", blank=True)
    cause = models.ForeignKey(
        Cause, on_delete=models.PROTECT, null=True, related_name="+"
    )  # the money it moved
    event = models.ForeignKey(ProviderEvent, on_delete=models.PROTECT, null=True, related_name="steps")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["payment", "seq"], name="payment_step_once")]


class Refund(models.Model):
    """Money on its way back to the payer, asked for here or seen at the provider."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()  # minor units
    status = models.CharField(max_length=12, default=RefundStatus.REQUESTED.value)
    provider_ref = models.CharField(max_length=255, null=True)
    cause = models.CharField(max_length=120)  # what asked for it
    requested_by = models.UUIDField(null=True)
    failure_code = models.CharField(max_length=64, default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "cause"], name="refund_once_per_cause"),
            models.UniqueConstraint(fields=["payment", "provider_ref"], name="refund_once_per_provider_ref"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(condition=one_of("status", RefundStatus), name="refund_status_known"),
        ]


sealed_bytes.column(ProviderEvent, "sealed", _SEAL, ProviderEvent.place)
