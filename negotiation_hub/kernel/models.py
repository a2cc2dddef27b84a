"""Tables of the kernel: streams, events, signed heads, the outbox, mail, files, repeated requests."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.sealed import Sealed, SealedText


class ShortUUIDField(models.UUIDField):  # type: ignore[type-arg]
    """A UUID in 16 bytes on every database: Django takes 32 characters of text where there is no such type.

    For columns that stand in an index of the busiest table. Only hand-written SQL reads them.
    """

    def get_internal_type(self) -> str:
        """Not Django's own, whose conversions are for text."""
        return "ShortUUIDField"

    def db_type(self, connection: Any) -> str:
        """The column's type."""
        return "uuid" if connection.features.has_native_uuid_field else "blob"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """What the driver takes."""
        value = self.to_python(value)
        return value if value is None or connection.features.has_native_uuid_field else value.bytes

    def from_db_value(self, value: Any, *_: Any) -> UUID | None:
        """What the driver gives."""
        return value if value is None or isinstance(value, UUID) else UUID(bytes=bytes(value))


class Stream(models.Model):
    """An append-only list of events with one audience. `head_*` are those of its newest event.

    `number` is what the rows of other tables refer to it by: it stands in every index of every event, where
    an id would take three times the room. Nobody outside the kernel sees it.
    """

    number = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid7)
    kind = models.CharField(max_length=16)  # table, caucus; later thread, group
    scope = models.UUIDField(db_index=True)  # what it belongs to: the room's id
    side = models.CharField(max_length=8, default="", blank=True)  # of a caucus
    head_seq = models.BigIntegerField(default=0)
    head_hash = models.BinaryField(max_length=32)
    # Whether the head has moved since it was last signed. The index must not name what every message changes:
    # PostgreSQL could then not update a row in place (HOT), and would write to each of its indexes.
    unsigned = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["number"], name="stream_unsigned", condition=Q(unsigned=True))]


class Event(models.Model):
    """One numbered event. Immutable, but that redaction may empty `salt` and `content`."""

    pk = models.CompositePrimaryKey("stream_id", "seq")
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    actor = ShortUUIDField(null=True)
    at_us = models.BigIntegerField()
    command = ShortUUIDField(null=True)
    salt = models.BinaryField(max_length=16, null=True)
    content = models.TextField(null=True)
    commitment = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stream", "command", "actor"],
                name="event_once_per_command",
                condition=Q(command__isnull=False),
            ),
            # NULLs are distinct in a unique index, so what the system appends needs one of its own.
            models.UniqueConstraint(
                fields=["stream", "command"],
                name="event_once_per_cause",
                condition=Q(command__isnull=False, actor__isnull=True),
            ),
            models.CheckConstraint(condition=Q(seq__gt=0), name="event_seq_positive"),
        ]


class ReadMark(models.Model):
    """How far a person has read a stream."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="read_marks", db_index=False)
    person = models.UUIDField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "person"], name="read_mark_once")]


class SignedHead(models.Model):
    """A head signed with a key outside the database. The same line stands in the witness file."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="signed_heads")
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    at_us = models.BigIntegerField()
    key_id = models.CharField(max_length=12)
    signature = models.BinaryField(max_length=64)
    witnessed = models.BooleanField(default=False, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="head_signed_once")]


class Followed(models.Model):
    """How far a reader behind the log has come in a stream (`kernel/following.py`)."""

    reader = models.CharField(max_length=40)
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "stream"], name="followed_once")]


class Authority(models.Model):
    """How often what a person may do has changed: triggers count here, whoever made the change.

    What was once found to be permitted holds while this number is the same. Nobody's row: never changed.
    """

    person = models.UUIDField(primary_key=True)
    version = models.BigIntegerField()


class Job(models.Model):
    """The outbox: work that follows from a transaction, written in it.

    At least once, so handlers are idempotent.
    """

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=64)
    payload = Sealed(place=["dedupe"])
    dedupe = models.CharField(max_length=200, unique=True)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)  # given up; staff see it
    last_error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], name="job_due", condition=Q(done_at__isnull=True, failed_at__isnull=True)
            ),
            models.Index(fields=["done_at"], name="job_done", condition=Q(done_at__isnull=False)),
        ]


class Mail(models.Model):
    """A mail that was queued, with its fate. The page that shows what was sent reads this table."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    to = models.CharField(max_length=320)
    subject = models.CharField(max_length=250)
    text = SealedText()
    html = SealedText(default="", blank=True)
    calendar = SealedText(null=True)  # an iCalendar object that goes with it
    message_id = models.CharField(max_length=250)
    sender = models.CharField(
        max_length=100, default="", blank=True
    )  # whose words: a name before our address
    headers = models.JSONField(default=dict)  # name to value, checked when it was queued
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)  # will not be tried again; staff see why
    failure = models.CharField(max_length=500, default="", blank=True)  # what was said at the last try

    class Meta:
        ordering = ["-id"]


class InboundMail(models.Model):
    """A mail that was taken in: what arrived, byte for byte, and what became of it. Of what is personal, as
    an order is, the bytes go once it was read.

    Written before the sender is told that we have it, so nothing acknowledged is lost.
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        TAKEN = "taken"  # somebody's post, answer, bounce
        REFUSED = "refused"  # meant for somebody, and not allowed
        IGNORED = "ignored"  # nobody's

    id = models.UUIDField(primary_key=True, default=uuid7)
    sha256 = models.CharField(max_length=64, db_index=True)
    message_id = models.CharField(max_length=250, blank=True)
    envelope_from = models.CharField(max_length=320, blank=True)  # <> for bounces
    envelope_to = models.JSONField()
    raw = models.ForeignKey("File", on_delete=models.PROTECT, null=True, related_name="+")  # null: forgotten
    peer = models.CharField(max_length=100, blank=True)  # who handed it over
    received_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]


class InboundRecipient(models.Model):
    """One address that a mail was for. The same mail for the same address is taken in once.

    Known again by its bytes, and by its Message-ID: a sender that repeats adds a line of trace.
    """

    mail = models.ForeignKey(InboundMail, on_delete=models.PROTECT, related_name="recipients")
    address = models.CharField(max_length=320)
    sha256 = models.CharField(max_length=64)
    message_id = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "sha256"], name="inbound_once_by_bytes"),
            models.UniqueConstraint(
                fields=["address", "message_id"],
                name="inbound_once_by_id",
                condition=~Q(message_id=""),
            ),
        ]


class File(models.Model):
    """A stored file. The bytes lie in the file store under their SHA-256, so equal files are stored once."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.BigIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    owner = models.UUIDField(null=True)
    created_at = models.DateTimeField()


class SubjectSecret(models.Model):
    """What is sealed about a person opens with it alone (`kernel/subjects.py`). Null: they were erased."""

    subject = models.UUIDField(primary_key=True)
    secret = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)


class IdempotentAnswer(models.Model):
    """The first answer to a request with an Idempotency-Key, given again when the request is repeated."""

    person = models.UUIDField()
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(
        max_length=32
    )  # of method, path and body: another request may not use the key
    status = models.PositiveSmallIntegerField(null=True)  # null while the first request is under way
    body = models.TextField(default="", blank=True)  # sealed and in base64: it may hold an address
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="answer_once_per_key")]


class Remembered(models.Model):
    """Django's cache: what must be known in every process and may be lost, such as codes that were used and
    how often somebody failed to sign in. Its columns are those of Django's database cache.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)
