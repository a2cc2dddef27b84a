"""The buyer's form about what has come."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from negotiation_hub.kernel.ids import uuid7
from orders.models import Order
from orders.quantity_rows import QuantityRows
from orders.services import receivable


class ReceiptForm(QuantityRows):
    """Receipt in part: one row for each line of which something has come. `receipt_id` keeps a second click
    from confirming it twice.
    """

    receipt_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receipt_id"].initial = uuid7
        self.add_rows(order, receivable(order), _("%(left)s of %(all)s were sent and are not received yet."))
