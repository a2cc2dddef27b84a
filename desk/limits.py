"""Bounds of reports, the review queue and the wall, with unit and reason."""

from typing import Final

REPORT_CHARS_MAX: Final = 2_000  # of the words of a report: half a printed page
REPORTS_PER_H: Final = 10  # of one person: more is a quarrel, which one report tells as well
CLAIM_S: Final = 1800  # how long a claim holds: reading a room, stepping in, deciding
QUEUE_PAGE: Final = 50  # items on one page of the queue
SCORE_MAX: Final = 999  # of an item, and of a room's risk: beyond it nothing becomes more urgent
WATCH_BACK_S: Final = 86_400  # what was said before that is history, and found by nobody's alarm
HISTORY_ITEMS: Final = 20  # earlier items of a person that are shown beside one
ENTRIES_SHOWN: Final = 50  # reports and findings of one item that are shown, the newest of each
WALL_ROOMS: Final = 50  # more is nobody's view of anything
WALL_CANDIDATES: Final = (
    300  # rooms that are ranked, for each reason to rank them: all, in a house of hundreds
)
WALL_LOOK_S: Final = 1  # how often an open wall asks: what was found is on it within two seconds
EXPIRES_SOON_S: Final = 3600  # an offer's last hour
EXPIRES_NOW_S: Final = 300  # and its last minutes
STALLED_S: Final = 4 * 3600  # an offer without an answer: half a working day
STALLED_LONG_S: Final = 24 * 3600
