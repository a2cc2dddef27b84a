"""Forms about places. They prompt and parse; what is right is said by `places`."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from catalog.models import Listing
from catalog.places import PlaceFacts
from negotiation_hub.kernel import countries, limits
from negotiation_hub.kernel.ids import uuid7


class PlaceForm(forms.Form):
    """A place. `place` keeps a second click from adding it twice."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Such as: Valencia, hall 2."))
    mail = forms.EmailField(
        label=_("Mail of whoever picks there"),
        max_length=254,
        help_text=_("They get what is to be picked, with a link that needs no account."),
    )
    language = forms.ChoiceField(label=_("Their language"), choices=settings.LANGUAGES)
    street = forms.CharField(label=_("Street and number"), max_length=200)
    postal_code = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("Town"), max_length=100)
    country = forms.ChoiceField(label=_("Country"))
    pick_up = forms.BooleanField(label=_("Buyers may fetch what they ordered here"), required=False)
    hours = forms.CharField(
        label=_("When somebody is there"),
        max_length=200,
        required=False,
        help_text=_("Such as: Monday to Friday, 8 to 14."),
    )
    place = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].initial = uuid7
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)  # noqa: S101 - tells the type checker what was declared
        country.choices = [("", _("Please choose")), *countries.choices()]

    def facts(self) -> PlaceFacts:
        """What was typed."""
        return PlaceFacts(**{name: value for name, value in self.cleaned_data.items() if name != "place"})

    def place_id(self) -> UUID:
        """Which place it is: the one that the page has thought of."""
        return self.cleaned_data["place"] or uuid7()


class CountForm(forms.Form):
    """How many pieces of each listing lie at a place. What the seller saw comes back with what they say."""

    for_sale = forms.ChoiceField(
        label=_("Pieces that are new here"),
        choices=[
            ("", _("were in the listing's stock already")),
            ("yes", _("have just come: the listing's stock grows, or shrinks, by as many")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, listings: list[Listing], counted: dict[UUID, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names = {f"count-{listing.pk}": listing.pk for listing in listings}
        for listing in listings:
            self.fields[f"count-{listing.pk}"] = forms.IntegerField(
                label=listing.title,
                required=False,
                min_value=0,
                max_value=limits.STOCK_MAX,
                initial=counted.get(listing.pk),
                show_hidden_initial=True,
                help_text=_("%(stock)s can be sold in all.") % {"stock": listing.stock}
                if listing.stock is not None
                else _("The listing is not counted."),
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )

    def counts(self) -> dict[UUID, tuple[int | None, int]]:
        """By listing: what was seen and what is said, where that differs."""
        found = {}
        for name, listing in self._names.items():
            seen = self.fields[name].clean(self.data.get(self.add_initial_prefix(name)) or None)
            said = self.cleaned_data[name]
            if said != seen:
                found[listing] = (seen, said or 0)
        return found

    def rows(self) -> Iterator[forms.BoundField]:
        """The fields, one for each listing."""
        return (self[name] for name in self._names)
