"""Everyone's day: the list of deals, and later approvals and reports."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the reader that looks at what is said at the tables."""
        from desk import watching  # noqa: F401 - importing it registers it
