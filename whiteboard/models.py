"""Boards, the elements on them, and their versions: frozen by agreements, saved under names."""

from django.db import models

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.models import File
from negotiation_hub.people.models import User


class Board(models.Model):
    """A room's board, or the layer that one side has to itself. Its stream has the same id.

    The counts are projections of its elements: what the limits are compared with.
    """

    id = models.UUIDField(primary_key=True)
    room = models.UUIDField()
    side = models.CharField(max_length=10, blank=True, default="")  # whose layer; "" for the board of both
    created_at = models.DateTimeField()
    shown = models.PositiveIntegerField(default=0)  # elements that are not deleted
    shown_bytes = models.PositiveIntegerField(default=0)  # of their content
    gone = models.PositiveIntegerField(default=0)  # deleted elements, kept so that nobody revives them

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "side"], name="board_once")]


class Element(models.Model):
    """The newest version of an element: a projection of the board's events.

    `content` is the exact text that the events have: a database's own JSON would change how numbers are
    written, and with them the hash of a frozen board.
    """

    id = models.BigAutoField(primary_key=True)
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="elements")
    element = models.CharField(max_length=64)  # its id on the board
    version = models.BigIntegerField()
    nonce = models.BigIntegerField()
    index = models.CharField(max_length=100, default="", blank=True)  # where it lies in the pile
    seq = models.BigIntegerField()  # of the event that changed it last
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")  # who changed it last
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")  # who drew it first
    deleted = models.BooleanField()
    content = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "element"], name="element_once_per_board")]


class BoardImage(models.Model):
    """A picture that elements of a board show by its name, drawn anew and sealed. Immutable (trigger).

    The board's events name it with the SHA-256 of its bytes, so a frozen board's head covers it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="images")
    name = models.CharField(max_length=128)  # what elements call it: their `fileId`
    seq = models.BigIntegerField()  # of the event that names it
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given = models.CharField(max_length=64)  # SHA-256 of what was uploaded, in hexadecimal
    file = models.OneToOneField(File, on_delete=models.PROTECT, related_name="+")
    media_type = models.CharField(max_length=100)
    bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)  # of what is served, in hexadecimal
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "name"], name="board_image_once")]


class BoardVersion(models.Model):
    """A board as it was at one event, for good. Only its picture is added later (trigger).

    An agreement froze it, or somebody saved it under a name.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="versions")
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)  # of the stream's head at `seq`, in hexadecimal
    content = models.CharField(max_length=64)  # SHA-256 of `elements`, in hexadecimal
    elements = models.TextField()  # JSON: those that were not deleted, the lowest of the pile first
    reason = models.CharField(max_length=16)  # agreement, saved
    name = models.CharField(max_length=100, blank=True, default="")  # of what was saved
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # who saved it
    made_at = models.DateTimeField()
    picture = models.ForeignKey(File, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "seq", "reason"], name="board_version_once")]
