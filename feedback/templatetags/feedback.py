"""Words of surveys in templates."""

from django import template
from django.utils.translation import get_language

from feedback.wire import Words

register = template.Library()


@register.filter
def spoken(words: Words) -> str:
    """The words in the language of the page."""
    return words.spoken(get_language())
