"""Money that leaves for a bank: accounts at banks, payouts with their history, and the bank's files."""

import json
from dataclasses import asdict, dataclass

from django.db import models
from django.db.models import Q

from negotiation_hub.kernel import crypto, sealed_bytes, sealed_files
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Organisation
from payments.machine import PAYOUT_WAITING, PayoutStatus
from payments.models.books import Cause, one_of

HOLDER_CHARS_MAX = 70  # as much as a payment file takes
_ACCOUNT_SEAL = "payments.bank_account"
PAYOUT_FILE = sealed_files.kind("payments.payout_file", "payments.PayoutBatch", "file", also=("sha256",))


@dataclass(frozen=True, slots=True)
class BankDetails:
    """What a bank needs to know of an account; both as electronic form, without spaces."""

    iban: str
    bic: str  # empty where the bank finds it by itself


class BankAccount(models.Model):
    """Where an organisation's payouts go. Never changed, only followed by another (trigger): who reads a
    payout later must see where it went.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    holder = models.CharField(max_length=HOLDER_CHARS_MAX)
    sealed = models.BinaryField()  # IBAN and BIC
    last4 = models.CharField(max_length=4)  # of the IBAN, for display
    active = models.BooleanField(default=True)
    created_by = models.UUIDField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(active=True), name="bank_account_active_once"
            ),
        ]

    def place(self) -> bytes:
        """Where the details belong: with everything else that says whose they are, so that a holder's name
        that was changed does not open either.
        """
        who = [str(self.pk), str(self.organisation_id), self.holder, self.last4]
        return b"payments_bankaccount.sealed:" + json.dumps(who).encode()

    def put(self, details: BankDetails) -> None:
        """Seals the details; the caller saves. Holder and last four characters must be set."""
        self.sealed = crypto.seal(_ACCOUNT_SEAL, json.dumps(asdict(details)).encode(), self.place())

    def details(self) -> BankDetails:
        """Opens the details. Raises crypto.BadSeal when they, the owner or the holder were changed."""
        return BankDetails(**json.loads(crypto.unseal(_ACCOUNT_SEAL, bytes(self.sealed), self.place())))


class PayoutBatch(models.Model):
    """One file for the bank. Only its confirmation is filled in later (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    currency = models.CharField(max_length=3)
    count = models.PositiveIntegerField()
    total = models.BigIntegerField()  # minor units
    message_id = models.CharField(max_length=35, unique=True)  # by which the bank's answer names the file
    sha256 = models.CharField(max_length=64)  # of the XML
    file = models.OneToOneField(File, on_delete=models.PROTECT, related_name="+")  # the XML, sealed
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)  # when we were told that the bank has carried it out
    confirmed_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0, total__gt=0), name="payout_batch_not_empty")
        ]

    @property
    def money(self) -> Money:
        """The sum of its payouts."""
        return Money(self.total, self.currency)

    @property
    def file_name(self) -> str:
        """How the file is called when it leaves us."""
        return f"payouts-{self.currency}-{self.created_at:%Y%m%d-%H%M%S}-{self.pk.hex[-8:]}.xml"


class Payout(models.Model):
    """Money of an organisation on its way to its bank. What it is about never changes (trigger)."""

    id = models.UUIDField(primary_key=True)  # made by whoever asks: the same id is the same payout
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="payouts")
    amount = models.BigIntegerField()  # minor units
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=12, default=PayoutStatus.REQUESTED.value)
    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, null=True, related_name="payouts")
    steps = models.PositiveIntegerField(default=0)  # of its history
    requested_by = models.UUIDField()
    requested_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-requested_at"], name="payout_by_organisation"),
            models.Index(
                fields=["currency"],
                name="payout_waiting",
                condition=Q(status=PayoutStatus.REQUESTED.value),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lt=2**53), name="payout_amount_positive"
            ),
            models.CheckConstraint(condition=one_of("status", PayoutStatus), name="payout_status_known"),
            models.CheckConstraint(
                condition=Q(batch__isnull=True) & one_of("status", PAYOUT_WAITING)
                | Q(batch__isnull=False) & ~one_of("status", PAYOUT_WAITING),
                name="payout_in_file_once_sent",
            ),
        ]

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount, self.currency)

    @property
    def reference(self) -> str:
        """How ledger causes name it: with the account at the bank, which their MAC then covers too."""
        return f"payout:{self.pk}:{self.bank_account_id}"

    @property
    def end_to_end_id(self) -> str:
        """How the payment file and the bank's answer name it."""
        return self.pk.hex


class PayoutStep(models.Model):
    """One step of a payout's history. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="history")
    seq = models.PositiveIntegerField()
    before = models.CharField(max_length=12, blank=True)  # empty for the first
    after = models.CharField(max_length=12)
    cause = models.ForeignKey(
        Cause, on_delete=models.PROTECT, null=True, related_name="+"
    )  # the money it moved
    note = models.CharField(max_length=140, default="", blank=True)  # why a bank returned it
    by = models.UUIDField(null=True)  # null: a job
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["payout", "seq"], name="payout_step_once")]


sealed_bytes.column(BankAccount, "sealed", _ACCOUNT_SEAL, BankAccount.place)
