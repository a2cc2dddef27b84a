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


class PictureUnreadable(Malformed):
    """No picture, a damaged one, or one of a kind that browsers do not show."""

    code = "picture.unreadable"
    message = gettext_noop("This picture cannot be read. JPEG, PNG, GIF and WebP are welcome.")


class PictureTooLarge(Refusal):
    """More bytes or pixels than a picture may have."""

    code = "picture.too_large"
    message = gettext_noop("This picture is too large: at most 10 MiB and 40 megapixels.")
    status = 413


class PicturesTooMany(Refusal):
    """More pictures than a listing may have."""

    code = "picture.too_many"
    message = gettext_noop("A listing has at most 12 pictures.")
