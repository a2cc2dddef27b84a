"""Forms about people."""

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people import services
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


def _clean_name(text: str, most: int = 100) -> str:
    try:
        return services.clean_name(text, most=most)
    except Refusal as refusal:
        raise forms.ValidationError(gettext(refusal.message)) from refusal
