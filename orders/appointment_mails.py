"""Mails about appointments; those about an agreed time carry it as an iCalendar object."""

from django.utils.translation import gettext as _

from negotiation_hub.people.models import User
from orders import calendar_file
from orders.appointment_times import when
from orders.appointment_times import words as in_zone
from orders.mails import buyers, sellers, tell
from orders.models import Appointment, AppointmentChange, AppointmentProposal, Order


def proposed(order: Order, row: Appointment, made: AppointmentProposal) -> None:
    """To the other side: the times, and where one of them is taken."""

    def words() -> tuple[str, list[str]]:
        shown = {**_facts(order, row), "side": _name(order, made.side)}
        body = _("%(side)s proposes these times for “%(work)s”:") % shown
        rows = [f"- {in_zone(calendar_file.moment_of(text), made.zone)}" for text in made.times]
        rest = _("Please take one of them, or say on the order's page that none of them suits you.")
        note = [f"“{made.note}”"] if made.note else []
        return _("Order %(number)s: times to choose from") % shown, [body, "\n".join(rows), *note, rest]

    tell(_others(order, made.side), order, f"proposal:{made.pk}", words)


def declined(order: Order, row: Appointment, made: AppointmentProposal, reason: str) -> None:
    """To the side that had proposed them."""

    def words() -> tuple[str, list[str]]:
        other = "seller" if made.side == "buyer" else "buyer"
        shown = {**_facts(order, row), "side": _name(order, other)}
        body = _("None of the proposed times for “%(work)s” suits %(side)s.") % shown
        held = [_("What was agreed before holds: %(when)s.") % shown] if row.starts_at else []
        note = [f"“{reason}”"] if reason else []
        return _("Order %(number)s: proposed times declined") % shown, [body, *note, *held]

    people = sellers(order) if made.side == "seller" else buyers(order)
    tell(people, order, f"proposal-declined:{made.pk}", words)


def agreed(order: Order, row: Appointment, change: AppointmentChange, *, moved: bool) -> None:
    """To both sides, with the date for their calendars."""

    def words() -> tuple[str, list[str]]:
        shown = _facts(order, row)
        if moved:
            subject = _("Order %(number)s: the appointment is moved") % shown
            body = _("“%(work)s” now takes place: %(when)s. Price and terms stay as agreed.") % shown
        else:
            subject = _("Order %(number)s: the appointment is agreed") % shown
            body = _("“%(work)s” takes place: %(when)s.") % shown
        return subject, [body, *_where(row)]

    _both(order, row, f"appointment:{change.pk}", words)


def reminder(order: Order, row: Appointment) -> None:
    """To both sides, the day before."""

    def words() -> tuple[str, list[str]]:
        shown = _facts(order, row)
        body = _("A reminder: “%(work)s” takes place %(when)s.") % shown
        return _("Order %(number)s: your appointment is near") % shown, [body, *_where(row)]

    _both(order, row, f"appointment-reminder:{row.pk}:{row.sequence}", words)


def canceled(order: Order, row: Appointment, change: AppointmentChange) -> None:
    """To both sides: their calendars take it out."""

    def words() -> tuple[str, list[str]]:
        shown = _facts(order, row)
        body = _("“%(work)s” does not take place: %(when)s is canceled with the order.") % shown
        return _("Order %(number)s: the appointment is canceled") % shown, [body]

    _both(order, row, f"appointment:{change.pk}", words)


def missed(order: Order, row: Appointment, change: AppointmentChange) -> None:
    """To the side of which it is said."""

    def words() -> tuple[str, list[str]]:
        teller = "seller" if change.missing == "buyer" else "buyer"
        shown = {**_facts(order, row), "side": _name(order, teller)}
        body = _("%(side)s says that nobody of yours came to “%(work)s” (%(when)s).") % shown
        rest = _("Please propose another time on the order's page, or answer in the room.")
        return _("Order %(number)s: appointment missed") % shown, [body, f"“{change.reason}”", rest]

    people = sellers(order) if change.missing == "seller" else buyers(order)
    tell(people, order, f"missed:{change.pk}", words)


def _both(order: Order, row: Appointment, key: str, words: object) -> None:
    people = [*buyers(order), *(one for one in sellers(order) if one not in buyers(order))]
    tell(people, order, key, words, calendar=calendar_file.text_of(order, row))  # type: ignore[arg-type]


def _others(order: Order, side: str) -> list[User]:
    return buyers(order) if side == "seller" else sellers(order)


def _name(order: Order, side: str) -> str:
    return order.seller_name if side == "seller" else order.buyer_name


def _where(row: Appointment) -> list[str]:
    lines = []
    if row.place:
        lines.append(_("Where: %(place)s") % {"place": row.place})
    if row.who:
        lines.append(_("Who comes: %(who)s") % {"who": row.who})
    return lines


def _facts(order: Order, row: Appointment) -> dict[str, str]:
    return {"number": order.number, "work": row.line.title, "when": when(row)}
