"""Reading people: who is a member of what, and what their role lets them do."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, IntegerField, Value, When

from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import ApiToken, Membership, Organisation, User

_Role = Membership.Role


def membership(user: User, organisation_id: UUID) -> Membership | None:
    """The person's membership there, if any."""
    return (
        Membership.objects.select_related("organisation")
        .filter(user=user, organisation=organisation_id)
        .first()
    )


def membership_by_slug(user: User, slug: str) -> Membership:
    """The person's membership in the organisation with this slug.

    Raises NotFound, alike for what is not and what is not theirs.
    """
    rows = Membership.objects.select_related("organisation")
    found = rows.filter(user=user, organisation__slug=slug).first()
    if found is None:
        raise NotFound
    return found


def organisations_of(user: User) -> list[Organisation]:
    """All organisations of a person: companies first, in the order of joining, then the personal one."""
    return [member.organisation for member in memberships_of(user)]


def memberships_of(user: User) -> list[Membership]:
    """All memberships of a person with their organisations: companies first, in the order of joining."""
    personal_last = Case(
        When(organisation__kind=Organisation.Kind.PERSONAL, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    rows = Membership.objects.select_related("organisation").filter(user=user)
    return list(rows.order_by(personal_last, "created_at", "id"))


def acting_organisation(user: User) -> Organisation:
    """The organisation a person acts for: the company joined first, else the personal one.

    Raises NotFound for a person without any (someone else's clean-up; sign-up makes a personal one).
    """
    organisations = organisations_of(user)
    if not organisations:
        raise NotFound("You do not belong to any organisation.")
    return organisations[0]


def organisation_by_slug(slug: str) -> Organisation:
    """Raises NotFound."""
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise NotFound(f"There is no organisation {slug[:80]!r}.")
    return organisation


def people_by_ids(ids: Iterable[UUID]) -> dict[UUID, User]:
    """The people with these ids; unknown ids are left out. One query."""
    return User.objects.in_bulk(list(set(ids)))


def organisations_by_ids(ids: Iterable[UUID]) -> dict[UUID, Organisation]:
    """The organisations with these ids; unknown ids are left out. One query."""
    return Organisation.objects.in_bulk(list(set(ids)))


def members_of(organisation_id: UUID, *roles: str) -> list[User]:
    """The active people of an organisation, those with one of the roles when any is named."""
    rows = Membership.objects.select_related("user").filter(
        organisation=organisation_id, user__is_active=True
    )
    if roles:
        rows = rows.filter(role__in=roles)
    return [member.user for member in rows.order_by("created_at", "id")]


def buyers_of(organisation_id: UUID) -> list[User]:
    """The active people who may buy for an organisation, in the order of joining."""
    rows = Membership.objects.select_related("user", "organisation").filter(
        organisation=organisation_id, user__is_active=True
    )
    return [member.user for member in rows.order_by("created_at", "id") if may_buy(member)]


def tokens_of(user: User) -> list[ApiToken]:
    """A person's tokens, newest first. Their texts are not kept."""
    return list(ApiToken.objects.filter(user=user).order_by("-created_at"))


def _personal(member: Membership) -> bool:
    return member.organisation.kind == Organisation.Kind.PERSONAL


def may_sell(member: Membership | None) -> bool:
    """May publish listings and make offers as a seller: sales, managers, and a person for themselves."""
    return member is not None and (member.role in {_Role.SALES, _Role.MANAGER} or _personal(member))


def may_buy(member: Membership | None) -> bool:
    """May negotiate and accept as a buyer: purchasers, managers, and a person for themselves."""
    return member is not None and (member.role in {_Role.PURCHASER, _Role.MANAGER} or _personal(member))


def may_convert(member: Membership | None) -> bool:
    """May turn a deal into an order for the buyer: the seller's sales staff and managers."""
    return may_sell(member)


def may_approve(member: Membership | None) -> bool:
    """May approve what goes beyond a colleague's authority: managers."""
    return member is not None and member.role == _Role.MANAGER


def may_pay_out(member: Membership | None) -> bool:
    """May send the organisation's money to its bank, and say which bank that is: managers."""
    return may_approve(member)


def may_moderate(user: User) -> bool:
    """Moderators are platform-wide."""
    return user.is_active and user.is_moderator
