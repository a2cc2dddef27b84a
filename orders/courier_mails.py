"""What a carrier that is booked by mail is told."""

from django.utils import translation
from django.utils.translation import gettext as _

from negotiation_hub.kernel import countries, mail
from orders import mails
from orders.documents import parties
from orders.models import Booking
from orders.queries import details_of


def carry_this(booking: Booking, token: str) -> None:
    """Whence, whereto, under which number, and the link that reports it. In the label's language."""
    order, details = booking.shipment.order, details_of(booking.shipment.order)
    said = parties.seller(order)
    assert details is not None  # noqa: S101 - it was booked with them
    with translation.override(booking.language):
        whence = [said.name, said.street, f"{said.postal_code} {said.city}".strip(), _land(said.country)]
        whereto = [
            details.company,
            details.contact_name,
            details.street,
            f"{details.postal_code} {details.city}".strip(),
            _land(details.country),
            details.phone,
        ]
        paragraphs = [
            _("Hello %(name)s,") % {"name": booking.shipment.carrier},
            _("%(seller)s asks you to carry the parcel %(number)s.")
            % {"seller": order.seller_name, "number": booking.number},
            "\n".join([f"{_('From')}:", *filter(None, whence)]),
            "\n".join([f"{_('To')}:", *filter(None, whereto)]),
            _("The label, and three buttons to report that it is picked up, delivered or could not be:"),
            mails.address("orders:courier", token),
        ]
        subject = _("Parcel %(number)s for you to carry") % {"number": booking.number}
    to = booking.courier["mail"]
    mail.send(to, subject, "\n\n".join(paragraphs) + "\n", dedupe=f"courier:{booking.pk}:{booking.round}")


def _land(code: str) -> str:
    return countries.name(code) if code else ""
