"""Forms about people."""

from django import forms
from django.http import HttpRequest
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
        try:
            return services.clean_name(self.cleaned_data["name"])
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth demands it; the adapter has already stored the name."""
