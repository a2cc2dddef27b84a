"""Users, organisations, memberships and tokens."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "negotiation_hub.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
