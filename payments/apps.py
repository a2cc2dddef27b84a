"""Providers, the ledger and electronic accounts."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs, and what a new key makes anew."""
        from negotiation_hub.kernel import resealing as sealing
        from payments import jobs, resealing  # noqa: F401  registering jobs is what the import is for

        sealing.more.append(resealing.renew)
        sealing.old.append(resealing.old)
