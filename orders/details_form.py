"""The form of an order's details: the buyer's, and that of the sales staff."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Listing, Place
from catalog.places import pick_up_places
from negotiation_hub.kernel import clock
from negotiation_hub.people.models import User
from orders import countries
from orders.facts import OrderDetails, missing_words
from orders.lifecycle import Status
from orders.models import Frame, Order
from orders.parts import has_goods

# Without these nothing can be sent or asked: in a short form they stand alone.
NEEDED: Final = ("country", "contact_name", "street", "postal_code", "city")


def _text(autocomplete: str, **attrs: str) -> forms.TextInput:
    # HTML, autofill field names: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html
    return forms.TextInput(attrs={"autocomplete": autocomplete, **attrs})


class DetailsForm(forms.Form):
    """Where the order goes and whom to ask, where the invoice goes, and what else the seller should know."""

    country = forms.ChoiceField(label=_("Country"), widget=forms.Select(attrs={"autocomplete": "country"}))
    contact_name = forms.CharField(label=_("Who receives it"), widget=_text("name", autocapitalize="words"))
    company = forms.CharField(label=_("Company on the label"), required=False, widget=_text("organization"))
    street = forms.CharField(
        label=_("Street and number"), widget=_text("address-line1", autocapitalize="words")
    )
    postal_code = forms.CharField(
        label=_("Postcode"),
        required=False,
        widget=_text("postal-code", autocapitalize="characters"),
    )
    city = forms.CharField(label=_("Town"), widget=_text("address-level2", autocapitalize="words"))
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        help_text=_("For questions about the delivery."),
        widget=_text("tel", type="tel", inputmode="tel"),
    )
    email = forms.CharField(
        label=_("Mail for news of the delivery"),
        required=False,
        widget=_text("email", type="email", inputmode="email", spellcheck="false"),
    )
    expected_on = forms.DateField(
        label=_("Wanted by"),
        required=False,
        help_text=_(
            "If this is more than 5 days away, the card is charged at once, as an authorisation "
            "does not last longer."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    delivery_window = forms.CharField(
        label=_("When somebody is there"),
        required=False,
        help_text=_("Such as: Monday to Friday, 8 to 14."),
        widget=_text("off"),
    )
    delivery_instructions = forms.CharField(
        label=_("Instructions for the delivery"),
        required=False,
        help_text=_("Floor, gate, lift, whom to call."),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    pick_up = forms.ChoiceField(
        label=_("How you get it"), required=False, choices=[("", _("Sent to the address above"))]
    )
    tax_id = forms.CharField(
        label=_("VAT number"),
        required=False,
        help_text=_("If you have one, such as ESB58378431."),
        widget=_text("off", autocapitalize="characters", spellcheck="false"),
    )
    reference = forms.CharField(
        label=_("Your reference"),
        required=False,
        help_text=_("Such as your own order number."),
        widget=_text("off"),
    )
    invoice_name = forms.CharField(
        label=_("Invoice to"), required=False, widget=_text("billing organization")
    )
    invoice_street = forms.CharField(
        label=_("Street and number"), required=False, widget=_text("billing address-line1")
    )
    invoice_postal_code = forms.CharField(
        label=_("Postcode"), required=False, widget=_text("billing postal-code", autocapitalize="characters")
    )
    invoice_city = forms.CharField(label=_("Town"), required=False, widget=_text("billing address-level2"))
    invoice_country = forms.ChoiceField(
        label=_("Country"), required=False, widget=forms.Select(attrs={"autocomplete": "billing country"})
    )
    payment_plan = forms.ChoiceField(
        label=_("How it is paid"),
        choices=[("card", _("By card: authorised now, charged on delivery"))],
        initial="card",
        widget=forms.RadioSelect,
    )
    notes = forms.CharField(
        label=_("Notes for the seller"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, today: date, complete: bool = True, seller: UUID | None = None, **kwargs: Any
    ) -> None:
        """`seller` is the one seller whose places the goods may be fetched at, if any."""
        super().__init__(*args, **kwargs)
        self.today, self.complete = today, complete
        self.places = pick_up_places(seller) if seller else []
        pick_up = self.fields["pick_up"]
        assert isinstance(pick_up, forms.ChoiceField)  # noqa: S101 - tells the type checker what was declared
        pick_up.choices = [
            ("", _("Sent to the address above")),
            *((str(p.pk), _fetched(p)) for p in self.places),
        ]
        for name in ("country", "invoice_country"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker what was declared above
            field.choices = [("", _("Please choose")), *countries.choices()]
        for name, text in missing_words().items():
            self.fields[name].error_messages["required"] = text
            if self.fields[name].required:
                self.fields[name].required = complete

    def clean(self) -> dict[str, Any]:
        """The service's own rules, shown beside the field; what has an error already is not asked again.

        The first field with an error gets the focus when the page is shown.
        """
        values = super().clean() or {}
        details = self.details()
        found = details.errors(self.today) if self.complete else details.wrong(self.today)
        for name, text in found.items():
            if name not in self.errors:
                self.add_error(name, text)
        first = next((name for name in self.fields if name in self.errors), None)
        if first is not None:
            self.fields[first].widget.attrs["autofocus"] = True
        return values

    def details(self) -> OrderDetails:
        """What was typed."""
        return OrderDetails(**self.cleaned_data)

    def wrong(self) -> list[forms.BoundField]:
        """The fields with an error, in the order of the form."""
        return [self[name] for name in self.fields if name in self.errors]

    def mark_missing(self, details: OrderDetails) -> list[forms.BoundField]:
        """Marks what is still missing before anything was typed, and returns those fields."""
        names = [name for name in details.missing() if not self.initial.get(name)]
        for name in names:
            field = self.fields[name]
            field.help_text = _("Still missing.")
            field.widget.attrs["class"] = "still-missing"
        return [self[name] for name in names]

    def fieldsets(self) -> list[tuple[str, list[list[forms.BoundField]]]]:
        """The form in parts, each with its legend and its rows."""
        parts: Iterable[tuple[Any, str]] = (
            (
                _("Delivery"),
                (
                    "country|contact_name company|street|postal_code city|phone email"
                    "|expected_on delivery_window|delivery_instructions" + ("|pick_up" if self.places else "")
                ),
            ),
            (_("Invoice"), "tax_id reference"),
            (
                _("Invoice address, if it is another one"),
                "invoice_name|invoice_street|invoice_postal_code invoice_city|invoice_country",
            ),
            (_("Payment and notes"), "payment_plan|notes"),
        )
        return [
            (legend, [[self[name] for name in row.split()] for row in rows.split("|")])
            for legend, rows in parts
        ]


def _fetched(place: Place) -> str:
    where = f"{place.name}, {place.street}, {place.postal_code} {place.city}"
    words = gettext("I fetch it: %(where)s") % {"where": where}
    return f"{words} ({place.hours})" if place.hours else words


def offering(order: Order) -> UUID | None:
    """The seller whose places an order can be fetched at: none where nothing goes by parcel."""
    return order.seller_id if has_goods(order) else None


def offering_listing(listing: Listing | None) -> UUID | None:
    """The same for what is about to be bought at its list price."""
    return listing.organisation_id if listing is not None and listing.kind == Listing.Kind.GOODS else None


def offering_frame(frame: Frame) -> UUID | None:
    """The same for what is called off."""
    return frame.seller_id if frame.lines.filter(kind=Listing.Kind.GOODS).exists() else None


def details_initial(order: Order, details: OrderDetails | None, languages: str) -> dict[str, Any]:
    """What the form starts with: what is known already, and the country that the reader's languages suggest
    (`languages` as browsers say them in Accept-Language).
    """
    if details is not None:
        return as_initial(details, languages)
    return {
        "contact_name": order.buyer_person.name if order.buyer_person else "",
        "country": countries.suggested(languages),
        "payment_plan": "card",
    }


def as_initial(details: OrderDetails, languages: str) -> dict[str, Any]:
    """Details as the form has them, with a country that the reader's languages suggest."""
    known = {name: getattr(details, name) for name in DetailsForm.base_fields}
    return {**known, "country": details.country or countries.suggested(languages)}


