"""Groups, threads, who is in them, who follows them, and the Message-IDs of posts."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.people.models import Organisation, User
from threads import limits
from threads.machine import Status


class Group(models.Model):
    """A newsgroup. Its dotted name (`market.pumps`) never changes: mails and addresses are made of it.

    One that is not public is for the members of its owner.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=limits.GROUP_NAME_CHARS_MAX, unique=True)
    title = models.CharField(max_length=limits.GROUP_TITLE_CHARS_MAX)
    charter = models.TextField(blank=True)  # Markdown: what belongs here
    is_public = models.BooleanField(default=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="groups")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(name=Lower("name")), name="group_name_lower_case"),
            models.CheckConstraint(
                condition=Q(is_public=True) | Q(owner__isnull=False), name="group_members_of_an_owner"
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("threads:group", kwargs={"name": self.name})


class Thread(models.Model):
    """A conversation that needs nobody to be there at the same time. Its stream has its id.

    In a group it is a topic and has the group's readers, else those in `members`. `room` is the private room
    to which it was taken, `posts` and `last_at` are projections.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    subject = models.CharField(max_length=limits.SUBJECT_CHARS_MAX)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="threads")
    listing = models.UUIDField(null=True)
    room = models.UUIDField(null=True)
    order = models.UUIDField(null=True)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    last_at = models.DateTimeField()
    posts = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=8, default=Status.OPEN)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(Status)), name="thread_status_known")
        ]
        indexes = [
            models.Index(fields=["group", "-last_at", "-id"], name="thread_topics"),
            models.Index(
                fields=["listing", "-last_at"], name="thread_questions", condition=Q(listing__isnull=False)
            ),
            models.Index(fields=["started_by", "created_at"], name="thread_started"),
        ]

    def get_absolute_url(self) -> str:
        if self.group is None:
            return reverse("threads:thread", kwargs={"thread": self.pk})
        names = {"name": self.group.name, "thread": self.pk, "slug": self.slug}
        return reverse("threads:topic", kwargs=names)

    @property
    def slug(self) -> str:
        """For readable addresses; the id finds the thread."""
        return slugify(self.subject)[:80].strip("-") or "topic"


class Member(models.Model):
    """A person who has spoken in a thread, or is one of those whom a private thread is for.

    `name` and `side` (seller, buyer, moderator, member) are as the log tells them.
    """

    id = models.BigAutoField(primary_key=True)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="threads")
    side = models.CharField(max_length=9)
    name = models.CharField(max_length=100)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="member_once_per_thread")]


class Follow(models.Model):
    """What a person wants to hear of a thread or a group, and how far they have read a thread.

    `level` empty: no choice of their own, so that of the thread's group counts. `read_seq` is a projection.
    """

    class Level(models.TextChoices):
        WEB = "web", _("on the site")
        MAIL = "mail", _("each post by mail")
        NONE = "none", _("nothing")

    id = models.BigAutoField(primary_key=True)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, null=True, related_name="follows")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="follows")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows")
    level = models.CharField(max_length=4, choices=Level.choices, default="", blank=True)
    read_seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "user"], name="follow_thread_once"),
            models.UniqueConstraint(fields=["group", "user"], name="follow_group_once"),
            models.CheckConstraint(
                condition=Q(thread__isnull=True, group__isnull=False)
                | Q(thread__isnull=False, group__isnull=True),
                name="follow_one_thing",
            ),
        ]


class PostMail(models.Model):
    """The Message-ID of a post, the same for ever in mail and news. Immutable.

    For a post that came by mail it is the mail's own, else it is made of stream and number.
    """

    id = models.BigAutoField(primary_key=True)
    message_id = models.CharField(max_length=250, unique=True)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="mails")
    seq = models.BigIntegerField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "seq"], name="one_message_id_per_post")]
        indexes = [models.Index(fields=["author", "at"], name="post_mail_of_author")]
