"""The few fields of a purchase that are not details of its order."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Listing
from negotiation_hub.kernel import limits
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import NotFound, NotPermitted, Refusal
from rooms.buying import Purchase
from rooms.queries import SameParty


class BuyForm(forms.Form):
    """How many, and the price for one that was seen. `purchase` keeps a second click from buying twice."""

    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=limits.STOCK_MAX,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    purchase = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    seen = forms.IntegerField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    currency = forms.CharField(max_length=3, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, listing: Listing | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purchase"].initial = uuid7
        if listing is not None:
            self.fields["seen"].initial = listing.price_minor
            self.fields["currency"].initial = listing.currency
            if listing.stock:
                self.fields["quantity"].widget.attrs["max"] = listing.stock

    def made(self, listing_id: UUID) -> Purchase:
        """What is asked for."""
        data = self.cleaned_data
        return Purchase(data["purchase"], listing_id, data["quantity"], Money(data["seen"], data["currency"]))


def words_of(refusal: Refusal) -> str:
    """Why somebody cannot buy, in words that say what to do."""
    if isinstance(refusal, NotFound):
        return gettext(
            "This listing is not public any more. Nothing was bought; what you typed is still here."
        )
    if isinstance(refusal, SameParty):
        return gettext("This is a listing of your own company: nobody can buy from themselves.")
    if isinstance(refusal, NotPermitted):
        return gettext(
            "Your role does not let you buy for your company. Please ask a purchaser or a manager."
        )
    return gettext(refusal.message)
