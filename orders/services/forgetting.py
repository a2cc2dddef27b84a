"""What orders take away when a person is erased: their details are unreadable already, their look-ups go."""

from datetime import datetime
from uuid import UUID

from orders.models import Lookup


def forget_person(person: UUID, now: datetime) -> None:
    """Nobody finds an order any more by what was said about this person. In the caller's transaction."""
    Lookup.objects.filter(order__sealed_details__subject=person).delete()
