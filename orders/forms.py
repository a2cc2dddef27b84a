"""Forms of the order pages. They prompt and parse; what is right is said by the services."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel import money
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Refusal
from orders import countries
from orders.facts import OrderDetails
from orders.models import Order


class DetailsForm(forms.Form):
    """Where the order goes and whom to ask: the buyer's form, and that of the sales staff."""

    contact_name = forms.CharField(
        label=_("Who receives it"), widget=forms.TextInput(attrs={"autocomplete": "name"}), required=True
    )
    street = forms.CharField(
        label=_("Street and number"), widget=forms.TextInput(attrs={"autocomplete": "street-address"})
    )
    postal_code = forms.CharField(
        label=_("Postcode"), required=False, widget=forms.TextInput(attrs={"autocomplete": "postal-code"})
    )
    city = forms.CharField(label=_("Town"), widget=forms.TextInput(attrs={"autocomplete": "address-level2"}))
    country = forms.ChoiceField(label=_("Country"), widget=forms.Select(attrs={"autocomplete": "country"}))
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        help_text=_("For the carrier, should they not find you."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
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
    reference = forms.CharField(
        label=_("Your reference"),
        required=False,
        help_text=_("Such as your own order number."),
    )
    tax_id = forms.CharField(
        label=_("Tax number"), required=False, help_text=_("Your VAT number, if you have one.")
    )
    payment_plan = forms.ChoiceField(
        label=_("How it is paid"),
        choices=[("card", _("By card: authorised now, charged when the goods are sent"))],
        initial="card",
        widget=forms.RadioSelect,
    )
    notes = forms.CharField(
        label=_("Notes for the seller"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)  # noqa: S101 - tells the type checker what was declared above
        country.choices = [("", _("Please choose")), *countries.choices()]
        for name, text in {
            "contact_name": _("Please say who receives the delivery."),
            "street": _("Please give street and house number."),
            "city": _("Please give the town."),
            "country": _("Please choose a country."),
        }.items():
            self.fields[name].error_messages["required"] = text

    def clean(self) -> dict[str, Any]:
        """The service's own rules, shown beside the field."""
        values = super().clean() or {}
        if not self.errors:
            for name, text in self.details().errors(self.today).items():
                self.add_error(name, text)
        return values

    def details(self) -> OrderDetails:
        """What was typed."""
        return OrderDetails(**self.cleaned_data)


def details_initial(order: Order, details: OrderDetails | None) -> dict[str, Any]:
    """What the form starts with: what is known already."""
    if details is not None:
        return {name: getattr(details, name) for name in DetailsForm.base_fields}
    return {"contact_name": order.buyer_person.name if order.buyer_person else "", "payment_plan": "card"}


class ShipForm(forms.Form):
    """Handing the goods over."""

    carrier = forms.CharField(
        label=_("Carrier"),
        max_length=100,
        help_text=_("Who brings it: a parcel service, a haulier, or yourselves."),
    )
    tracking = forms.CharField(label=_("Tracking number"), max_length=100, required=False)
    part = forms.BooleanField(label=_("More follows: this is only a part"), required=False)


class RefundForm(forms.Form):
    """Giving money back. `refund_id` keeps a second click from giving it back twice."""

    amount = forms.CharField(
        label=_("Amount"),
        required=False,
        help_text=_("Leave it empty to give back all that was charged."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input-money"}),
    )
    refund_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["refund_id"].initial = uuid7

    def clean_amount(self) -> Money | None:
        """The amount, or None for all of it."""
        text = self.cleaned_data["amount"].strip()
        if not text:
            return None
        try:
            return money.parse(text, self.currency)
        except Refusal as refusal:
            raise forms.ValidationError(gettext(refusal.message)) from None

    def refund(self) -> tuple[Money | None, UUID]:
        """Amount and id."""
        return self.cleaned_data["amount"], self.cleaned_data["refund_id"]
