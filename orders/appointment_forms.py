"""Forms about services. They prompt and parse; what is right is said by the services."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.forms import FilesField, FilesInput
from negotiation_hub.kernel import limits
from negotiation_hub.kernel.ids import uuid7
from orders.appointment_times import known_zone, local, zones
from orders.models import Appointment, AppointmentProposal, OrderLine
from orders.services import Proposal, rule_of

_TIMES = ("first", "second", "third")


class ProposalForm(forms.Form):
    """Up to three times in the zone of the place. `proposal` keeps a second click from proposing twice."""

    first = forms.CharField(label=gettext_lazy("Time"), widget=forms.DateTimeInput)
    second = forms.CharField(label=gettext_lazy("Or"), required=False, widget=forms.DateTimeInput)
    third = forms.CharField(label=gettext_lazy("Or"), required=False, widget=forms.DateTimeInput)
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"),
        min_value=limits.APPOINTMENT_MIN_MINUTES,
        max_value=limits.APPOINTMENT_MAX_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        widget=forms.Select,
        help_text=gettext_lazy("The times above are by the clock of this place."),
    )
    place = forms.CharField(
        label=gettext_lazy("Place or link"), required=False, max_length=limits.APPOINTMENT_PLACE_CHARS_MAX
    )
    who = forms.CharField(
        label=gettext_lazy("Who comes"), required=False, max_length=limits.APPOINTMENT_WHO_CHARS_MAX
    )
    note = forms.CharField(
        label=gettext_lazy("A word about it"), required=False, max_length=limits.REASON_CHARS_MAX
    )
    proposal = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, line: OrderLine, row: Appointment | None, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"when-{line.pk}-%s")
        super().__init__(*args, **kwargs)
        for name in _TIMES:
            self.fields[name].widget.input_type = "datetime-local"
        self.fields["proposal"].initial = uuid7
        self.fields["zone"].widget.choices = [(zone, zone) for zone in zones()]
        rule, last = rule_of(line.listing_id), row.proposals.last() if row is not None else None
        self.fields["minutes"].initial = (
            last.minutes if last else rule.minutes if rule else limits.APPOINTMENT_USUAL_MINUTES
        )
        # Most go on where they have been: the zone that this seller's appointments had last.
        usual = AppointmentProposal.objects.filter(appointment__order__seller=line.order.seller_id).last()
        self.fields["zone"].initial = last.zone if last else usual.zone if usual else "UTC"
        if row is not None:
            self.fields["place"].initial = row.place or (last.place if last else "")
            self.fields["who"].initial = row.who or (last.who if last else "")
        if line.due is not None and (row is None or row.starts_at is None):
            self.fields["first"].initial = f"{line.due.isoformat()}T09:00"

    def clean(self) -> dict[str, Any]:
        """Reads the times by the clock of the zone; each is named that is none."""
        cleaned = super().clean() or {}
        zone = cleaned.get("zone", "")
        if zone and not known_zone(zone):
            self.add_error("zone", _("There is no such time zone."))
            return cleaned
        self.times: list[datetime] = []
        for name in _TIMES:
            if not (text := cleaned.get(name)) or not zone:
                continue
            at = local(text, zone)
            if at is None:
                self.add_error(name, _("There is no such time on that day."))
            else:
                self.times.append(at)
        return cleaned

    def made(self) -> Proposal:
        """What is proposed, of a valid form."""
        data = self.cleaned_data
        return Proposal(self.times, data["minutes"], data["zone"], data["place"], data["who"], data["note"])


class WordForm(forms.Form):
    """A word about what one says: why none of the times suits, who did not come, what is wrong."""

    reason = forms.CharField(
        max_length=limits.REASON_CHARS_MAX, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReportForm(forms.Form):
    """The seller reports work as done, with what shows it."""

    note = forms.CharField(
        label=gettext_lazy("What was done"),
        required=False,
        max_length=limits.REASON_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    proofs = FilesField(
        label=gettext_lazy("Pictures and files that show it"),
        required=False,
        widget=FilesInput(
            attrs={"accept": "image/jpeg,image/png,image/gif,image/webp,application/pdf,.csv,.txt"}
        ),
        help_text=gettext_lazy("Pictures are drawn anew, without place and camera data. Up to 12."),
    )

    def clean_proofs(self) -> list[tuple[bytes, str]]:
        """The uploads, none of them read further than allowed."""
        found = self.cleaned_data["proofs"]
        if len(found) > limits.PROOFS_PER_MILESTONE_MAX:
            raise forms.ValidationError(_("This work has as many pictures and files as it may have."))
        return [(one.read(limits.FILE_BYTES_MAX + 1), one.name or "") for one in found]


class RuleForm(forms.Form):
    """How a service is booked."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"),
        required=False,
        min_value=limits.APPOINTMENT_MIN_MINUTES,
        max_value=limits.APPOINTMENT_MAX_MINUTES,
        help_text=gettext_lazy("Leave it empty when the work needs no appointment."),
    )
    at_once = forms.IntegerField(
        label=gettext_lazy("How many at the same time"),
        required=False,
        min_value=1,
        max_value=limits.APPOINTMENTS_AT_ONCE_MAX,
        help_text=gettext_lazy("Leave it empty when there may be any number. With 1 no two overlap."),
    )
