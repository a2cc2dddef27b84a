"""Listings and what is around them."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs that send campaigns."""
        from catalog import sending  # noqa: F401 - it registers what it has
