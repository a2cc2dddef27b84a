"""What shows that work was done, and what the buyer says against it."""

from django.db import models
from django.db.models import Q

from negotiation_hub.kernel import sealed_files
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.sealed import SealedText
from orders.models.delivery import WorkMilestone

PROOF = sealed_files.kind("orders.work_proof", "orders.WorkProof", "file")


class WorkProof(models.Model):
    """A picture, drawn anew, or a paper of work that was done; sealed. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    work = models.ForeignKey(WorkMilestone, on_delete=models.PROTECT, related_name="proofs")
    given = models.CharField(max_length=64)  # SHA-256 of what was uploaded: the same again is the same
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    name = SealedText()
    media_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField(null=True)  # pixels; null: no picture
    height = models.PositiveIntegerField(null=True)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["work", "id"]
        constraints = [models.UniqueConstraint(fields=["work", "given"], name="workproof_once")]

    @property
    def is_picture(self) -> bool:
        """Whether it is shown on the page; a paper is fetched."""
        return self.width is not None

    def content(self) -> bytes:
        """The bytes. Raises files.FileDamaged, crypto.BadSeal."""
        return PROOF.open(self)


class WorkDispute(models.Model):
    """The buyer says that work was not done as agreed. While it is open, silence is no receipt.

    Only its end moves (trigger): the buyer receives the work, asks for changes, takes a new appointment, or
    takes it back.
    """

    class End(models.TextChoices):
        RECEIVED = "received"
        CHANGES = "changes"
        APPOINTED = "appointed"
        WITHDRAWN = "withdrawn"
        ENDED = "ended"  # with its order

    id = models.UUIDField(primary_key=True, default=uuid7)
    work = models.ForeignKey(WorkMilestone, on_delete=models.PROTECT, related_name="disputes")
    by = models.UUIDField()
    at = models.DateTimeField()
    reason = SealedText()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    end = models.CharField(max_length=12, choices=End.choices, default="", blank=True)

    class Meta:
        ordering = ["work", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["work"], condition=Q(ended_at=None), name="workdispute_open_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="workdispute_ends_somehow",
            ),
        ]
