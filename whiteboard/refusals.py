"""What boards refuse, with stable codes."""

from django.utils.translation import gettext_noop

from negotiation_hub.kernel.refusals import Refusal


class KindNotTaken(Refusal):
    """An element that brings a picture or a page of another site."""

    code = "board.kind"
    message = gettext_noop("Pictures and embedded pages cannot be put on a board.")
    status = 422


class BoardFull(Refusal):
    """More elements, or more bytes, than one board may have."""

    code = "board.full"
    message = gettext_noop("This board is full. Please delete something first.")
