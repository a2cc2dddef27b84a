"""Forms of guests, and of those who invite them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Listing
from negotiation_hub.kernel import limits
from negotiation_hub.kernel.mail_address import ADDRESS_CHARS_MAX
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people import services
from negotiation_hub.people.models import User


class ListingChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # subscriptable for checkers only
    """Listings by their titles."""

    def label_from_instance(self, obj: Any) -> str:
        """The title."""
        return str(obj.title)


class LinkForm(forms.Form):
    """Whom to invite, and to what."""

    listing = ListingChoice(
        label=_("What you negotiate about"),
        queryset=Listing.objects.none(),
        empty_label=_("Choose a listing"),
    )
    label = forms.CharField(
        label=_("For whom"),
        max_length=100,
        help_text=_("So that you know the link again. Your guest does not see it."),
    )
    email = forms.EmailField(
        label=_("Their mail address"),
        max_length=ADDRESS_CHARS_MAX,
        required=False,
        help_text=_(
            "Nothing is sent to it now. Your guest sees it and may change it; a code goes there when "
            "they go on in another browser."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    days = forms.IntegerField(
        label=_("Good for how many days"),
        min_value=1,
        max_value=limits.GUEST_LINK_DAYS_MAX,
        initial=limits.GUEST_LINK_DAYS,
        help_text=_("After that neither the link nor your guest gets in, unless they have made an account."),
    )

    def __init__(self, *args: Any, organisations: Collection[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["listing"]
        assert isinstance(field, ListingChoice)  # noqa: S101 - it is written above
        rows = Listing.objects.filter(organisation__in=organisations, status=Listing.Status.PUBLISHED)
        field.queryset = rows.order_by("title", "pk")

    def clean_label(self) -> str:
        """One line that can be shown."""
        return _clean_name(self.cleaned_data["label"])


class EntryForm(forms.Form):
    """Who comes in."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("The other side sees it."),
    )
    email = forms.EmailField(
        label=_("Your mail address"),
        max_length=ADDRESS_CHARS_MAX,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("With it you can go on in another browser. It is used for nothing else."),
    )

    def clean_name(self) -> str:
        """One line that can be shown."""
        return _clean_name(self.cleaned_data["name"])


class CodeForm(forms.Form):
    """The code from the mail."""

    code = forms.CharField(
        label=_("The code from the mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class AccountForm(forms.Form):
    """What makes a guest a person with an account."""

    email = forms.EmailField(
        label=_("Your mail address"),
        max_length=ADDRESS_CHARS_MAX,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("You sign in with it. A mail with a link to confirm it is sent there."),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        """A password that is good enough for this person."""
        cleaned = super().clean() or self.cleaned_data
        about = User(name=self.person.name, email=cleaned.get("email", ""))
        if password := cleaned.get("password"):
            try:
                validate_password(password, about)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


def _clean_name(text: str) -> str:
    try:
        return services.clean_name(text)
    except Refusal as refusal:
        raise forms.ValidationError(gettext(refusal.message)) from refusal
