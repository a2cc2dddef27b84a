"""Forms about people."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel import countries, money
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people import legal, services
from negotiation_hub.people.models import User


class SignupForm(forms.Form):
    """What sign-up asks beside address and password."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("The other side of a negotiation sees it."),
    )
    field_order = ["name", "email", "password1"]

    def clean_name(self) -> str:
        """One line that can be shown."""
        return _clean_name(self.cleaned_data["name"])

    def signup(self, request: HttpRequest, user: User) -> None:
        """Asked for by allauth; the adapter has already stored the name."""


class ProfileForm(forms.Form):
    """A person's name and language."""

    name = forms.CharField(
        label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(
        label=_("Language of mails"),
        required=False,
        choices=[("", _("as the browser asks")), *settings.LANGUAGES],
    )

    def clean_name(self) -> str:
        """One line that can be shown."""
        return _clean_name(self.cleaned_data["name"])


class OrganisationForm(forms.Form):
    """A new company."""

    name = forms.CharField(
        label=_("Company name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def clean_name(self) -> str:
        """One line that can be shown."""
        return _clean_name(self.cleaned_data["name"], most=200)


class LegalForm(forms.Form):
    """What the organisation says of itself on invoices."""

    street = forms.CharField(label=_("Street and number"), max_length=200)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=_("Town"), max_length=100)
    country = forms.ChoiceField(label=_("Country"))
    vat_id = forms.CharField(
        label=_("VAT number"),
        max_length=40,
        required=False,
        help_text=_("Needed for invoices with VAT."),
    )
    registration = forms.CharField(
        label=_("Registration number"),
        max_length=40,
        required=False,
        help_text=_("In the register of companies, where there is one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", "—"), *countries.choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Shows what cannot be right beside its field."""
        cleaned = super().clean() or {}
        for name, words in self.said().errors().items():
            if name not in self.errors:
                self.add_error(name, words)
        return cleaned

    def said(self) -> legal.Said:
        """What was typed."""
        values = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return legal.Said(**values)


class SecondFactorForm(forms.Form):
    """Above which amount accepting asks for a second factor. `minor` is None for never, once it is valid."""

    amount = forms.CharField(
        label=_("Second factor above"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input-money", "autocomplete": "off"}),
        help_text=_("Write decimals with a point. Leave it empty to ask for it never."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in sorted(money.CURRENCIES)],
        help_text=_("Nothing is converted: in another currency it is always asked for."),
    )
    minor: int | None = None

    def clean(self) -> dict[str, Any]:
        """Puts amount and currency together."""
        cleaned = super().clean() or {}
        amount = cleaned.get("amount", "").strip()
        if amount and "currency" in cleaned:
            # A comma before one or two digits at the end can only be a decimal one.
            typed = re.sub(r"^([0-9]+),([0-9]{1,2})$", r"\1.\2", amount)
            try:
                self.minor = money.parse(typed, cleaned["currency"]).minor
            except Refusal as refusal:
                self.add_error("amount", gettext(refusal.message))
        return cleaned


def _clean_name(text: str, most: int = 100) -> str:
    try:
        return services.clean_name(text, most=most)
    except Refusal as refusal:
        raise forms.ValidationError(gettext(refusal.message)) from refusal
