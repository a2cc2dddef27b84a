"""Forms of disputes of goods: what the buyer says, what the seller proposes. They work without JavaScript."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from negotiation_hub.kernel import clock, limits, money
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import Refusal
from orders import dispute_words, wording
from orders.lifecycle import DisputeOutcome
from orders.models import Order
from orders.quantity_rows import QuantityRows
from orders.services import disputable


class DisputeForm(QuantityRows):
    """What is wrong with so much of each line. `dispute_id` keeps a second click from disputing it twice."""

    dispute_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        # The page has other rows for the same lines.
        super().__init__(*args, **{"auto_id": "id_dispute_%s", **kwargs})
        self.fields["dispute_id"].initial = uuid7
        most = {
            line: one.left + (one.unsent if one.late else 0)
            for line, one in disputable(order, clock.now()).items()
        }
        self.add_rows(order, most, _("%(left)s of %(all)s can be disputed."))
        for name in self.lines:
            self.fields[name].initial = ""  # nobody disputes everything by accident
        self.fields["reason"] = forms.ChoiceField(
            label=_("What is wrong?"),
            choices=[("", _("Please choose")), *dispute_words.reasons().items()],
        )
        self.fields["words"] = forms.CharField(
            label=_("In your words"),
            max_length=limits.REASON_CHARS_MAX,
            help_text=_("The seller reads it, and so does the room."),
            widget=forms.Textarea(attrs={"rows": 3}),
        )


class ProposeForm(forms.Form):
    """How the seller proposes to end it. `most` is what can go back, in minor units."""

    proposal_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, most: int, sent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["proposal_id"].initial = uuid7
        outcomes = {
            DisputeOutcome.REFUND.value: _("Give back a sum"),
            DisputeOutcome.REPLACEMENT.value: _("Send others instead"),
            DisputeOutcome.REJECTION.value: _("Nothing: it is as agreed"),
        }
        if not sent:  # what was never sent is sent, or taken out of the order
            outcomes = {DisputeOutcome.REJECTION.value: outcomes[DisputeOutcome.REJECTION.value]}
        self.fields["outcome"] = forms.ChoiceField(
            label=_("What do you propose?"), choices=list(outcomes.items()), widget=forms.RadioSelect
        )
        if sent:
            self.fields["amount"] = forms.CharField(
                label=_("Sum that goes back"),
                required=False,
                help_text=_("At most %(amount)s; only where you give back a sum.")
                % {"amount": wording.amount(most, currency)},
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input-money"}),
            )
        self.fields["reason"] = forms.CharField(
            label=_("A word about it"),
            required=False,
            max_length=limits.REASON_CHARS_MAX,
            help_text=_("Needed where you say that it is as agreed. The buyer reads it."),
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def clean_amount(self) -> int | None:
        """Minor units; None where nothing was typed."""
        text = self.cleaned_data["amount"].strip()
        if not text:
            return None
        try:
            return money.parse(text, self.currency).minor
        except Refusal as refusal:
            raise forms.ValidationError(_(refusal.message)) from None


class DeclineForm(forms.Form):
    """Why the buyer does not take it."""

    proposal = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(
            label=_("Why not?"),
            required=False,
            max_length=limits.REASON_CHARS_MAX,
            help_text=_("The seller reads it."),
            widget=forms.Textarea(attrs={"rows": 2}),
        )
