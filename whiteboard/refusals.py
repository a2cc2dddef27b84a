"""What boards refuse, with stable codes."""

from django.utils.translation import gettext_noop

from negotiation_hub.kernel.refusals import Refusal


class KindNotTaken(Refusal):
    """An element that brings a page of another site."""

    code = "board.kind"
    message = gettext_noop("Embedded pages cannot be put on a board.")
    status = 422


class ImageUnknown(Refusal):
    """An element shows a picture that nobody has put up for this board."""

    code = "board.image_unknown"
    message = gettext_noop("The picture of this element is not on the board.")
    status = 422


class ImageNameTaken(Refusal):
    """Another picture of this board has that name."""

    code = "board.image_name"
    message = gettext_noop("Another picture of this board has that name already.")


class NoImage(Refusal):
    """A file that may be sent as a message, and is no picture."""

    code = "board.no_image"
    message = gettext_noop("Only pictures can be put on a board: JPEG, PNG, GIF and WebP.")
    status = 422


class ImagesFull(Refusal):
    """More pictures, or more bytes of them, than one board may have."""

    code = "board.images_full"
    message = gettext_noop("This board has as many pictures as it may have.")


class SceneInvalid(Refusal):
    """Not a file of Excalidraw, or with something in it that no board takes; `message` says where."""

    code = "board.scene"
    message = gettext_noop("This file is not a drawing that can be put on a board.")
    status = 422


class BoardEmpty(Refusal):
    """A version of a board on which nothing is."""

    code = "board.empty"
    message = gettext_noop("There is nothing on the board that could be saved.")


class VersionsFull(Refusal):
    """More versions, or more bytes of them, than may be saved of one board."""

    code = "board.versions_full"
    message = gettext_noop("As many versions of this board are saved as may be.")


class BoardFull(Refusal):
    """More elements, or more bytes, than one board may have."""

    code = "board.full"
    message = gettext_noop("This board is full. Please delete something first.")
