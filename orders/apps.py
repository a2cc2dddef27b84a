"""Orders, shipments, receipt and the documents of a deal."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs, and listens to what payments say."""
        from orders import jobs
        from payments import hooks

        hooks.payment_changed.append(jobs.on_payment_changed)
