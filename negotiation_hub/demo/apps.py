"""What the demo shows beyond people and listings. Without DEMO=1 nothing of it does anything."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "negotiation_hub.demo"
    label = "demo"

    def ready(self) -> None:
        """Registers the job that takes the deals further."""
        from negotiation_hub.demo import jobs  # noqa: F401 - registering is all that it is for
