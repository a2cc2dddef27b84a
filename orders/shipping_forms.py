"""Forms about parcels. They prompt and parse; what is right is said by the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiation_hub.kernel.ids import uuid7
from orders.models import Order
from orders.parts import left_of
from orders.quantity_rows import QuantityRows


class ProofForm(forms.Form):
    """A picture of a delivery."""

    picture = forms.FileField(
        label=gettext_lazy("Picture of the delivery"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"}),
    )


class CarryForm(forms.Form):
    """Who carries a parcel that was packed before."""

    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=100)
    tracking = forms.CharField(label=gettext_lazy("Tracking number"), max_length=100, required=False)


class CourierForm(forms.Form):
    """A carrier that is booked by mail."""

    title = forms.CharField(label=gettext_lazy("Carrier"), max_length=100)
    mail = forms.EmailField(label=gettext_lazy("Mail address"), max_length=254)


class ShipForm(QuantityRows):
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
        left = left_of(order, order.shipments.all())
        self.add_rows(order, left, _("%(left)s of %(all)s are left to send."))
