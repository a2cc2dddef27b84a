"""Rooms, who is in them, and the offers and agreements on their tables."""

from typing import TypedDict

from django.db import models
from django.db.models import Q

from negotiation_hub.kernel.ids import random_id, uuid7
from negotiation_hub.kernel.models import File, Stream
from negotiation_hub.kernel.sealed import Sealed, SealedText
from negotiation_hub.people.models import Organisation, User
from rooms import request_models  # noqa: F401 - Django looks for an app's tables here
from rooms.approval import Status as ApprovalStatus
from rooms.guests import models as guest_models  # noqa: F401 - Django looks for an app's tables here
from rooms.mailed import models as mailed_models  # noqa: F401 - Django looks for an app's tables here
from rooms.negotiation import Status as NegotiationStatus
from rooms.offer import Status as OfferStatus


class Act(TypedDict):
    """What a moderator has imposed, as the wire shows it: since when, and why."""

    at: str
    reason: str


class Room(models.Model):
    """Two sides and a table. The table's stream has the room's id."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    listing = models.UUIDField(null=True, db_index=True)
    title = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    list_price = models.BigIntegerField(null=True)  # minor units
    origin = models.JSONField(null=True)  # what it continues, such as a question on the listing: `Origin`
    asked = models.JSONField(null=True)  # what its seller was asked for, where a request opened it: `Asked`
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rooms_as_buyer")
    seller = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rooms_as_seller")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    status = models.CharField(max_length=8, default=NegotiationStatus.OPEN)  # of the negotiation
    standing = models.PositiveSmallIntegerField(null=True)  # version of the pending offer
    versions = models.PositiveSmallIntegerField(default=0)  # how many reached the table
    locked = models.JSONField(null=True)  # by a moderator: `Act`, or null
    board_locked = models.JSONField(null=True)  # the same, of the board alone
    order = models.JSONField(
        null=True
    )  # the order as it was last told at the table; the order itself may be ahead

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(buyer=models.F("seller")), name="room_two_parties"),
            models.CheckConstraint(condition=Q(status__in=list(NegotiationStatus)), name="room_status_known"),
        ]


class Participant(models.Model):
    """A person who has sat down in a room, and on which side."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="participants")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="seats")
    side = models.CharField(max_length=9)  # buyer, seller, moderator
    mode = models.CharField(max_length=9, default="", blank=True)  # of a moderator: observing, in
    muted = models.JSONField(null=True)  # by a moderator: `Act`, or null
    removed = models.JSONField(null=True)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_seat_per_person_and_room")]


class Offer(models.Model):
    """One version on the table.

    Its terms never change; `status` and `seen_at` move along the machine. Only a moderator moves
    `expires_at`, and `first_expires_at` keeps what its hash is over.
    """

    id = models.UUIDField(primary_key=True, default=random_id)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="offers")
    version = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=6)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, default=OfferStatus.PENDING)
    currency = models.CharField(max_length=3)
    tax_basis = models.CharField(max_length=8)
    tax_rate_bp = models.PositiveSmallIntegerField()
    amends = models.UUIDField(null=True)  # the agreement in force that it is to amend
    packages = Sealed()
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    first_expires_at = models.DateTimeField(null=True)  # as it was offered; null while nobody extended it
    frozen = models.JSONField(null=True)  # by a moderator: `Act`, or null
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "version"], name="offer_version_once"),
            # The database itself refuses a second standing offer, whatever races.
            models.UniqueConstraint(
                fields=["room"], name="one_standing_offer", condition=Q(status=OfferStatus.PENDING)
            ),
            models.CheckConstraint(condition=Q(status__in=list(OfferStatus)), name="offer_status_known"),
        ]


class Approval(models.Model):
    """An offer that goes beyond a side's mandate, before its manager. It has no version: that is given at the
    table, and the other side must not be able to tell that it waited.
    """

    id = models.UUIDField(primary_key=True, default=random_id)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="approvals")
    side = models.CharField(max_length=6)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()  # 1, 2, 3 … of the side in the room
    command = models.UUIDField()  # the one that asked
    way = models.CharField(max_length=9)  # propose, counter, supersede
    answers = models.PositiveSmallIntegerField(null=True)  # the version that it answers or replaces
    terms = Sealed()  # as they were asked for
    packages = Sealed()  # priced
    beyond = Sealed()  # of `rooms/mandate.py: Beyond`
    status = models.CharField(max_length=16, default=ApprovalStatus.PENDING_APPROVAL)
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = SealedText(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "by", "command"], name="approval_once_per_command"),
            models.UniqueConstraint(fields=["room", "side", "number"], name="approval_numbered_once"),
            models.UniqueConstraint(
                fields=["room", "side"],
                name="one_waiting_approval",
                condition=Q(status=ApprovalStatus.PENDING_APPROVAL),
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(ApprovalStatus)), name="approval_status_known"
            ),
        ]


