"""Bounds of surveys, with their units and reasons."""

from typing import Final

QUESTIONS_MAX: Final = 20  # in a survey: on a phone five minutes, and nobody gives more
OPTIONS_MAX: Final = 20  # of one question: more is a list to search in
LABEL_CHARS_MAX: Final = 200  # a question, an option or a title: one sentence
TEXT_CHARS_MAX: Final = 2_000  # what is filled in: most of a printed page
RATING_MAX: Final = 5  # stars, from 1

INVITATION_S: Final = 30 * 86_400  # how long an answer is taken: memories of a delivery fade in a month
LINK_S: Final = 2 * 365 * 86_400  # how long a mail's link shows what was answered, or says no more questions
INVITATIONS_MAX: Final = 20  # of one person in the time below: who buys daily is not asked daily
INVITATIONS_WINDOW_S: Final = 30 * 86_400

LOW_SCORE_MAX: Final = 200  # in 1/100 of a star: at or below it somebody asks what went wrong
FOLLOW_UP_DUE_S: Final = 48 * 3600  # until the first word of the seller's: two working days

# What others see of answers is always of a group: the design's threshold for badges and survey cells.
ANSWERS_MIN: Final = 5
BUYERS_MIN: Final = 5  # organisations, so that one buyer's five orders tell nobody what that buyer said

OPEN_PAGE: Final = 50  # invitations on a person's page: more than can be open, by the limit above
