"""People and organisations for tests."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from negotiation_hub.people.models import Membership, Organisation, User


class UserFactory(DjangoModelFactory[User]):
    """A person without any organisation; `tests.personas` has whole ones. The password is `correct horse`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda number: f"Person {number}")
    email = factory.Sequence(lambda number: f"person-{number}@people.example")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> User:  # noqa: ARG003 - factory_boy's
        password = kwargs.pop("password", None)
        return User.objects.create_user(password=password, **kwargs)


class OrganisationFactory(DjangoModelFactory[Organisation]):
    """A company."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda number: f"Company {number}")
    slug = factory.Sequence(lambda number: f"company-{number}")
    kind = Organisation.Kind.COMPANY


class MembershipFactory(DjangoModelFactory[Membership]):
    """A purchaser in a company of their own."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Membership.Role.PURCHASER
