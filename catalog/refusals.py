"""What the catalogue refuses."""

from django.utils.translation import gettext_noop

from negotiation_hub.kernel.refusals import Malformed, Refusal


class TitleInvalid(Malformed):
    """A title is empty, too long, or has characters that cannot be shown."""

    code = "listing.title"
    message = gettext_noop("A title has 1 to 200 characters, all of which can be shown.")


class DescriptionInvalid(Malformed):
    """A description is too long, or has characters that cannot be shown."""

    code = "listing.description"
    message = gettext_noop("A description has at most 20,000 characters, all of which can be shown.")


class KindUnknown(Malformed):
    """What is offered is neither goods, nor information, nor a service."""

    code = "listing.kind"
    message = gettext_noop("A listing is goods, information or a service.")


class ListingArchived(Refusal):
    """The listing was put away and does not change any more."""

    code = "listing.archived"
    message = gettext_noop("This listing is archived.")


class PicturesTooMany(Refusal):
    """More pictures than a listing may have."""

    code = "picture.too_many"
    message = gettext_noop("A listing has at most 12 pictures.")


class SoldOut(Refusal):
    """Fewer pieces are left than are asked for."""

    code = "listing.sold_out"
    message = gettext_noop("There are not that many left.")


class StockInvalid(Malformed):
    """A stock is no whole number, below zero, or more than is counted here."""

    code = "listing.stock"
    message = gettext_noop("A stock is a whole number of pieces from 0 to 1,000,000,000, or nothing.")


class StockChanged(Refusal):
    """Pieces were sold or came back since the seller looked at the stock that they now change."""

    code = "listing.stock_changed"
    message = gettext_noop("The stock has changed in the meantime. Look at it again, then say the new one.")


class FloorInvalid(Malformed):
    """A floor is not above zero, above the list price, or in another currency."""

    code = "listing.floor"
    message = gettext_noop("A floor is above zero and at most the list price, in the same currency.")


class ListingFileKind(Malformed):
    """A file's content is none that is sold here, or is not what its name says."""

    code = "listing_file.kind"
    message = gettext_noop(
        "This file is not what its name says, or of a kind that is not sold here. PDF, ZIP, CSV, JSON, text"
        " (UTF-8), PNG, JPEG, WebP and Parquet are welcome."
    )


class ListingFilesTooMany(Refusal):
    """More files than a listing may have."""

    code = "listing_file.too_many"
    message = gettext_noop("A listing has at most 20 files.")


class ListingFileUnfit(Refusal):
    """Files are what the buyer of an information listing gets; goods and services have none."""

    code = "listing_file.unfit"
    message = gettext_noop("Only a listing of information has files that the buyer gets.")


class StorefrontInvalid(Malformed):
    """A text of a storefront is too long, or has characters that cannot be shown."""

    code = "storefront.text"
    message = gettext_noop(
        "Story and policies have at most 10,000 characters each, the contact 200, all of which can be shown."
    )


class SubscriptionEmail(Malformed):
    """What was typed in is no e-mail address."""

    code = "subscription.email"
    message = gettext_noop("This is not an e-mail address that mail can be sent to.")


class SubscriptionLink(Refusal):
    """A link of a mail is too old, was changed, or has been overtaken by a newer one."""

    code = "subscription.link"
    message = gettext_noop("This link is not valid, or no longer. Please take the one in the newest mail.")
    status = 410


class SubscriptionsTooMany(Refusal):
    """More forms than a household or an office fills in."""

    code = "subscription.too_many"
    message = gettext_noop("Too many subscriptions come from your network. Please try again later.")
    temporary = True
    status = 429


class CampaignSubject(Malformed):
    """A subject is empty, too long, or has characters that cannot stand in one."""

    code = "campaign.subject"
    message = gettext_noop("A subject has 1 to 150 characters, all of which can be shown.")


class CampaignText(Malformed):
    """A campaign says nothing, too much, or has characters that cannot be shown."""

    code = "campaign.text"
    message = gettext_noop("A text has 1 to 20,000 characters, all of which can be shown.")


class CampaignListing(Malformed):
    """A campaign leads to a listing that is not public, or not one's own."""

    code = "campaign.listing"
    message = gettext_noop("A campaign leads to a public listing of your own.")


class CampaignTime(Malformed):
    """A campaign is to start in the past, or too far ahead."""

    code = "campaign.time"
    message = gettext_noop("A campaign starts within the next 90 days.")


class CampaignNobody(Refusal):
    """Nobody has confirmed that they want this seller's news."""

    code = "campaign.nobody"
    message = gettext_noop("Nobody has confirmed a subscription yet, so there is nobody to send it to.")


class CampaignChanged(Refusal):
    """Somebody has changed the words since the sender looked at them."""

    code = "campaign.changed"
    message = gettext_noop("A colleague has changed this campaign. Look at it again before you send it.")


class CampaignState(Refusal):
    """The campaign is at another step: it was sent, or has ended."""

    code = "campaign.state"
    message = gettext_noop("This can no longer be done: the campaign has gone on, or has ended.")


class PlaceInvalid(Malformed):
    """Something that is said of a place is missing or cannot be right; `field` is its name."""

    code = "place.invalid"
    message = gettext_noop("Please give the place a name, a mail address and an address.")

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


class PlacesTooMany(Refusal):
    """More places than a seller may have open."""

    code = "place.too_many"
    message = gettext_noop("A seller has at most 50 places.")
