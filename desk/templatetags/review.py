"""Words of the review queue's pages: `{% load review %}`."""

from django import template
from django.utils.translation import gettext as _

from desk.machine import Status
from desk.report_kinds import BY_NAME
from desk.review_words import STATUSES, STEPS
from desk.rules import Rule

register = template.Library()


@register.filter
def review_kind(kind: str) -> str:
    """What a report, or an item, is about."""
    return _(BY_NAME[kind].words) if kind in BY_NAME else kind


@register.filter
def review_status(status: str) -> str:
    """What was decided."""
    return _(STATUSES[Status(status)])


@register.filter
def review_step(event: str) -> str:
    """What happened to an item."""
    return _(STEPS.get(event, event))


@register.filter
def review_rule(rule: Rule) -> str:
    """What a rule finds."""
    return _(rule.words)
