"""Forms of the order pages. They prompt and parse; what is right is said by the services."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel import limits, money
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Refusal
from orders import countries
from orders.facts import OrderDetails, missing_words
from orders.models import Order


class DetailsForm(forms.Form):
    """Where the order goes and whom to ask: the buyer's form, and that of the sales staff."""

    country = forms.ChoiceField(label=_("Country"), widget=forms.Select(attrs={"autocomplete": "country"}))
    contact_name = forms.CharField(
        label=_("Who receives it"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words"}),
    )
    street = forms.CharField(
        label=_("Street and number"),
        widget=forms.TextInput(attrs={"autocomplete": "address-line1", "autocapitalize": "words"}),
    )
    postal_code = forms.CharField(
        label=_("Postcode"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "autocapitalize": "characters"}),
    )
    city = forms.CharField(
        label=_("Town"),
        widget=forms.TextInput(attrs={"autocomplete": "address-level2", "autocapitalize": "words"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        help_text=_("For questions about the delivery."),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
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
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    tax_id = forms.CharField(
        label=_("VAT number"),
        required=False,
        help_text=_("If you have one, such as ESB58378431."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
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

    def __init__(self, *args: Any, today: date, complete: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.complete = today, complete
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)  # noqa: S101 - tells the type checker what was declared above
        country.choices = [("", _("Please choose")), *countries.choices()]
        for name, text in missing_words().items():
            self.fields[name].error_messages["required"] = text
            self.fields[name].required = complete

    def clean(self) -> dict[str, Any]:
        """The service's own rules, shown beside the field; what has an error already is not asked again."""
        values = super().clean() or {}
        details = self.details()
        found = details.errors(self.today) if self.complete else details.wrong(self.today)
        for name, text in found.items():
            if name not in self.errors:
                self.add_error(name, text)
        return values

    def details(self) -> OrderDetails:
        """What was typed."""
        return OrderDetails(**self.cleaned_data)

    def mark_missing(self, details: OrderDetails) -> list[forms.BoundField]:
        """Marks what is still missing before anything was typed, and returns those fields."""
        names = [name for name in details.missing() if not self.initial.get(name)]
        for name in names:
            field = self.fields[name]
            field.help_text = _("Still missing.")
            field.widget.attrs["class"] = "still-missing"
        return [self[name] for name in names]


def details_initial(order: Order, details: OrderDetails | None, languages: str) -> dict[str, Any]:
    """What the form starts with: what is known already, and the country that the reader's languages suggest
    (`languages` as browsers say them in Accept-Language).
    """
    if details is not None:
        known = {name: getattr(details, name) for name in DetailsForm.base_fields}
        return {**known, "country": details.country or countries.suggested(languages)}
    return {
        "contact_name": order.buyer_person.name if order.buyer_person else "",
        "country": countries.suggested(languages),
        "payment_plan": "card",
    }


class ChangesForm(forms.Form):
    """What the buyer wants to be different."""

    reason = forms.CharField(
        label=_("What should be different?"),
        max_length=limits.REASON_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


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
