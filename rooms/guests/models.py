"""Links that let somebody in as a guest."""

from datetime import datetime

from django.db import models

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.people.models import Organisation, User


class GuestLink(models.Model):
    """A link to one room that does not exist before somebody opens it. Good for one browser.

    Neither the link, nor what its browser keeps, nor a mailed code can be read here: only their digests are.
    """

    class State(models.TextChoices):
        UNUSED = "unused"
        IN_USE = "in_use"
        CLAIMED = "claimed"  # the guest has made an account
        REVOKED = "revoked"
        ENDED = "ended"  # its time is over

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="guest_links")
    listing = models.UUIDField()
    label = models.CharField(max_length=100)
    email = models.EmailField(max_length=254, blank=True)  # where a code is mailed to, if anywhere
    token = models.CharField(max_length=64, unique=True)  # SHA-256, in hexadecimal
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    room = models.OneToOneField("rooms.Room", on_delete=models.PROTECT, null=True, related_name="guest_link")
    guest = models.OneToOneField(User, on_delete=models.PROTECT, null=True, related_name="guest_link")
    browser = models.CharField(max_length=64, blank=True)  # SHA-256, in hexadecimal
    entered_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=100, blank=True)  # MAC, in hexadecimal; empty while none is good
    code_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)  # of this code
    codes = models.PositiveSmallIntegerField(default=0)  # that were mailed, ever

    class Meta:
        indexes = [models.Index(fields=["organisation", "-made_at"], name="guest_links_of_seller")]

    def state(self, now: datetime) -> "GuestLink.State":
        """How things are with it."""
        if self.claimed_at is not None:
            return self.State.CLAIMED
        if self.revoked_at is not None:
            return self.State.REVOKED
        if now >= self.expires_at:
            return self.State.ENDED
        return self.State.UNUSED if self.guest_id is None else self.State.IN_USE

    def lets_in(self, now: datetime) -> bool:
        """Whether somebody can still come in by it."""
        return self.state(now) in {self.State.UNUSED, self.State.IN_USE}
