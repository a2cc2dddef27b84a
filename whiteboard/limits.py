"""Every bound of a board, with its unit in its name and its reason beside it."""

from typing import Final

ELEMENTS_PER_COMMAND_MAX: Final = (
    200  # a large selection that is moved; what is more goes in several commands
)
ELEMENT_BYTES_MAX: Final = 49_152  # a stroke of 2,000 points with pressure; fits into a frame
ELEMENTS_MAX: Final = 2_000  # on one board: four times the largest of the collected boards
ELEMENTS_EVER_MAX: Final = (
    10_000  # with the deleted ones, which are remembered lest a late writer revive them
)
BOARD_BYTES_MAX: Final = 2_097_152  # of all that is shown: with what is gone, a snapshot fits into a frame
POINTS_MAX: Final = 2_000  # of one stroke: half a minute with a fast pen
COORDINATE_MAX: Final = 1_000_000  # pixels from the origin: nobody scrolls further
VERSION_MAX: Final = (
    2**53 - 1 - 2**20
)  # of a client; JSON keeps 2**53 - 1 exact, the rest is for putting back
TEXT_CHARS_MAX: Final = 10_000  # of one element: more than fits on a screen
NESTING_MAX: Final = 20  # of an element's JSON; Excalidraw's own go five deep

SKETCH_ELEMENTS_MAX: Final = 20  # dragged at once and shown while they move; more jump at the end
SKETCH_POINTS_MAX: Final = 200  # new points of a stroke in one sign: a pen gives some 10 in 50 ms
SKETCH_BYTES_MAX: Final = 16_384  # of the elements in one sign: goes to everybody, 20 times a second

REPLAY_EVENTS_MAX: Final = 100  # events a client may miss before a snapshot is smaller

IMAGES_MAX: Final = 40  # pictures of one board: as many uploads as one may make at once, so a file brings all
IMAGES_BYTES_MAX: Final = 33_554_432  # of all of them, as they are served: 40 of some 800 kB
SCENE_BYTES_MAX: Final = 16_777_216  # of an imported file, its pictures in base64 included
IMPORTS_PER_MIN: Final = 6  # of one person: each may take as long as its pictures do

VERSION_NAME_CHARS_MAX: Final = 100  # of a saved version: a line in a list
VERSIONS_MAX: Final = 50  # that are saved of one board: a list that one still reads
VERSIONS_BYTES_MAX: Final = 16_777_216  # of all of them: 50 of 320 kB, or 8 of the largest
REPLAY_PAGE_EVENTS: Final = 100  # that come at once when a board is played again,
REPLAY_PAGE_BYTES: Final = 1_048_576  # and when their elements have so many: a second on a slow line

PICTURE_PX_MAX: Final = 1_600  # the longer side of a board's picture: sharp on a page of A4
THUMBNAIL_PX_MAX: Final = 480  # the longer side of what the room shows beside the talk: twice its column
PICTURE_SCALE_MAX: Final = 2  # pixels for one of the board's: small boards stay crisp
PICTURES_KEPT: Final = 8  # drawn boards that a process remembers, some 100 kB each
