"""Mail-style threads and newsgroups."""

from django.apps import AppConfig


class ThreadsConfig(AppConfig):
    name = "threads"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the jobs, the way of mails in, and what is shown on the pages of listings."""
        from catalog import hooks
        from negotiation_hub.kernel import mail_in as kernel
        from threads import mail_in, mails, panels  # noqa: F401 - importing `mails` registers its jobs

        kernel.receivers.append(mail_in.receive)
        hooks.listing_panels.append(panels.questions)
