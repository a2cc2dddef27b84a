"""Who may not judge what: a moderator who has to do with a side of the room, or is meant in person."""

from uuid import UUID

from django.db.models import Q

from desk.models import Report, ReviewItem
from negotiation_hub.people.models import Organisation, User
from rooms.models import Room


def related_organisations(moderator: User) -> list[UUID]:
    """The moderator's organisations, and those that share a person with one of them."""
    colleagues = User.objects.filter(memberships__organisation__memberships__user=moderator)
    theirs = Organisation.objects.filter(memberships__user__in=colleagues.values("pk"))
    return list(theirs.values_list("pk", flat=True).distinct())


def of_room(room: Room, related: list[UUID]) -> bool:
    """Whether one of these organisations is a side of the room."""
    return room.buyer_id in related or room.seller_id in related


def own_items(moderator: User, related: list[UUID]) -> Q:
    """The items that this moderator must not see: what they say is about people whom the moderator knows."""
    reported = Report.objects.filter(reporter=moderator)
    sides = Q(room__buyer__in=related) | Q(room__seller__in=related)
    return sides | Q(subject=moderator) | Q(pk__in=reported.values("item"))


def concerns(item: ReviewItem, moderator: User) -> bool:
    """Whether the moderator is the one it is about, or reported it."""
    return item.subject_id == moderator.pk or item.reports.filter(reporter=moderator).exists()
