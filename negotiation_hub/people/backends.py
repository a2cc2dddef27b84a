"""Who may sign in."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from negotiation_hub.people.models import User


class PeopleBackend(AuthenticationBackend):
    """Sign-in by address and password."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Demo people only while the demo runs: a session or password from then is worth nothing later."""
        return super().user_can_authenticate(user) and (settings.DEMO or not getattr(user, "is_demo", False))
