"""When somebody comes: the time of a service, how it was agreed, and how many a listing takes at once."""

from django.db import models
from django.db.models import F, Q

from catalog.models import Listing
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.sealed import Sealed, SealedText
from orders.lifecycle import Appointed
from orders.models.constraints import one_of
from orders.models.order import Order, OrderLine


class AppointmentRule(models.Model):
    """How a service listing is booked: how long one takes, and how many there may be at the same time.

    Its row is the lock under which the places of its listing are given away.
    """

    listing = models.OneToOneField(
        Listing, on_delete=models.PROTECT, primary_key=True, related_name="appointment_rule"
    )
    minutes = models.PositiveIntegerField()  # the usual length
    at_once = models.PositiveSmallIntegerField(null=True)  # null: as many as are agreed
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gt=0), name="appointmentrule_takes_time"),
            models.CheckConstraint(
                condition=Q(at_once=None) | Q(at_once__gt=0), name="appointmentrule_takes_somebody"
            ),
        ]


class Appointment(models.Model):
    """The time of a service line. Agreed times are UTC; `zone` is that of the place, for those who read it.

    `sequence` counts the times that were agreed: iCalendar's SEQUENCE (RFC 5545, 3.8.7.4) is one less.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="appointments")
    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="appointment")
    listing_id = models.UUIDField(null=True)
    status = models.CharField(max_length=12, default=Appointed.OPEN.value)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    zone = models.CharField(max_length=64, default="UTC")  # an IANA name
    place = SealedText(default="", blank=True)  # an address, or a link to a call
    who = SealedText(default="", blank=True)  # who comes
    due = models.DateField(null=True)  # the line's agreed day, as it was last followed
    sequence = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["listing_id", "starts_at"], name="appointment_by_listing")]
        constraints = [
            models.CheckConstraint(condition=one_of("status", Appointed), name="appointment_status_known"),
            models.CheckConstraint(
                condition=Q(status=Appointed.OPEN.value)
                | Q(status=Appointed.CANCELED.value)
                | Q(starts_at__isnull=False, sequence__gt=0),
                name="appointment_agreed_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="appointment_ends_after_it_starts",
            ),
        ]


class AppointmentProposal(models.Model):
    """Times that one side proposes, and what the other has said to them. Only the answer moves (trigger)."""

    class Outcome(models.TextChoices):
        STANDING = "standing"
        TAKEN = "taken"
        DECLINED = "declined"
        REPLACED = "replaced"  # by a newer one of either side, or by the end of the order

    id = models.UUIDField(primary_key=True, default=uuid7)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="proposals")
    side = models.CharField(max_length=6)  # buyer, seller
    by = models.UUIDField()
    at = models.DateTimeField()
    times = models.JSONField()  # one to three starts, ISO 8601 in UTC
    minutes = models.PositiveIntegerField()
    zone = models.CharField(max_length=64)
    place = SealedText(default="", blank=True)
    who = SealedText(default="", blank=True)
    note = SealedText(default="", blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.STANDING)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["appointment", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(outcome="standing"), name="proposal_stands_once"
            ),
            models.CheckConstraint(condition=Q(side__in=["buyer", "seller"]), name="proposal_side_known"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="proposal_takes_time"),
        ]


class AppointmentChange(models.Model):
    """One step of an appointment's history. Immutable (trigger), but for words that must be forgotten."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="changes")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=12)
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    actor = models.UUIDField(null=True)  # null: it follows from the offer, or the order has ended
    at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)  # the time that holds after it
    missing = models.CharField(max_length=6, default="", blank=True)  # the side that did not come
    reason = Sealed(null=True)

    class Meta:
        ordering = ["appointment", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["appointment", "seq"], name="appointmentchange_seq_once")
        ]
