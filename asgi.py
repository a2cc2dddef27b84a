"""The front door: HTTP to Django, sockets to rooms, `/sandbox/` to the payment sandbox."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
django.setup()

from negotiation_hub.routing import build_application  # noqa: E402 - the apps must be loaded first

application = build_application()
