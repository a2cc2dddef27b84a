"""What is mailed about requests, each in the reader's language, in the transaction that causes it."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils import formats
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, override

from negotiation_hub.kernel import mail
from negotiation_hub.people.models import Membership, User
from negotiation_hub.people.queries import members_of
from rooms.models import Room
from rooms.request_models import Request

_SELLS = (Membership.Role.SALES.value, Membership.Role.MANAGER.value)


def to_seller(room: Room, invite_id: UUID) -> None:
    """A buyer asks for an offer. The seller's people read of their own room, and of nothing else."""
    asked = room.asked or {}
    until = parse_datetime(asked["answers_until"])

    def words() -> tuple[str, Sequence[str]]:
        names = {"buyer": room.buyer.name, "title": room.title}
        due = f"{formats.date_format(until, 'DATETIME_FORMAT')} UTC" if until else ""
        return gettext("%(buyer)s asks you for an offer: %(title)s") % names, [
            gettext("%(buyer)s asks you for an offer: %(title)s") % names,
            gettext("Answers are asked for until %(moment)s.") % {"moment": due},
            _address("rooms:room", room.pk),
        ]

    readers = members_of(room.seller_id, *_SELLS) or members_of(room.seller_id)
    _tell(readers, f"rooms.asked:{invite_id}", words)


def to_buyer(asked: Request, reader: User) -> None:
    """The time for answers is over."""

    def words() -> tuple[str, Sequence[str]]:
        names = {"title": asked.title}
        return gettext("The time for answers is over: %(title)s") % names, [
            gettext("The time for answers to your request is over: %(title)s") % names,
            gettext(
                "Nothing is closed by that: compare what you were offered, accept, or close the request."
            ),
            _address("rooms:request", asked.pk),
        ]

    _tell([reader], f"rooms.answers_due:{asked.pk}", words)


def _tell(readers: Sequence[User], key: str, words: Callable[[], tuple[str, Sequence[str]]]) -> None:
    for person in readers:
        with override(person.language or settings.LANGUAGE_CODE):
            subject, paragraphs = words()
            greeting = gettext("Hello %(name)s,") % {"name": person.get_short_name()}
            text = "\n\n".join([greeting, *paragraphs]) + "\n"
        mail.send(person.email, subject, text, dedupe=f"{key}:{person.pk}")


def _address(name: str, *args: object) -> str:
    # Whoever caused the mail may be under a prefix (the demo has one for each person), the reader is not.
    path = reverse(name, args=args).removeprefix(get_script_prefix())
    return f"{settings.PUBLIC_URL}/{path}"
