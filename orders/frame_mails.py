"""What is told by mail of a frame agreement: that it has begun, and that little of a line is left."""

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from negotiation_hub.kernel import mail
from negotiation_hub.people.models import Membership, User
from negotiation_hub.people.queries import members_of
from orders import wording
from orders.frames import LineState
from orders.mails import Words, address
from orders.models import Frame
from orders.parts import decimal_text


def begun(frame: Frame) -> None:
    """To the buyer, once: it can be called off, until when and where."""

    def words() -> tuple[str, list[str]]:
        body = _(
            "You have agreed on a frame agreement with %(seller)s. Until %(until)s you can call off what you "
            "need on its page, at the agreed prices."
        )
        return _("Your frame agreement %(number)s") % _facts(frame), [body % _facts(frame)]

    _tell(_buyers(frame), frame, f"frame-begun:{frame.pk}", words)


def low(frame: Frame, state: LineState) -> None:
    """To both sides, once for each line: how little is left."""

    def words() -> tuple[str, list[str]]:
        body = _("Of “%(title)s”, %(left)s of %(volume)s are left to be called off until %(until)s.") % {
            **_facts(frame),
            "title": state.line.title,
            "left": wording.quantity(decimal_text(state.left), state.line.unit),
            "volume": wording.quantity(state.line.volume, state.line.unit),
        }
        return _("Little is left of frame agreement %(number)s") % _facts(frame), [body]

    _tell([*_buyers(frame), *_sellers(frame)], frame, f"frame-low:{state.line.pk}", words)


def _facts(frame: Frame) -> dict[str, str]:
    return {
        "number": frame.number,
        "title": frame.title,
        "seller": frame.seller_name,
        "until": formats.date_format(frame.ends_on, "DATE_FORMAT"),
    }


def _buyers(frame: Frame) -> list[User]:
    return [frame.buyer_person] if frame.buyer_person is not None else members_of(frame.buyer_id)


def _sellers(frame: Frame) -> list[User]:
    roles = (Membership.Role.SALES.value, Membership.Role.MANAGER.value)
    return members_of(frame.seller_id, *roles) or members_of(frame.seller_id)


def _tell(people: list[User], frame: Frame, key: str, words: Words) -> None:
    for person in people:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            subject, paragraphs = words()
            greeting = _("Hello %(name)s,") % {"name": person.get_short_name()}
            summary = _("Frame agreement %(number)s: %(title)s") % _facts(frame)
            text = "\n\n".join([greeting, *paragraphs, summary, address("orders:frame", frame.pk)]) + "\n"
        mail.send(person.email, subject, text, dedupe=f"{key}:{person.pk}")
