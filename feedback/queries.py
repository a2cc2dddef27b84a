"""Reading invitations, and who has to do with a follow-up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from feedback import limits
from feedback.models import Invitation, Silence, Survey, SurveyVersion
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Membership, User
from orders.models import Order
from rooms.models import Participant

_SALES = (Membership.Role.SALES.value, Membership.Role.MANAGER.value)


def open_invitations(person: User, now: datetime) -> list[Invitation]:
    """What the person can still answer, the newest first."""
    rows = Invitation.objects.select_related("survey", "version", "order", "seller")
    found = rows.filter(person=person, answered_at=None, expires_at__gt=now)
    return list(found.order_by("-created_at", "-pk")[: limits.OPEN_PAGE])


def invitation_for(person: User, invitation_id: UUID) -> Invitation:
    """An invitation of this person's. Raises NotFound."""
    found = Invitation.objects.select_related("version").filter(pk=invitation_id, person=person).first()
    if found is None:
        raise NotFound
    return found


def invitations_about(order_id: UUID, person: User) -> list[Invitation]:
    """What the person was asked about an order, answered or not."""
    rows = Invitation.objects.select_related("survey").filter(order=order_id, person=person)
    return list(rows.order_by("created_at", "pk"))


def newest_versions(trigger: str, seller_id: UUID) -> list[SurveyVersion]:
    """What is asked now after `trigger`: of the platform's surveys and the seller's own."""
    surveys = Survey.objects.filter(
        Q(organisation=None) | Q(organisation=seller_id), trigger=trigger, active=True
    )
    newest = (
        SurveyVersion.objects.select_related("survey").filter(survey=survey).order_by("-number").first()
        for survey in surveys.order_by("pk")
    )
    return [version for version in newest if version is not None]


def wants_no_questions(person: User) -> bool:
    """Whether the person has said so."""
    return Silence.objects.filter(person=person).exists()


def was_asked_enough(person: User, now: datetime) -> bool:
    """Whether one more question would be a nuisance."""
    since = now - timedelta(seconds=limits.INVITATIONS_WINDOW_S)
    asked = Invitation.objects.filter(person=person, created_at__gt=since).count()
    return asked >= limits.INVITATIONS_MAX


def are_related(order: Order) -> bool:
    """Whether somebody belongs to both sides: what they say of each other counts for nothing."""
    sellers = Membership.objects.filter(organisation=order.seller_id).values("user")
    return Membership.objects.filter(organisation=order.buyer_id, user__in=sellers).exists()


def sales_of(seller_id: UUID) -> list[User]:
    """Who answers for a seller: sales staff and managers, or everyone when there are none."""
    return people.members_of(seller_id, *_SALES) or people.members_of(seller_id)


def who_sold(room_id: UUID, staff: Sequence[User]) -> User:
    """Whoever of the staff sat down first at the table, else the first of them."""
    seats = Participant.objects.filter(room=room_id, side="seller", user__in=staff).order_by("pk")
    seated = seats.values_list("user", flat=True).first()
    return next((person for person in staff if person.pk == seated), staff[0])