def as_data(details: OrderDetails, posted: Mapping[str, Any]) -> dict[str, Any]:
    """What was posted, and for what was not asked what is known: data that a form can be bound to."""
    known = {name: getattr(details, name) for name in DetailsForm.base_fields}
    day = details.expected_on
    asked = {name: posted[name] for name in known if name in posted}
    return {**known, "expected_on": day.isoformat() if day else "", **asked}


def form_for_buyer(request: HttpRequest, order: Order, details: OrderDetails | None) -> DetailsForm:
    """The buyer's form with what is known."""
    initial = details_initial(order, details, languages_of(request))
    return DetailsForm(initial=initial, today=clock.now().date(), seller=offering(order))


def form_for_sales(order: Order, details: OrderDetails | None) -> DetailsForm:
    """The sales staff's form. What a buyer has typed into a draft is not theirs to read."""
    # The country is where the buyer is, and not where the sales staff read this.
    language = order.buyer_person.language if order.buyer_person else ""
    known = None if order.status == Status.DRAFT else details
    initial = details_initial(order, known, language)
    return DetailsForm(initial=initial, today=clock.now().date(), complete=False, seller=offering(order))


def languages_of(request: HttpRequest) -> str:
    """The languages that the reader's browser or account names, as in Accept-Language."""
    languages = request.headers.get("Accept-Language", "")
    if isinstance(request.user, User) and "-" not in languages:
        return request.user.language or languages
    return languages
