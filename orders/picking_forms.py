"""What whoever picks a parcel reports of it. The page prompts and parses; the service says what is right."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders import wording
from orders.models import Picking
from orders.services import picking as service


class SentForm(forms.Form):
    """Who carries it."""

    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=100)
    number = forms.CharField(label=gettext_lazy("Tracking number"), max_length=100, required=False)


class FetchedForm(forms.Form):
    """What the buyer says."""

    code = forms.CharField(
        label=gettext_lazy("The buyer's code"),
        max_length=20,
        help_text=gettext_lazy("Six digits. They are in the buyer's mail and on the order's page."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "num"}),
    )


class ShortForm(forms.Form):
    """How many there are of each line."""

    def __init__(self, *args: Any, picking: Picking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._items = {}
        for item in picking.shipment.items.select_related("line").order_by("line__position"):
            wanted = service.pieces_of(item)
            self._items[f"found-{item.pk}"] = item.pk
            self.fields[f"found-{item.pk}"] = forms.IntegerField(
                label=item.line.title,
                min_value=0,
                max_value=wanted,
                initial=wanted,
                help_text=_("%(quantity)s are asked for.")
                % {"quantity": wording.quantity(item.quantity, item.line.unit)},
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )

    def found(self) -> dict[UUID, int]:
        """How many of which item there are."""
        return {pk: self.cleaned_data[name] for name, pk in self._items.items()}

    def rows(self) -> Iterator[forms.BoundField]:
        """The fields in the order of the lines."""
        return (self[name] for name in self._items)

    def refuse(self, message: str, item: UUID | None) -> None:
        """Shows a refusal beside the line that it is about."""
        name = next((name for name, pk in self._items.items() if pk == item), None)
        self.add_error(name, message)
