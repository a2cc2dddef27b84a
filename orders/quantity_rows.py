"""Rows for quantities in a form: one for each line of which something is open, which is filled in."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from orders import wording
from orders.models import Order
from orders.parts import decimal_text, goods_lines

_AMBIGUOUS: Final = re.compile(r"[0-9]{1,3},[0-9]{3}")


def name_of(line: UUID) -> str:
    """The field of a line."""
    return f"quantity_{line.hex}"


class QuantityRows(forms.Form):
    """A form with such rows. What is typed is read with a point or a comma."""

    def add_rows(self, order: Order, open_yet: Mapping[UUID, Decimal], help_text: str) -> None:
        """Makes the rows; `help_text` may name %(left)s and %(all)s."""
        self.start_rows()
        for line in goods_lines(order):
            name, text = name_of(line.pk), decimal_text(open_yet[line.pk])
            # What was taken meanwhile keeps its row in a form that was sent: it is refused there.
            if open_yet[line.pk] <= 0 and not (self.is_bound and self.add_prefix(name) in self.data):
                continue
            facts = {
                "left": wording.quantity(text, line.unit),
                "all": wording.quantity(line.quantity, line.unit),
            }
            self.add_row(line.pk, line.title, text, help_text % facts)

    def add_row(self, line: UUID, label: str, text: str, help_text: str) -> None:
        """Makes one row, filled in with a quantity as it is stored; `start_rows` comes before the first."""
        name, shown = name_of(line), text.replace(".", get_format("DECIMAL_SEPARATOR"))
        self.lines[name], self._shown[name] = line, (shown, text)
        self.fields[name] = forms.CharField(
            label=label,
            initial=shown,
            required=False,
            max_length=20,
            help_text=help_text,
            widget=forms.TextInput(
                attrs={"inputmode": "decimal", "class": "input-money", "autocomplete": "off"}
            ),
        )

    def start_rows(self) -> None:
        """No rows yet."""
        self.lines: dict[str, UUID] = {}
        self._shown: dict[str, tuple[str, str]] = {}  # as it is written here, and as it is stored

    @property
    def rows(self) -> list[forms.BoundField]:
        """The fields of the lines, in their order."""
        return [self[name] for name in self.lines]

    def clean(self) -> dict[str, Any]:
        """Quantities with a point, however they were typed."""
        values = super().clean() or {}
        for name in self.lines:
            typed = str(values.get(name) or "").strip()
            shown, text = self._shown[name]
            if typed == shown:
                values[name] = text
            elif _AMBIGUOUS.fullmatch(typed):
                self.add_error(name, _("A thousand, or one with decimals? Write 1000, or 1.0000."))
            else:
                values[name] = typed.replace(",", ".", 1)
        return values

    def items(self) -> dict[UUID, str] | None:
        """What was typed, by line; None where the form that was sent had no rows."""
        if not any(self.add_prefix(name) in self.data for name in self.lines):
            return None
        return {line: self.cleaned_data[name] for name, line in self.lines.items()}

    def refuse(self, message: str, line: UUID | None) -> None:
        """Says what is wrong beside the line that it is about."""
        names = [name for name, found in self.lines.items() if found == line]
        self.add_error(names[0] if names else None, _(message))
