"""Who may sign in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from negotiation_hub.people.models import User


class PeopleBackend(AuthenticationBackend):
    """Sign-in by address and password."""

    def authenticate(  # type: ignore[override]  # as allauth's own
        self, request: HttpRequest | None, **credentials: Any
    ) -> AbstractBaseUser | None:
        """Nobody who is a guest: they come in by their link alone, whatever password somebody gave them."""
        user = super().authenticate(request, **credentials)
        return None if getattr(user, "is_guest", False) else user

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Demo people only while the demo runs: a session or password from then is worth nothing later."""
        return super().user_can_authenticate(user) and (settings.DEMO or not getattr(user, "is_demo", False))
