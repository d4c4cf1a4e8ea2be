"""Pure decisions about what leaves the house: texts and e-mail, and who is alerted how."""

from hotline.messages.rules.occasions import COURSE, FOR_STAFF, OCCASIONS, Occasion, occasion_of
from hotline.messages.rules.sending import RANK, Hours, next_attempt
from hotline.messages.rules.texts import LINK, Segments, due_words, segments, wish_of

__all__ = [
    "COURSE",
    "FOR_STAFF",
    "LINK",
    "OCCASIONS",
    "RANK",
    "Hours",
    "Occasion",
    "Segments",
    "due_words",
    "next_attempt",
    "occasion_of",
    "segments",
    "wish_of",
]
