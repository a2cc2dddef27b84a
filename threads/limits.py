"""Bounds of threads, with their units and reasons."""

from typing import Final

SUBJECT_CHARS_MAX: Final = 200  # a headline
GROUP_NAME_CHARS_MAX: Final = 100  # seven or eight levels; names of newsgroups are shorter
GROUP_TITLE_CHARS_MAX: Final = 100
CHARTER_CHARS_MAX: Final = 8_000  # what a group is for: three printed pages
PEOPLE_MAX: Final = 50  # in a private thread: more is a group

POSTS_PER_MINUTE_MAX: Final = 20  # of one person: each may go out as mail to many
THREADS_PER_HOUR_MAX: Final = 20  # of one person: a careful buyer asks ten sellers

TOPICS_PAGE: Final = 25  # topics on a page
POSTS_PAGE: Final = 100  # events of a thread on a page
PANEL_QUESTIONS: Final = 3  # under a listing: the newest
FEED_TOPICS: Final = 30  # in a feed: readers ask every hour or so
FEED_POSTS_CHARS: Final = 2_000  # of a topic's first post in a feed

MAILS_AT_ONCE: Final = 20  # queued in one transaction: some 10 ms
REPLY_ADDRESS_S: Final = 90 * 86_400  # how long a mail can be answered: a season
LEAVE_LINK_S: Final = 2 * 365 * 86_400  # how long a mail's link to stop them is good: people keep mails
