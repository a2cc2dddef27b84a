"""The form that offers to amend what is agreed. It prompts and parses; what is right the services say."""

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from negotiation_hub.kernel import limits, money
from negotiation_hub.kernel.ids import random_id
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Refusal
from rooms.models import Agreement
from rooms.wire import Line, OfferTerms, Package

_NEW_LINES: Final = 2  # more come with another amendment, or in the room


class AmendForm(forms.Form):
    """The agreed lines, filled in, and rows for new ones. A line of nothing is no longer wanted."""

    # Made with the page: sent twice, it is one offer.
    command = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        self.agreed = agreement.offer.packages[agreement.package]
        self.currency = agreement.currency
        self.fields["command"].initial = random_id
        self.names: list[str] = []
        for place, line in enumerate(self.agreed["lines"]):
            self._row(f"line{place}", line)
        for place in range(_NEW_LINES):
            self._row(f"new{place}", None)

    def _row(self, name: str, line: dict[str, Any] | None) -> None:
        known = line or {}
        price = "" if line is None else str(Money(line["unit_price"], self.currency).major())
        self.names.append(name)
        if line is None:
            self.fields[f"{name}_title"] = forms.CharField(
                label=_("New line"), required=False, max_length=limits.LABEL_CHARS_MAX
            )
        self.fields[f"{name}_quantity"] = forms.CharField(
            label=_("Quantity"),
            initial=known.get("quantity", ""),
            required=False,
            max_length=20,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input-money"}),
        )
        self.fields[f"{name}_price"] = forms.CharField(
            label=_("Unit price"),
            initial=price,
            required=False,
            max_length=30,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input-money"}),
        )
        self.fields[f"{name}_due"] = forms.DateField(
            label=_("Delivery by"),
            initial=known.get("due"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The title of each agreed line, or nothing, with the fields of its row."""
        titles = [line["title"] for line in self.agreed["lines"]] + [""] * _NEW_LINES
        parts = ("title", "quantity", "price", "due")
        return [
            (title, [self[f"{name}_{part}"] for part in parts if f"{name}_{part}" in self.fields])
            for name, title in zip(self.names, titles, strict=True)
        ]

    def clean(self) -> dict[str, Any]:
        """The terms that are offered, under `terms`."""
        values = super().clean() or {}
        base = [*self.agreed["lines"], *[None] * _NEW_LINES]
        lines = [
            line for name, known in zip(self.names, base, strict=True) if (line := self._line(name, known))
        ]
        if not lines and not self.errors:
            self.add_error(None, gettext("Something must be left of the order."))
        if not self.errors:
            values["terms"] = self._terms(lines)
        return values

    def _line(self, name: str, known: dict[str, Any] | None) -> Line | None:
        values = self.cleaned_data
        quantity = str(values.get(f"{name}_quantity") or "").strip().replace(",", ".")
        title = known["title"] if known else str(values.get(f"{name}_title") or "").strip()
        if not title or _is_nothing(quantity):
            return None
        due = values.get(f"{name}_due")
        kept = {key: known[key] for key in ("listing", "element") if key in known} if known else {}
        try:
            price = money.parse(str(values.get(f"{name}_price") or ""), self.currency)
        except Refusal as refusal:
            self.add_error(f"{name}_price", gettext(refusal.message))
            return None
        try:
            return Line(
                title=title,
                quantity=quantity,
                unit=known["unit"] if known else "C62",
                unit_price=price.minor,
                due=due.isoformat() if due else None,
                **kept,
            )
        except ValidationError as wrong:
            at_price = any("unit_price" in error["loc"] for error in wrong.errors())
            words = gettext("Please write a number, such as 12 or 2.5.")
            self.add_error(f"{name}_price" if at_price else f"{name}_quantity", words)
            return None

    def _terms(self, lines: list[Line]) -> OfferTerms:
        offer = self.agreement.offer
        return OfferTerms.model_validate(
            {
                "currency": offer.currency,
                "tax_basis": offer.tax_basis,
                "tax_rate_bp": offer.tax_rate_bp,
                "expires_in_s": limits.OFFER_EXPIRES_S,
                "packages": [Package(lines=lines, issues=self.agreed["issues"])],
            }
        )


def _is_nothing(quantity: str) -> bool:
    return not quantity or (quantity.replace(".", "", 1).isdigit() and Decimal(quantity) == 0)
