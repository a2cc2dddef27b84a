"""Providers, the ledger and electronic accounts."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs."""
        from payments import jobs  # noqa: F401  registering is what the import is for
