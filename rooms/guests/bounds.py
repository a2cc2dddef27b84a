"""How much a guest may say and offer. Counted in each process, as all rates are."""

from typing import Final

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.rate import Rate
from negotiation_hub.kernel.wire import TooFast
from negotiation_hub.people.models import User
from rooms.guests.refusals import GuestsTooMany, MessageTooLong

_messages: Final = Rate(limits.GUEST_MESSAGES_PER_MIN, limits.GUEST_MESSAGES_BURST, period_s=60)
_offers: Final = Rate(limits.GUEST_OFFERS_PER_H, limits.GUEST_OFFERS_BURST, period_s=3600)
_arrivals: Final = Rate(limits.GUESTS_PER_CLIENT_H, limits.GUESTS_PER_CLIENT_H, period_s=3600)


def say(actor: User, text: str) -> None:
    """Nothing, for whoever may say this now. Raises MessageTooLong, TooFast."""
    if not actor.is_guest:
        return
    if len(text) > limits.GUEST_MESSAGE_CHARS_MAX:
        raise MessageTooLong
    if wait_ms := _messages.take(actor.pk):
        raise TooFast(retry_after_ms=wait_ms)


def offer(actor: User) -> None:
    """Nothing, for whoever may make an offer now. Raises TooFast."""
    if actor.is_guest and (wait_ms := _offers.take(actor.pk)):
        raise TooFast(retry_after_ms=wait_ms)


def arrive(client: str) -> None:
    """Nothing, while another guest may come from this network address. Raises GuestsTooMany."""
    if wait_ms := _arrivals.take(client):
        raise GuestsTooMany(retry_after_ms=wait_ms)
