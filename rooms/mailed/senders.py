"""Who sent an order by mail: the person whose confirmed address it is."""

from allauth.account.models import EmailAddress
from django.conf import settings

from negotiation_hub.people.models import User


def person_of(address: str) -> User | None:
    """The person who has confirmed that this address is theirs; None without one."""
    rows = EmailAddress.objects.select_related("user")
    found = rows.filter(email__iexact=address, verified=True, user__is_active=True, user__is_guest=False)
    if (known := found.order_by("pk").first()) is not None:
        return known.user
    if settings.DEMO:  # nothing is real there: its people never get a mail that they could confirm
        return User.objects.filter(email__iexact=address, is_demo=True, is_active=True).first()
    return None
