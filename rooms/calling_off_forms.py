"""The fields of a call-off that are not details of its order."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from negotiation_hub.kernel.ids import uuid7
from orders import frames, wording
from orders.models import Frame
from orders.parts import decimal_text
from orders.quantity_rows import QuantityRows, name_of
from rooms.calling_off import Call


class CallForm(QuantityRows):
    """How much of each line, and the total that was seen. `call` keeps a second click from calling off twice.

    The total is known once a summary was shown.
    """

    call = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, frame: Frame, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.frame = frame
        self.fields["call"].initial = uuid7
        self.start_rows()
        for state in frames.lines_of(frame):
            # What was called off meanwhile keeps its row in a form that was sent: it is refused there.
            if state.left <= 0 and not (self.is_bound and name_of(state.line.pk) in self.data):
                continue
            facts = {
                "left": wording.quantity(decimal_text(state.left), state.line.unit),
                "price": wording.amount(_price(state), frame.currency),
            }
            words = _("%(left)s are left; the next ones cost %(price)s each.") % facts
            self.add_row(state.line.pk, state.line.title, "", words)
        if len(self.lines) == 1:
            # The only one is not left out.
            (only,) = (self.fields[name] for name in self.lines)
            only.required, only.error_messages["required"] = True, _(frames.FrameQuantity.message)

    @property
    def quantities(self) -> dict[UUID, str]:
        """What is asked for, as decimal texts; what nobody typed is empty."""
        return {line: self.cleaned_data.get(name, "") for name, line in self.lines.items()}

    def made(self) -> Call:
        """What is asked for, at the total that was seen; 0 where none was."""
        data = self.cleaned_data
        return Call(data["call"], self.frame.pk, self.quantities, data.get("seen") or 0)


def _price(state: frames.LineState) -> int:
    return next((step.unit_price for step in state.steps() if step.now), state.line.unit_price)
