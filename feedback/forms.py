"""The form of a survey, made of its questions. It prompts and parses; the service says what is right."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback import limits, wire

_PREFIX = "q"  # keeps a question's key apart from the form's own fields


class AnswerForm(forms.Form):
    """One field for each question, and whether the seller may ask back."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, questions: Sequence[wire.Question], language: str | None
    ) -> None:
        super().__init__(data)
        self.questions = questions
        for question in questions:
            self.fields[f"{_PREFIX}-{question.key}"] = _field(question, language)
        self.fields["may_contact"] = forms.BooleanField(
            label=_("The seller may ask me about it if something went wrong"),
            help_text=_(
                "In a private thread, with what I answered. Without it nobody learns which answer is mine."
            ),
            required=False,  # and not ticked: a consent that is given for somebody is none (GDPR, recital 32)
        )

    def values(self) -> dict[str, Any]:
        """The answers by key, as the service takes them."""
        found = {one.key: self.cleaned_data.get(f"{_PREFIX}-{one.key}") for one in self.questions}
        return {key: value for key, value in found.items() if value not in {None, ""}}

    def add_problems(self, problems: Mapping[str, str]) -> None:
        """Shows beside each question what the service has said of its answer."""
        for key, problem in problems.items():
            name = f"{_PREFIX}-{key}"
            self.add_error(name if name in self.fields else None, gettext(problem))


def _field(question: wire.Question, language: str | None) -> forms.Field:
    label = question.label.spoken(language)
    errors = {"required": _(wire.MISSING), "invalid_choice": _(wire.UNFIT)}
    if question.kind == "text":
        return forms.CharField(
            label=label,
            required=question.required,
            max_length=limits.TEXT_CHARS_MAX,
            strip=False,
            help_text=_("At most 2,000 characters."),
            widget=forms.Textarea(attrs={"rows": 4, "data-count": ""}),
        )
    if question.kind == "rating":
        return forms.TypedChoiceField(
            label=label,
            required=question.required,
            choices=[(star, str(star)) for star in range(1, limits.RATING_MAX + 1)],
            coerce=int,
            empty_value=None,
            help_text=_("1 is bad, 5 is very good."),
            widget=forms.RadioSelect(attrs={"class": "scale"}),
            error_messages=errors,
        )
    return forms.ChoiceField(
        label=label,
        required=question.required,
        choices=[(one.value, one.label.spoken(language)) for one in question.options],
        widget=forms.RadioSelect,
        error_messages=errors,
    )
