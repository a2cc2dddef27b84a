"""The ledger's rows: accounts, causes, transfers."""

from django.db import models
from django.db.models import F, Q

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from payments import chart

# Sums stay exact in 64 bits even after the addition that a CHECK must still be able to refuse.
SUM_MAX = 2**62


def one_of(column: str, words: object) -> Q:
    """The condition that a column has one of these words."""
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
            models.CheckConstraint(condition=one_of("kind", chart.Kind), name="account_kind_known"),
            models.CheckConstraint(condition=one_of("bound", chart.Bound), name="account_bound_known"),
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
            models.CheckConstraint(condition=one_of("phase", Phase.values), name="transfer_phase_known"),
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
