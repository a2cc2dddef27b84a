"""Forms of the catalogue."""

import re
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from catalog import services, storefronts
from catalog.models import Listing
from negotiation_hub.kernel import limits, money
from negotiation_hub.kernel.content import KINDS
from negotiation_hub.kernel.money import Money
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


def _typed(amount: str, currency: str) -> Money:
    if _DECIMAL_COMMA.fullmatch(amount.strip()):
        amount = amount.replace(",", ".")
    return money.parse(amount, currency)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Each file by the rules of one."""
        items = data if isinstance(data, list | tuple) else [data]
        if self.required and not any(items):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(FilesField, self).clean(item, initial) for item in items if item]


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
    floor = forms.CharField(
        label=_("Least price"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input-money"}),
        help_text=_("For one unit. Only your own sales staff and managers see it."),
    )
    stock = forms.IntegerField(
        label=_("In stock"),
        required=False,
        min_value=0,
        max_value=limits.STOCK_MAX,
        # What the seller saw comes back with what they say, so that a sale in between is not overwritten.
        show_hidden_initial=True,
        help_text=_("Pieces. Leave it empty when you do not count them."),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=services.DESCRIPTION_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("What a buyer wants to know. Markdown works: **bold**, lists, links."),
    )
    pictures = FilesField(
        label=_("Pictures"),
        required=False,
        widget=FilesInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"}),
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
        self._ask("floor", self._floor)
        return cleaned

    def clean_pictures(self) -> Sequence[services.Picture]:
        """Reads the uploads, none of them longer than allowed."""
        files: list[UploadedFile] = self.cleaned_data["pictures"]
        if any((file.size or 0) > limits.LISTING_FILE_BYTES_MAX for file in files):
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
            "supply": services.Supply(stock=cleaned["stock"], floor=self.least, seen=self._seen()),
        }

    def show_reserved(self, pieces: int) -> None:
        """Says how many are promised and still in the house: they are not in the number that is typed."""
        if pieces:
            text = ngettext(
                "%(count)d more is reserved for an order and not sent yet.",
                "%(count)d more are reserved for orders and not sent yet.",
                pieces,
            )
            field = self.fields["stock"]
            field.help_text = f"{field.help_text} {text % {'count': pieces}}"

    def show_stock(self, stock: int | None) -> None:
        """Shows the stock as it is now, where the seller looked at one that has changed since."""
        shown = "" if stock is None else str(stock)
        names = (self.add_prefix("stock"), self.add_initial_prefix("stock"))
        self.data = {**{name: self.data[name] for name in self.data}, **dict.fromkeys(names, shown)}

    def _amount(self) -> None:
        self.amount = _typed(self.cleaned_data["price"], self.cleaned_data["currency"])

    def _floor(self) -> None:
        typed, currency = self.cleaned_data["floor"], self.cleaned_data["currency"]
        self.least = _typed(typed, currency) if typed else None

    def _seen(self) -> int | None:
        typed = self.data.get(self.add_initial_prefix("stock"), "")
        return (
            int(typed)
            if typed.isascii() and typed.isdigit() and len(typed) <= len(str(limits.STOCK_MAX))
            else None
        )

    def _ask(self, field: str, question: Any) -> None:
        try:
            question()
        except Refusal as refusal:
            self.add_error(field, gettext(refusal.message))
        except KeyError:  # the field itself was refused, and says so
            return


class FilesForm(forms.Form):
    """Files that the buyer of an information listing gets."""

    uploads = FilesField(
        label=_("Add files"),
        widget=FilesInput(attrs={"accept": ",".join(end for kind in KINDS for end in kind.endings)}),
        help_text=_(
            "PDF, ZIP, CSV, JSON, text, PNG, JPEG, WebP or Parquet; at most 512 MiB each, 20 in all."
            " Everyone sees names and sizes, only who bought it gets the contents."
        ),
    )

    stamp = forms.BooleanField(
        label=_("Stamp each buyer's copy of a PDF"),
        required=False,
        help_text=_(
            "A small line on each page, and a mark inside the file, say whose copy it is: order, buyer, date."
            " PDFs of at most 50 MiB, without a password. Other files stay as they are."
        ),
    )

    def clean_uploads(self) -> Sequence[UploadedFile]:
        """Refuses what is too long before it is read."""
        files: list[UploadedFile] = self.cleaned_data["uploads"]
        if any((file.size or 0) > limits.LISTING_FILE_BYTES_MAX for file in files):
            raise forms.ValidationError(gettext("A file has at most 512 MiB."))
        if len(files) > limits.FILES_PER_LISTING_MAX:
            raise forms.ValidationError(gettext("A listing has at most 20 files."))
        return files


class StorefrontForm(forms.Form):
    """What a seller says of themselves."""

    story = forms.CharField(
        label=_("Who you are"),
        required=False,
        max_length=storefronts.TEXT_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("What you make, since when, for whom. Markdown works: **bold**, lists, links."),
    )
    policies = forms.CharField(
        label=_("How you do business"),
        required=False,
        max_length=storefronts.TEXT_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Delivery, returns, guarantee. Markdown works here, too."),
    )
    contact = forms.CharField(
        label=_("Contact"),
        required=False,
        max_length=storefronts.CONTACT_CHARS_MAX,
        help_text=_("One line for everyone to see, such as a telephone number and when somebody answers."),
    )
    published = forms.BooleanField(
        label=_("Show it to everyone"),
        required=False,
        help_text=_("Otherwise your page shows your name and your public listings only."),
    )
