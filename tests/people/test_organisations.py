from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from negotiation_hub.kernel.refusals import Malformed, NotFound, NotPermitted
from negotiation_hub.people import queries, services
from negotiation_hub.people.models import Membership, Organisation, User
from negotiation_hub.people.services import AlreadyMember, NameInvalid
from tests.factories.people import MembershipFactory, OrganisationFactory, UserFactory
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
Role = Membership.Role


def test_one_acts_for_the_company_that_one_joined_first(cast: Cast) -> None:
    later = OrganisationFactory.create()
    MembershipFactory.create(user=cast.ben, organisation=later, created_at=START + timedelta(days=1))
    assert queries.acting_organisation(cast.ben) == cast.acme
    assert queries.organisations_of(cast.ben)[:2] == [cast.acme, later]


def test_without_a_company_one_acts_for_oneself(cast: Cast) -> None:
    assert queries.acting_organisation(cast.cleo).kind == Organisation.Kind.PERSONAL


def test_a_person_without_any_organisation_is_told_so() -> None:
    with pytest.raises(NotFound):
        queries.acting_organisation(UserFactory.create())


def test_whoever_makes_a_company_manages_it(cast: Cast) -> None:
    made = services.create_organisation(actor=cast.cleo, name="  Cleo &  Co ", now=START)
    assert (made.name, made.slug, made.kind) == ("Cleo & Co", "cleo-co", Organisation.Kind.COMPANY)
    assert queries.may_approve(queries.membership(cast.cleo, made.pk))
    assert queries.acting_organisation(cast.cleo) == made


def test_companies_of_the_same_name_get_slugs_of_their_own(cast: Cast) -> None:
    slugs = {services.create_organisation(actor=cast.cleo, name="水", now=START).slug for _ in range(3)}
    assert len(slugs) == 3


@pytest.mark.parametrize("name", ["", " \n ", "x" * 201, "a\x00b", "a\ud800"])
def test_a_name_that_cannot_be_shown_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(NameInvalid):
        services.create_organisation(actor=cast.cleo, name=name, now=START)


@pytest.mark.parametrize("name", ["Zoë", "Nguyễn Thị", "محمد", "می‌خواهم", "O'Neil-Smith", "李"])
def test_names_of_all_languages_are_welcome(name: str) -> None:
    assert services.clean_name(name) == name


def test_a_manager_adds_members(cast: Cast) -> None:
    services.add_member(actor=cast.max, organisation=cast.norte, user=cast.cleo, role=Role.SALES, now=START)
    member = queries.membership(cast.cleo, cast.norte.pk)
    assert member is not None
    assert member.role == Role.SALES


@pytest.mark.parametrize("who", ["ada", "sol", "ben", "cleo", "dov"])
def test_nobody_but_a_manager_adds_members(cast: Cast, who: str) -> None:
    newcomer = UserFactory.create()
    with pytest.raises(NotPermitted):
        services.add_member(
            actor=getattr(cast, who), organisation=cast.norte, user=newcomer, role=Role.SALES, now=START
        )


def test_nobody_joins_a_personal_organisation(cast: Cast) -> None:
    own = queries.acting_organisation(cast.cleo)
    with pytest.raises(NotPermitted):
        services.add_member(actor=cast.cleo, organisation=own, user=cast.ben, role=Role.SALES, now=START)


def test_a_member_is_not_added_twice_and_keeps_the_role(cast: Cast) -> None:
    with pytest.raises(AlreadyMember):
        services.add_member(
            actor=cast.max, organisation=cast.norte, user=cast.ada, role=Role.MANAGER, now=START
        )
    member = queries.membership(cast.ada, cast.norte.pk)
    assert member is not None
    assert member.role == Role.SALES


def test_a_role_that_does_not_exist_is_refused(cast: Cast) -> None:
    with pytest.raises(Malformed):
        services.add_member(actor=cast.max, organisation=cast.norte, user=cast.cleo, role="owner", now=START)


@pytest.mark.parametrize(
    ("may", "roles"),
    [
        (queries.may_sell, {Role.SALES, Role.MANAGER}),
        (queries.may_convert, {Role.SALES, Role.MANAGER}),
        (queries.may_buy, {Role.PURCHASER, Role.MANAGER}),
        (queries.may_approve, {Role.MANAGER}),
    ],
)
def test_roles_in_a_company_permit_what_they_say(
    may: Callable[[Membership | None], bool], roles: set[str]
) -> None:
    permitted = {role for role in Role.values if may(MembershipFactory.create(role=role))}
    assert permitted == roles
    assert not may(None)


def test_only_active_moderators_moderate(cast: Cast) -> None:
    assert queries.may_moderate(cast.dov)
    assert not queries.may_moderate(cast.max)
    cast.dov.is_active = False
    assert not queries.may_moderate(cast.dov)


def test_people_are_found_by_id_in_one_query(
    cast: Cast, django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        found = queries.people_by_ids([cast.ada.pk, cast.ben.pk, cast.ada.pk, uuid4()])
    assert found == {cast.ada.pk: cast.ada, cast.ben.pk: cast.ben}


def test_members_are_listed_by_role_without_those_who_left(cast: Cast) -> None:
    assert set(queries.members_of(cast.norte.pk, Role.SALES)) == {cast.ada, cast.sol}
    User.objects.filter(pk=cast.ada.pk).update(is_active=False)
    assert set(queries.members_of(cast.norte.pk)) == {cast.sol, cast.max}


def test_a_changed_name_shows_on_the_personal_organisation_too(cast: Cast) -> None:
    services.change_profile(actor=cast.cleo, name="Cleo Haddad", language="es")
    assert queries.acting_organisation(cast.cleo).name == "Cleo Haddad"
    assert queries.acting_organisation(cast.ben).name == "Acme"


def test_a_language_that_is_not_spoken_here_is_refused(cast: Cast) -> None:
    with pytest.raises(Malformed):
        services.change_profile(actor=cast.cleo, name="Cleo", language="xx")
