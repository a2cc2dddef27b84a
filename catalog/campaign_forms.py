"""Forms of campaigns."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog import queries_campaigns
from catalog.campaigns import Words
from catalog.models import Listing
from negotiation_hub.kernel import limits


class ListingChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # subscriptable for checkers only
    """Listings by their titles."""

    def label_from_instance(self, obj: Any) -> str:
        """The title."""
        return str(obj.title)


class CampaignForm(forms.Form):
    """A campaign's words, and where it leads to."""

    # Made with the empty form: sent twice, it makes one draft.
    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    subject = forms.CharField(
        label=_("Subject"),
        max_length=limits.SUBJECT_CHARS_MAX,
        help_text=_("What readers see first. Say what is new in some eight words."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=limits.NEWS_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("Markdown works: **bold**, lists, links. The link to the listing is put under it."),
    )
    listing = ListingChoice(
        label=_("Leads to"),
        queryset=Listing.objects.none(),
        required=False,
        empty_label=_("Your storefront"),
    )

    def __init__(self, *args: Any, organisation_id: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["listing"]
        assert isinstance(field, ListingChoice)  # noqa: S101 - it is written above
        field.queryset = queries_campaigns.listings_to_lead_to(organisation_id)

    def words(self) -> Words:
        """What the services ask for, of a valid form."""
        listing = self.cleaned_data["listing"]
        return Words(self.cleaned_data["subject"], self.cleaned_data["text"], listing.pk if listing else None)
