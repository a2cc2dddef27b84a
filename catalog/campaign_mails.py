"""The mails of a seller's news: the link that confirms, and a campaign's letter to each subscriber."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from catalog import links, queries
from catalog.campaign_models import Campaign, Subscriber
from negotiation_hub.kernel import mail
from negotiation_hub.kernel.models import Mail
from negotiation_hub.kernel.render import render_message


def send_confirmation(subscriber: Subscriber, ask: UUID, now: datetime) -> None:
    """The mail with the link that confirms; in the open transaction."""
    url = links.confirm_url(ask, now)
    with translation.override(subscriber.language):
        names = {"seller": subscriber.organisation.name, "site": _("Negotiation Hub")}
        subject = _("Please confirm: news from %(seller)s") % names
        paragraphs = [
            _("Somebody, probably you, asked on %(site)s for news from %(seller)s to this address.") % names,
            _("If that is what you want, open this page and press the button:"),
            url,
            _("If it was not you, do nothing: you will get no news."),
        ]
    mail.send(subscriber.email, subject, "\n\n".join(paragraphs) + "\n", dedupe=f"news:{ask}")


@dataclass
class Letter:
    """A campaign's mail, with all that is the same for everyone made once."""

    campaign: Campaign
    contact: str = ""
    body: str = field(init=False)

    def __post_init__(self) -> None:
        storefront = queries.storefront_of(self.campaign.organisation_id)
        self.contact = storefront.contact if storefront is not None and storefront.published else ""
        self.body = render_message(self.campaign.text)

    def text(self, click_url: str, leave_url: str) -> str:
        """The plain text, in the active language: what the seller typed, and who it is from."""
        seller = self.campaign.organisation.name
        sender = f"{seller}\n{self.contact}" if self.contact else seller
        why = _("You get this mail because you confirmed that you want news from %(seller)s.") % {
            "seller": seller
        }
        leave = _("Unsubscribe:")
        return (
            f"{self.campaign.text}\n\n{self.lead()}:\n{click_url}\n\n"
            f"-- \n{sender}\n\n{why}\n{leave} {leave_url}\n"
        )

    def context(self, click_url: str, leave_url: str) -> dict[str, object]:
        """What the HTML is made of, for the mail and for the preview."""
        return {
            "seller": self.campaign.organisation.name,
            "contact": self.contact,
            "body": self.body,
            "lead": self.lead(),
            "click_url": click_url,
            "leave_url": leave_url,
        }

    def lead(self) -> str:
        """The words of the link that leads on."""
        if self.campaign.listing is not None:
            return self.campaign.listing.title
        return _("More from %(seller)s") % {"seller": self.campaign.organisation.name}

    def send(self, subscriber: Subscriber, now: datetime) -> Mail | None:
        """Queues it for one subscriber, in the open transaction; None when that was done before."""
        click_url = links.click_url(subscriber.pk, self.campaign.pk, now)
        leave_url = links.leave_url(subscriber.pk, self.campaign.pk, now)
        with translation.override(subscriber.language):
            text = self.text(click_url, leave_url)
            context = {**self.context(click_url, leave_url), "subject": self.campaign.subject}
            html = render_to_string("catalog/mail/news.html", context)
        return mail.send(
            subscriber.email,
            self.campaign.subject,
            text,
            dedupe=f"campaign:{self.campaign.pk}:{subscriber.pk}",
            html=html,
            sender=self.campaign.organisation.name,
            list_id=f"news-{self.campaign.organisation_id.hex}.{settings.MAIL_DOMAIN}",
            # A one-click way out is https by its standard; the embedded demo has none.
            list_unsubscribe=[leave_url] if leave_url.startswith("https:") else [],
        )
