"""What was mailed: the words of a mail are sealed in the database, so what is opened is looked through."""

from negotiation_hub.kernel.models import Mail


def mails(to: str, *, saying: str = "") -> list[Mail]:
    """The mails to an address that say something, oldest first."""
    return [one for one in Mail.objects.filter(to=to).order_by("pk") if saying in one.text]
