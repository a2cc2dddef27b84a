"""Surveys after a receipt, and what becomes of the answers."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs, listens to orders and threads, and adds to the pages of orders and sellers."""
        from catalog import hooks as catalog
        from feedback import jobs, panels
        from orders import hooks as orders
        from threads import hooks as threads

        orders.order_received.append(jobs.on_order_received)
        orders.order_panels.append(panels.questions)
        threads.thread_moved.append(jobs.on_thread_moved)
        catalog.storefront_panels.append(panels.rating)
