"""Forms of returns: the buyer's request and parcel, the seller's answer. They work without JavaScript."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.ids import uuid7
from orders import return_words, returned
from orders.models import Order
from orders.quantity_rows import QuantityRows

_NAME_CHARS_MAX = 100


class ReturnForm(QuantityRows):
    """What the buyer wants to send back: one row for each line of which something has come. `return_id` keeps
    a second click from asking twice.
    """

    return_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        # The page has other rows for the same lines.
        super().__init__(*args, **{"auto_id": "id_return_%s", **kwargs})
        self.fields["return_id"].initial = uuid7
        self.add_rows(order, returned.returnable(order), _("You have received %(left)s of %(all)s."))
        for name in self.lines:
            self.fields[name].initial = ""  # nobody sends everything back by accident
        self.fields["reason"] = forms.ChoiceField(
            label=_("What is the reason?"),
            choices=[("", _("Please choose")), *return_words.reasons().items()],
        )
        self.fields["note"] = forms.CharField(
            label=_("What is wrong, in your words"),
            required=False,
            max_length=limits.REASON_CHARS_MAX,
            help_text=_("Only the two sides of this order read it."),
            widget=forms.Textarea(attrs={"rows": 3}),
        )


class RefuseForm(forms.Form):
    """Why the seller does not agree."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(
            label=_("Why not?"),
            max_length=limits.REASON_CHARS_MAX,
            help_text=_("The buyer reads it."),
            widget=forms.Textarea(attrs={"rows": 2}),
        )


class ParcelForm(forms.Form):
    """With which carrier something is sent back, or sent instead."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"] = forms.CharField(label=_("Carrier"), max_length=_NAME_CHARS_MAX)
        self.fields["tracking"] = forms.CharField(
            label=_("Tracking number"), max_length=_NAME_CHARS_MAX, required=False
        )
