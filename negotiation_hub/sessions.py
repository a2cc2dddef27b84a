"""Who a session belongs to, for sockets; pages have Django's own middleware."""

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.utils.crypto import constant_time_compare

from negotiation_hub.people.models import User


def session_user(session: Any) -> User | None:
    """The active person who signed in with this session; None when the password has changed since."""
    try:
        user_id, backend = session[SESSION_KEY], session[BACKEND_SESSION_KEY]
    except KeyError:
        return None
    if backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = load_backend(backend).get_user(user_id)
    if not isinstance(user, User):
        return None
    signed = session.get(HASH_SESSION_KEY, "")
    return user if constant_time_compare(signed, user.get_session_auth_hash()) else None
