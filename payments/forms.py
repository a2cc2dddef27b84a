"""Forms of payouts. They prompt and parse; what is right is said by the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel import money
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Refusal
from payments.models.payouts import HOLDER_CHARS_MAX

_IBAN_CHARS_MAX = 50  # 34 and the spaces between
_BIC_CHARS_MAX = 20


class BankAccountForm(forms.Form):
    """Where the money goes."""

    holder = forms.CharField(
        label=_("Account holder"),
        max_length=HOLDER_CHARS_MAX,
        help_text=_("As the bank knows the holder."),
    )
    iban = forms.CharField(
        label=_("IBAN"),
        max_length=_IBAN_CHARS_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Kept encrypted. From then on only its last four characters are shown."),
    )
    bic = forms.CharField(
        label=_("BIC"),
        required=False,
        max_length=_BIC_CHARS_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Most banks are found by the IBAN alone."),
    )


class PayoutForm(forms.Form):
    """How much goes to the bank. `payout_id` keeps a second click from sending it twice."""

    amount = forms.CharField(
        label=_("Amount"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input-money"}),
    )
    bank_account = forms.UUIDField(widget=forms.HiddenInput)
    payout_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["payout_id"].initial = uuid7
        self.fields["amount"].label = gettext("Amount in %(currency)s") % {"currency": currency}

    def clean_amount(self) -> Money:
        """The amount."""
        try:
            return money.parse(self.cleaned_data["amount"], self.currency)
        except Refusal as refusal:
            raise forms.ValidationError(gettext(refusal.message)) from None
