"""The kernel: what every app stands on, and which imports no app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "negotiation_hub.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs of mail, whoever works."""
        from negotiation_hub.kernel import mail, mail_in  # noqa: F401 - their handlers register themselves
