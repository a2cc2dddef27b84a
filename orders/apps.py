"""Orders, shipments, receipt and the documents of a deal."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs, listens to what payments say, and tells them where their rows lead to."""
        from negotiation_hub.kernel import resealing as sealing
        from negotiation_hub.people import erasing, legal
        from orders import carrier_jobs, jobs, links, resealing  # noqa: F401 - `carrier_jobs` registers its own
        from orders.services import forget_person
        from payments import hooks

        hooks.payment_changed.append(jobs.on_payment_changed)
        hooks.order_links.append(links.order_links)
        erasing.erased.append(forget_person)
        sealing.more += [resealing.reseal, resealing.reseal_keys]
        sealing.old.append(resealing.old)
        legal.changed.append(jobs.on_legal_facts_changed)
