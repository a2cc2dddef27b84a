"""Forms of the order pages. They prompt and parse; what is right is said by the services."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel import limits, money
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Refusal


class ChangesForm(forms.Form):
    """What the buyer wants to be different."""

    reason = forms.CharField(
        label=_("What should be different?"),
        max_length=limits.REASON_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RefundForm(forms.Form):
    """Giving money back. `refund_id` keeps a second click from giving it back twice."""

    amount = forms.CharField(
        label=_("Amount"),
        required=False,
        help_text=_("Leave it empty to give back all that was charged."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input-money"}),
    )
    refund_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["refund_id"].initial = uuid7

    def clean_amount(self) -> Money | None:
        """The amount, or None for all of it."""
        text = self.cleaned_data["amount"].strip()
        if not text:
            return None
        try:
            return money.parse(text, self.currency)
        except Refusal as refusal:
            raise forms.ValidationError(gettext(refusal.message)) from None

    def refund(self) -> tuple[Money | None, UUID]:
        """Amount and id."""
        return self.cleaned_data["amount"], self.cleaned_data["refund_id"]
