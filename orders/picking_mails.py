"""What places are told of the parcels that they pick, and others of what came of it."""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from catalog.models import Place
from negotiation_hub.kernel import countries, mail
from orders import mails, wording
from orders.models import Order, Picking, ShipmentItem
from orders.queries import details_of


def pick_this(picking: Picking, token: str) -> None:
    """To the place: what is to be picked, for whom, and the link that reports it."""
    order, place = picking.shipment.order, picking.place
    with translation.override(place.language):
        lines = [
            f"{wording.quantity(item.quantity, item.line.unit)}  {item.line.title}"
            for item in picking.shipment.items.select_related("line").order_by("line__position")
        ]
        then = (
            _("The buyer comes to fetch it. Report it as ready when it may be fetched.")
            if picking.to_fetch
            else _("Send it to:") + "\n" + _receiver(order)
        )
        paragraphs = [
            _("Hello %(name)s,") % {"name": place.name},
            _("%(seller)s asks you to pick this for order %(number)s:")
            % {"seller": order.seller_name, "number": order.number},
            "\n".join(lines),
            then,
            _("Report here when it is packed and has left, or if something is missing:"),
            mails.address("orders:picking", token),
        ]
        subject = _("To pick for order %(number)s") % {"number": order.number}
    _to(place, subject, paragraphs, f"picking:{picking.pk}")


def not_needed(picking: Picking) -> None:
    """To the place: it need not pick it after all."""
    order, place = picking.shipment.order, picking.place
    with translation.override(place.language):
        paragraphs = [
            _("Hello %(name)s,") % {"name": place.name},
            _("the parcel for order %(number)s is canceled. Please put back what you have picked.")
            % {"number": order.number},
        ]
        subject = _("Canceled: order %(number)s") % {"number": order.number}
    _to(place, subject, paragraphs, f"picking-canceled:{picking.pk}")


def short(picking: Picking, lacking: Sequence[tuple[ShipmentItem, int]], again: Sequence[Picking]) -> None:
    """To the seller: what a place did not find, and who picks it now."""
    order = picking.shipment.order

    def words() -> tuple[str, list[str]]:
        body = _("%(place)s did not find all that it was asked to pick:") % {"place": picking.place.name}
        lines = [
            _("%(count)d fewer of %(title)s") % {"count": count, "title": item.line.title}
            for item, count in lacking
        ]
        names = ", ".join(dict.fromkeys(one.place.name for one in again))
        follows = (
            _("Now picked at: %(names)s.") % {"names": names}
            if again
            else _("It lies nowhere else: please look, and send the rest or talk to the buyer.")
        )
        counted = _("Its count was put right. Please check what the listing says is in stock.")
        return _("Something is missing for order %(number)s") % {"number": order.number}, [
            body,
            "\n".join(lines),
            follows,
            counted,
        ]

    mails.tell(mails.sellers(order), order, f"short:{picking.pk}", words)


def ready(picking: Picking) -> None:
    """To the buyer: where to fetch the parcel, when, and the code that is asked for there."""
    order, place = picking.shipment.order, picking.place

    def words() -> tuple[str, list[str]]:
        lines = [
            _("Your goods lie ready for you at %(place)s:") % {"place": place.name},
            address_of(place),
            _("Please say this code there: %(code)s") % {"code": picking.code},
        ]
        if place.hours:
            lines.insert(2, _("Somebody is there: %(hours)s") % {"hours": place.hours})
        return _("Order %(number)s can be fetched") % {"number": order.number}, lines

    mails.tell(mails.buyers(order), order, f"ready:{picking.pk}", words)


def address_of(place: Place) -> str:
    """A place's address, line by line, in the active language."""
    town = f"{place.postal_code} {place.city}".strip()
    return "\n".join([place.street, town, countries.name(place.country)])


def _receiver(order: Order) -> str:
    details = details_of(order)
    if details is None:
        return order.buyer_name
    land = countries.name(details.country) if details.country else ""
    town = f"{details.postal_code} {details.city}".strip()
    lines = [details.company, details.contact_name, details.street, town, land, details.phone]
    more = [details.delivery_window, details.delivery_instructions]
    return "\n".join(filter(None, [*lines, *more]))


def _to(place: Place, subject: str, paragraphs: Sequence[str], dedupe: str) -> None:
    mail.send(place.mail, subject, "\n\n".join(paragraphs) + "\n", dedupe=dedupe)
