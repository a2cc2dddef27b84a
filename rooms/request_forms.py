"""Forms of requests."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms import CURRENCIES
from negotiation_hub.kernel import limits, units
from orders.wording import unit_name
from rooms.requests import Wanted

# UNECE Recommendation 20: those that are proposed. All others are taken by code, symbol or name.
_PROPOSED: Final = ("C62", "KGM", "GRM", "TNE", "LTR", "MTR", "MTK", "MTQ", "HUR", "DAY", "MON", "E48")
_PIECES: Final = "C62"
_EMPTY_LINES: Final = 3  # more come with the next save
_DECIMAL_COMMA: Final = ","
_AMBIGUOUS: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # 1,000 is a thousand to some and one to others


class RequestForm(forms.Form):
    """What is asked for, but for its lines."""

    # Made with the empty form: sent twice, it makes one draft.
    id = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Title"),
        max_length=limits.LABEL_CHARS_MAX,
        help_text=_("What sellers see first, such as: Six booster pumps, with start-up."),
    )
    text = forms.CharField(
        label=_("What you need"),
        required=False,
        max_length=limits.REQUEST_TEXT_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_(
            "Every seller reads the same. Markdown works: **bold**, lists, links."
            " Do not name other sellers here."
        ),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    needed_by = forms.DateField(
        label=_("Needed by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    answers_until = forms.DateField(
        label=_("Answers until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The end of that day, UTC. You are told when it is over; nothing closes by itself."),
    )


class LineForm(forms.Form):
    """One thing that is wanted. An empty one is no line."""

    title = forms.CharField(label=_("What"), required=False, max_length=limits.LABEL_CHARS_MAX)
    quantity = forms.CharField(
        label=_("How much"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    unit = forms.CharField(
        label=_("Unit"),
        required=False,
        max_length=limits.LABEL_CHARS_MAX,
        widget=forms.TextInput(attrs={"list": "units"}),
    )

    def clean_unit(self) -> str:
        """Its code; pieces, where nothing is said."""
        typed = str(self.cleaned_data["unit"]).strip()
        proposed = {name.casefold(): code for code, name in proposed_units()}
        code = proposed.get(typed.casefold()) or units.named(typed) if typed else _PIECES
        if code is None:
            raise forms.ValidationError(
                _("No unit of UNECE Recommendation 20 has this code, symbol or English name.")
            )
        return code

    def clean_quantity(self) -> str:
        """With a point, however it was typed."""
        typed = str(self.cleaned_data["quantity"]).strip()
        if _AMBIGUOUS.fullmatch(typed):
            raise forms.ValidationError(_("A thousand, or one with decimals? Write 1000, or 1.0000."))
        return typed.replace(_DECIMAL_COMMA, ".", 1)

    def clean(self) -> dict[str, Any]:
        """A line has both, or neither."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("title")) != bool(cleaned.get("quantity")) and not self.errors:
            raise forms.ValidationError(_("Say what and how much, or leave the line empty."))
        return cleaned


_Lines: Final = forms.formset_factory(
    LineForm,
    extra=_EMPTY_LINES,
    max_num=limits.REQUEST_LINES_MAX,
    validate_max=True,
    absolute_max=limits.REQUEST_LINES_MAX,
)


def proposed_units() -> list[tuple[str, str]]:
    """Code and short name, in the reader's language, of the units that are proposed."""
    return [(code, unit_name(code)) for code in _PROPOSED]


def lines_form(data: Any = None, known: Any = ()) -> Any:
    """The lines of a request, with some empty ones."""
    proposed = dict(proposed_units())
    initial = [{**line, "unit": proposed.get(line["unit"], line["unit"])} for line in known]
    return _Lines(data, initial=initial, prefix="lines")


def wanted(form: RequestForm, lines: Any) -> Wanted:
    """What was typed, of valid forms."""
    given = form.cleaned_data
    typed = [
        {"title": line["title"], "quantity": line["quantity"], "unit": line["unit"]}
        for line in (one.cleaned_data for one in lines)
        if line.get("title")
    ]
    names = ("title", "text", "currency", "needed_by", "answers_until")
    return Wanted(lines=typed, **{name: given[name] for name in names})
