"""Looks at surveys and ratings."""

from hotline.satisfaction.queries.ratings import (
    open_invitations,
    published_answer,
    ratings,
    survey_of_token,
    surveys_of,
)

__all__ = ["open_invitations", "published_answer", "ratings", "survey_of_token", "surveys_of"]
