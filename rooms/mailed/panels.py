"""What a listing's page shows of ordering by mail, and the form filled in as far as it is known."""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.hooks import Panel
from catalog.models import Listing
from negotiation_hub.kernel import countries
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User
from orders.queries import known_details
from rooms import buying
from rooms.mailed import form
from rooms.mailed.address import order_address


@dataclass(frozen=True, slots=True)
class Form:
    """A mail that orders: to whom, its subject and its text."""

    address: str
    subject: str
    text: str

    @property
    def mailto(self) -> str:
        """The same as a link that opens a mail program (RFC 6068)."""
        body = self.text.replace("\n", "\r\n")
        return f"mailto:{quote(self.address, safe='@')}?subject={quote(self.subject)}&body={quote(body)}"


def is_offered() -> bool:
    """Whether mail is taken in at all. In the demo it is shown in any case."""
    return bool(settings.MAIL_IN_PORT) or bool(settings.DEMO)


def form_for(listing: Listing, viewer: User | None) -> Form:
    """The form of a listing in the active language, for who looks at it."""
    values = {
        form.LISTING: listing.title,
        form.QUANTITY: "1",
        form.PRICE: form.price(listing.price),
        **_known(viewer),
    }
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    subject = _("Order: %(title)s") % {"title": listing.title}
    return Form(order_address(listing.pk), subject, form.render(values, language))


def order_by_mail(listing: Listing, viewer: User | None) -> Panel | None:
    """A link that opens the mail, for who may order or may become somebody who does."""
    if listing.status != Listing.Status.PUBLISHED or listing.sold_out or not is_offered():
        return None
    if viewer is not None and not viewer.is_guest and buying.hindrance(viewer, listing) is not None:
        return None
    return Panel("rooms/mail_panel.html", {"listing": listing, "form": form_for(listing, viewer)})


def _known(viewer: User | None) -> dict[str, str]:
    if viewer is None or viewer.is_guest:
        return {}
    details = known_details(viewer, people.acting_organisation(viewer).pk)
    names = ("company", "contact_name", "street", "postal_code", "city", "tax_id")
    known = {name: str(getattr(details, name)) for name in names}
    country = countries.name(details.country) if details.country else ""
    return {**known, "contact_name": details.contact_name or viewer.name, "country": country}
