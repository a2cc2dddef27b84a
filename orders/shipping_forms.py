"""Forms about parcels. They prompt and parse; what is right is said by the services."""

import re
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiation_hub.kernel.ids import uuid7
from orders import wording
from orders.models import Order
from orders.parts import decimal_text, goods_lines, left_of
from orders.services import ShipmentQuantity

_AMBIGUOUS: Final = re.compile(r"[0-9]{1,3},[0-9]{3}")


class ProofForm(forms.Form):
    """A picture of a delivery."""

    picture = forms.FileField(
        label=gettext_lazy("Picture of the delivery"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"}),
    )


class ShipForm(forms.Form):
    """Packing a parcel and handing it over: one row for each goods line of which something is left, with what
    is left. `shipment_id` keeps a second click from sending it twice.
    """

    carrier = forms.CharField(
        label=gettext_lazy("Carrier"),
        max_length=100,
        help_text=gettext_lazy("Who brings it: a parcel service, a haulier, or yourselves."),
    )
    tracking = forms.CharField(label=gettext_lazy("Tracking number"), max_length=100, required=False)
    expected_on = forms.DateField(
        label=gettext_lazy("Expected to arrive on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    packed_only = forms.BooleanField(label=gettext_lazy("Packed only: not handed over yet"), required=False)
    shipment_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shipment_id"].initial = uuid7
        self.lines: dict[str, UUID] = {}
        self._shown: dict[str, tuple[str, str]] = {}  # as it is written here, and as it is stored
        left = left_of(order, order.shipments.all())
        for line in goods_lines(order):
            name, text = f"quantity_{line.pk.hex}", decimal_text(left[line.pk])
            # What another parcel took meanwhile keeps its row in a form that was sent: it is refused there.
            if left[line.pk] <= 0 and not (self.is_bound and name in self.data):
                continue
            shown = text.replace(".", get_format("DECIMAL_SEPARATOR"))
            facts = {
                "left": wording.quantity(text, line.unit),
                "all": wording.quantity(line.quantity, line.unit),
            }
            self.lines[name], self._shown[name] = line.pk, (shown, text)
            self.fields[name] = forms.CharField(
                label=line.title,
                initial=shown,
                required=False,
                max_length=20,
                help_text=_("%(left)s of %(all)s are left to send.") % facts,
                widget=forms.TextInput(
                    attrs={"inputmode": "decimal", "class": "input-money", "autocomplete": "off"}
                ),
            )

    @property
    def rows(self) -> list[forms.BoundField]:
        """The fields of the lines, in their order."""
        return [self[name] for name in self.lines]

    def clean(self) -> dict[str, Any]:
        """Quantities with a point, however they were typed."""
        values = super().clean() or {}
        for name in self.lines:
            typed = str(values.get(name) or "").strip()
            shown, text = self._shown[name]
            if typed == shown:
                values[name] = text
            elif _AMBIGUOUS.fullmatch(typed):
                self.add_error(name, _("A thousand, or one with decimals? Write 1000, or 1.0000."))
            else:
                values[name] = typed.replace(",", ".", 1)
        return values

    def items(self) -> dict[UUID, str] | None:
        """What is in it; None where the form that was sent had no rows: all that is left."""
        if not any(name in self.data for name in self.lines):
            return None
        return {line: self.cleaned_data[name] for name, line in self.lines.items()}

    def refuse(self, refusal: ShipmentQuantity) -> None:
        """Says what is wrong beside the line that it is about."""
        names = [name for name, line in self.lines.items() if line == refusal.line]
        self.add_error(names[0] if names else None, _(refusal.message))
