"""Forms of threads. `id` makes the second click of a double click the same command."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel.limits import MESSAGE_CHARS_MAX
from threads import limits


class PostForm(forms.Form):
    """One more post."""

    text = forms.CharField(
        label=_("Your answer"), max_length=MESSAGE_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 5})
    )
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class TopicForm(forms.Form):
    """A new topic, or a question on a listing."""

    subject = forms.CharField(label=_("Subject"), max_length=limits.SUBJECT_CHARS_MAX)
    text = forms.CharField(
        label=_("What would you like to say?"),
        max_length=MESSAGE_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class QuestionForm(TopicForm):
    """The same in the words of somebody who asks a seller."""

    text = forms.CharField(
        label=_("Your question"), max_length=MESSAGE_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 4})
    )
