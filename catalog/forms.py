"""Forms of the catalogue."""

import re
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog import services
from catalog.models import Listing
from negotiation_hub.kernel import limits, money
from negotiation_hub.kernel.refusals import Refusal

CURRENCIES: Final = (
    "EUR",
    "USD",
    "GBP",
    "CHF",
    "SEK",
    "PLN",
    "MXN",
    "COP",
    "ARS",
    "CLP",
    "BRL",
    "JPY",
    "CAD",
    "AUD",
)
# A comma before one or two digits at the end can only be a decimal one; elsewhere we do not guess.
_DECIMAL_COMMA: Final = re.compile(r"[0-9]+,[0-9]{1,2}")


class PicturesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Any number of files."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Each file by the rules of one."""
        items = data if isinstance(data, list | tuple) else [data]
        return [super(PicturesField, self).clean(item, initial) for item in items if item]


class ListingForm(forms.Form):
    """A listing. `amount` holds the price once the form is valid."""

    title = forms.CharField(label=_("Title"), max_length=services.TITLE_CHARS_MAX)
    kind = forms.ChoiceField(label=_("What is it?"), choices=Listing.Kind.choices)
    price = forms.CharField(
        label=_("List price"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "class": "input-money", "placeholder": "1250.00"}
        ),
        help_text=_("Where the negotiation starts. Write decimals with a point."),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=services.DESCRIPTION_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("What a buyer wants to know. Markdown works: **bold**, lists, links."),
    )
    pictures = PicturesField(
        label=_("Pictures"),
        required=False,
        widget=PicturesInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"}),
        help_text=_("Up to 12, of at most 10 MiB each. Place and camera data are removed."),
    )
    alt = forms.CharField(
        label=_("What the pictures show"),
        required=False,
        max_length=services.ALT_CHARS_MAX,
        help_text=_("Read out to people who do not see them."),
    )

    def clean(self) -> dict[str, Any]:
        """Puts price and currency together, and checks the title, in the words of the services."""
        cleaned = super().clean() or {}
        self._ask("title", lambda: services.clean_title(cleaned["title"]))
        self._ask("price", self._amount)
        return cleaned

    def clean_pictures(self) -> Sequence[services.Picture]:
        """Reads the uploads, none of them longer than allowed."""
        files: list[UploadedFile] = self.cleaned_data["pictures"]
        if any((file.size or 0) > limits.FILE_BYTES_MAX for file in files):
            raise forms.ValidationError(gettext("A picture has at most 10 MiB."))
        if len(files) > limits.PICTURES_PER_LISTING_MAX:
            raise forms.ValidationError(gettext("A listing has at most 12 pictures."))
        return [services.Picture(file.read(), self.data.get("alt", "")) for file in files]

    def content(self) -> dict[str, Any]:
        """What the services ask for, of a valid form."""
        cleaned = self.cleaned_data
        return {
            "title": cleaned["title"],
            "description": cleaned["description"],
            "price": self.amount,
            "kind": cleaned["kind"],
            "uploads": cleaned["pictures"],
        }

    def _amount(self) -> None:
        price, currency = self.cleaned_data["price"], self.cleaned_data["currency"]
        if _DECIMAL_COMMA.fullmatch(price.strip()):
            price = price.replace(",", ".")
        self.amount = money.parse(price, currency)

    def _ask(self, field: str, question: Any) -> None:
        try:
            question()
        except Refusal as refusal:
            self.add_error(field, gettext(refusal.message))
        except KeyError:  # the field itself was refused, and says so
            return