class Bound(models.Model):
    """How far the people of a side may go alone in a room; null: as far as they like. For that side only."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="bounds")
    side = models.CharField(max_length=6)
    minor = Sealed(place=["room_id", "side"], null=True)  # a seller's least net, the most that a buyer pays
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "side"], name="bound_once_per_side"),
        ]


class Preferences(models.Model):
    """What a side wants in a room, for that side only. Nothing of it is enforced: offers are scored by it.

    The newest revision; all of them are in the caucus' log.
    """

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="preferences")
    side = models.CharField(max_length=6)
    revision = models.PositiveIntegerField()  # 1, 2, 3 … of the side in the room
    issues = Sealed(place=["room_id", "side"])  # of `rooms/preference_wire.py: Preference`
    # What no agreement would earn, in basis points.
    alternative = Sealed(place=["room_id", "side"], null=True)
    notes = SealedText(place=["room_id", "side"], default="", blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "side"], name="preferences_once_per_side"),
        ]


class Proof(models.Model):
    """Somebody showed their second factor for one acceptance, bound to all that it is about. Good once.

    Only the SHA-256 of the token is kept; a used one stays, as evidence.
    """

    id = models.UUIDField(primary_key=True, default=random_id)
    sha256 = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="proofs")
    version = models.PositiveSmallIntegerField()
    package = models.PositiveSmallIntegerField()
    offer_hash = models.CharField(max_length=64)
    terms_hash = models.CharField(max_length=64)  # of the package
    gross = models.BigIntegerField()  # minor units
    currency = models.CharField(max_length=3)
    payee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)  # totp, recovery_codes, webauthn
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Agreement(models.Model):
    """What two sides agreed on: one package of one version, pinned by hash. Immutable."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="agreements")
    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="agreement")
    package = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3)
    gross = models.BigIntegerField()  # minor units
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    amends = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="amended_by")
    annexes = models.JSONField(default=list)  # of `rooms/hooks.py: Annex`
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()


class SearchEntry(models.Model):
    """What a search finds: a message or an offer by its event, in the words that it has now.

    `id` orders by time. The words themselves are in a column or table that only `rooms/search/index.py`
    knows.
    """

    id = models.BigIntegerField(primary_key=True)
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    latest = models.BigIntegerField()  # number of the event that has its words: its own, or a correction's

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="search_entry_once")]


class SearchReach(models.Model):
    """Up to which event of a stream the search knows. Its row is the lock of the stream's entries."""

    stream = models.OneToOneField(
        Stream, on_delete=models.PROTECT, primary_key=True, related_name="search_reach"
    )
    seq = models.BigIntegerField(default=0)


class Attachment(models.Model):
    """A file that somebody put up for a message of one stream, sent or not yet. Its id is the client's.

    The bytes are sealed, so that they are nobody else's and can be removed for good. A row goes with them.
    """

    id = models.UUIDField(primary_key=True)
    stream = models.UUIDField()
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="attachments")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given = models.CharField(max_length=64)  # SHA-256 of what was uploaded, to know a repetition by
    file = models.OneToOneField(File, on_delete=models.PROTECT, related_name="+")
    thumbnail = models.OneToOneField(File, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)  # of what is served
    width = models.PositiveIntegerField(null=True)  # of a picture, in pixels
    height = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()
    seq = models.BigIntegerField(null=True)  # of its message; null while it is not sent
    place = models.PositiveSmallIntegerField(default=0)  # among the files of its message

    class Meta:
        indexes = [
            models.Index(fields=["stream", "seq"], name="attachment_of_message"),
            models.Index(
                fields=["by", "created_at"], name="attachment_staged", condition=Q(seq__isnull=True)
            ),
        ]
