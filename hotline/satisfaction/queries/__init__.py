"""Looks at surveys and ratings, and at what is done about unhappy ones."""

from hotline.satisfaction.queries.follow_ups import (
    done_follow_ups,
    follow_up,
    follow_up_for_change,
    follow_ups_of,
    open_follow_ups,
)
from hotline.satisfaction.queries.keypad import entries_of, latest_survey, ticket_of_code
from hotline.satisfaction.queries.ratings import (
    open_invitations,
    published_answer,
    rateable_survey,
    ratings,
    ratings_of_business,
    survey_of_token,
    surveys_of,
)
from hotline.satisfaction.queries.replies import open_invitation_of
from hotline.satisfaction.queries.sample import (
    DrawProgress,
    draws,
    held_call,
    hindered_calls,
    next_call_for_change,
    population,
    units_to_draw,
    waiting_calls,
)

__all__ = [
    "DrawProgress",
    "done_follow_ups",
    "draws",
    "entries_of",
    "follow_up",
    "follow_up_for_change",
    "follow_ups_of",
    "held_call",
    "hindered_calls",
    "latest_survey",
    "next_call_for_change",
    "open_follow_ups",
    "open_invitation_of",
    "open_invitations",
    "population",
    "published_answer",
    "rateable_survey",
    "ratings",
    "ratings_of_business",
    "survey_of_token",
    "surveys_of",
    "ticket_of_code",
    "units_to_draw",
    "waiting_calls",
]
