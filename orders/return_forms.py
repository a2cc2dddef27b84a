"""Forms of returns: the buyer's request and parcel, the seller's answer. They work without JavaScript."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.ids import uuid7
from orders import return_words, returned
from orders.models import GoodsReturn, Order
from orders.parts import goods_lines
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
            choices=[("", _("Please choose")), *return_words.asked_for().items()],
        )
        self.fields["note"] = forms.CharField(
            label=_("What is wrong, in your words"),
            required=False,
            max_length=limits.REASON_CHARS_MAX,
            help_text=_("Only the two sides of this order read it."),
            widget=forms.Textarea(attrs={"rows": 3}),
        )


class RecordForm(QuantityRows):
    """What the seller has back without a request. `return_id` keeps a second click from recording it
    twice.
    """

    return_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_record_%s", **kwargs})
        self.fields["return_id"].initial = uuid7
        self.add_rows(order, returned.returnable(order), _("The buyer has %(left)s of %(all)s."))
        for name in self.lines:
            self.fields[name].initial = ""
        self.fields["outcome"] = forms.ChoiceField(
            label=_("What does the buyer get?"),
            choices=[("", _("Please choose")), *return_words.outcomes().items()],
        )
        self.fields["sellable"] = forms.ChoiceField(
            label=_("What becomes of it?"),
            choices=[("yes", _("For sale again")), ("no", _("Written off"))],
        )


class ApproveForm(QuantityRows):
    """To how much of a return the seller agrees, and why not to the rest."""

    def __init__(self, *args: Any, row: GoodsReturn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = dict.fromkeys((line.pk for line in goods_lines(row.order)), Decimal(0))
        most |= {item.line_id: Decimal(item.quantity) for item in row.items.all()}
        self.add_rows(row.order, most, _("The buyer asks for %(left)s."))
        self.fields["outcome"] = forms.ChoiceField(
            label=_("What does the buyer get?"), choices=list(return_words.outcomes().items())
        )
        self.fields["reason"] = forms.CharField(
            label=_("Why not to the rest?"),
            max_length=limits.REASON_CHARS_MAX,
            help_text=_("The buyer reads it, and may ask for the rest again."),
            widget=forms.Textarea(attrs={"rows": 2}),
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
