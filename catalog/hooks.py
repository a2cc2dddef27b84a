"""What higher apps show on a seller's page. They register functions here when their app is ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from negotiation_hub.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of a page: a template (a `<section class="panel">` with an h2) and what it reads."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


# Each is asked whenever a seller's page is shown, in the order of registration. It only reads; None: nothing.
storefront_panels: list[Callable[[Organisation], Panel | None]] = []


def panels_of(organisation: Organisation, request: HttpRequest) -> list[str]:
    """The HTML of every registered panel that has something to show."""
    asked = (panel(organisation) for panel in storefront_panels)
    return [render_to_string(panel.template, {**panel.context}, request) for panel in asked if panel]
