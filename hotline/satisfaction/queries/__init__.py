"""Looks at surveys and ratings, and at what is done about unhappy ones."""

from hotline.satisfaction.queries.follow_ups import (
    done_follow_ups,
    follow_up,
    follow_up_for_change,
    follow_ups_of,
    open_follow_ups,
)
from hotline.satisfaction.queries.ratings import (
    open_invitations,
    published_answer,
    rateable_survey,
    ratings,
    survey_of_token,
    surveys_of,
)

__all__ = [
    "done_follow_ups",
    "follow_up",
    "follow_up_for_change",
    "follow_ups_of",
    "open_follow_ups",
    "open_invitations",
    "published_answer",
    "rateable_survey",
    "ratings",
    "survey_of_token",
    "surveys_of",
]
