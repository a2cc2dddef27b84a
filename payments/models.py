"""The ledger's rows, payment requests, payments with their history, refunds, and what providers told us."""

from django.db import models
from django.db.models import F, Q

from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Organisation
from payments import chart
from payments.machine import RefundStatus, Status

# Sums stay exact in 64 bits even after the addition that a CHECK must still be able to refuse.
SUM_MAX = 2**62
_SEAL = "payments.provider_event"


def _one_of(column: str, words: object) -> Q:
    return Q(**{f"{column}__in": [str(word) for word in words]})  # type: ignore[attr-defined]


class Account(models.Model):
    """One account of the ledger. The four sums are cached: CHECKs keep the bound, `seal` and the audit prove
    them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=16)
    subject = models.UUIDField(db_index=True)  # organisation, order or seller: see chart.AccountKey
    currency = models.CharField(max_length=3)
    bound = models.CharField(max_length=8)
    debits_posted = models.BigIntegerField(default=0)  # minor units, as are the other three
    credits_posted = models.BigIntegerField(default=0)
    debits_pending = models.BigIntegerField(default=0)
    credits_pending = models.BigIntegerField(default=0)
    entries = models.BigIntegerField(default=0)  # transfers that touched it
    seal = models.BinaryField(
        max_length=44
    )  # MAC over all of the above: a changed sum is found without its rows

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_one_of("kind", chart.Kind), name="account_kind_known"),
            models.CheckConstraint(condition=_one_of("bound", chart.Bound), name="account_bound_known"),
            models.CheckConstraint(
                condition=Q(
                    debits_posted__gte=0, credits_posted__gte=0, debits_pending__gte=0, credits_pending__gte=0
                ),
                name="account_sums_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(debits_posted__lte=SUM_MAX, credits_posted__lte=SUM_MAX),
                name="account_sums_exact",
            ),
            models.CheckConstraint(
                condition=~Q(bound=chart.Bound.CREDIT.value)
                | Q(credits_posted__gte=F("debits_posted") + F("debits_pending")),
                name="account_credits_cover_debits",
            ),
            models.CheckConstraint(
                condition=~Q(bound=chart.Bound.DEBIT.value)
                | Q(debits_posted__gte=F("credits_posted") + F("credits_pending")),
                name="account_debits_cover_credits",
            ),
        ]

    @property
    def key(self) -> chart.AccountKey:
        """What names this account in a leg."""
        return chart.AccountKey(chart.Kind(self.kind), self.subject, self.currency)

    @property
    def balance(self) -> Money:
        """What is in it, on the side on which it grows."""
        credit = chart.RULES[chart.Kind(self.kind)].grows is chart.Side.CREDIT
        difference = self.credits_posted - self.debits_posted
        return Money(difference if credit else -difference, self.currency)

    @property
    def reserved(self) -> Money:
        """What pending holds will take out of it."""
        credit = chart.RULES[chart.Kind(self.kind)].grows is chart.Side.CREDIT
        return Money(self.debits_pending if credit else self.credits_pending, self.currency)

    @property
    def available(self) -> Money:
        """The balance without what is reserved."""
        return self.balance - self.reserved


class Cause(models.Model):
    """A set of transfers that belong together, written at once and never added to. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True)  # made by whoever asks: the same id is the same cause
    kind = models.CharField(max_length=32)
    reference = models.CharField(
        max_length=120, db_index=True
    )  # what caused it: `event:<id>`, `refund:<id>`, `order:<id>:…`
    order_id = models.UUIDField(null=True, db_index=True)  # the order that it is about
    size = models.PositiveIntegerField()  # how many transfers it has
    at_us = models.BigIntegerField()
    mac = models.BinaryField(max_length=44)  # over its content and its transfers

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="cause_has_transfers")]

    def lines(self) -> "list[Transfer]":
        """Its transfers in their order, with their accounts."""
        return list(self.transfers.select_related("debit", "credit").order_by("position"))


class Phase(models.TextChoices):
    """What a transfer does: moves money, reserves it, or ends a reservation."""

    POSTED = "posted"
    PENDING = "pending"
    POST = "post"
    VOID = "void"
    EXPIRE = "expire"


OPENING = (Phase.POSTED.value, Phase.PENDING.value)  # the others name the pending row that they end


class Transfer(models.Model):
    """One move of money between two accounts. Immutable (trigger): corrected by another row."""

    id = models.UUIDField(primary_key=True)  # derived from cause and position
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="transfers", db_index=False)
    position = models.PositiveIntegerField()  # 0, 1, 2 … within the cause
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits", db_index=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits", db_index=False)
    debit_entry = models.BigIntegerField()  # 1, 2, 3 … among all transfers of the debit account
    credit_entry = models.BigIntegerField()  # the same for the credit account
    amount = models.BigIntegerField()  # minor units
    currency = models.CharField(max_length=3)
    phase = models.CharField(max_length=8, choices=Phase.choices)
    # Unique: a hold ends once, so it can never be posted twice.
    pending = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="ending")
    expires_at = models.DateTimeField(null=True)
    at_us = models.BigIntegerField()
    mac = models.BinaryField(max_length=44)

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_at"], name="transfer_expiring", condition=Q(expires_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["cause", "position"], name="transfer_position_once"),
            models.UniqueConstraint(fields=["debit", "debit_entry"], name="transfer_debit_entry_once"),
            models.UniqueConstraint(fields=["credit", "credit_entry"], name="transfer_credit_entry_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount_positive"),
            models.CheckConstraint(condition=Q(amount__lt=2**53), name="transfer_amount_exact"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_has_two_sides"),
            models.CheckConstraint(condition=_one_of("phase", Phase.values), name="transfer_phase_known"),
            models.CheckConstraint(
                condition=Q(pending__isnull=True, phase__in=OPENING)
                | (Q(pending__isnull=False) & ~Q(phase__in=OPENING)),
                name="transfer_ends_what_it_names",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(phase=Phase.PENDING.value),
                name="transfer_only_holds_expire",
            ),
        ]

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount, self.currency)


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
            models.CheckConstraint(condition=_one_of("status", Status), name="payment_status_known"),
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

    def _place(self) -> bytes:
        return f"payments_providerevent.sealed:{self.pk}".encode()

    def put(self, raw: bytes) -> None:
        """Seals what came; the caller saves."""
        self.sealed = crypto.seal(_SEAL, raw, self._place())

    def raw(self) -> bytes:
        """What came, byte for byte. Raises crypto.BadSeal when it was changed or moved."""
        return crypto.unseal(_SEAL, bytes(self.sealed), self._place())


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
            models.CheckConstraint(condition=_one_of("status", RefundStatus), name="refund_status_known"),
        ]
