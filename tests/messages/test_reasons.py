"""Why a text did not leave is said in words, wherever it is shown, and never by a code of ours."""

import pytest

from hotline.messages.models import Message
from hotline.messages.words import reason_of, reason_of_code


@pytest.mark.parametrize(
    ("code", "reason", "said"),
    [
        ("taken_back", "Phản ánh được mở lại.", "Phản ánh được mở lại."),
        ("taken_back", "", "It was no longer wanted when it was to leave."),
        ("unregistered", "", "Its wording is not registered with the carriers yet."),
        ("", "gave_up", "The provider did not take it for 24 hours."),
        ("", "held up", "This server was held up and did not send it; it is sent again."),
        ("", "no answer within 10 seconds", "The provider gave no answer within 10 seconds."),
        ("30006", "30006: Landline", "The number cannot receive texts; it may be a landline. (30006)"),
        ("99999", "99999: as the provider put it", "99999: as the provider put it"),
    ],
)
def test_a_reason_is_in_words_on_the_row_and_by_its_code_alone(app, code, reason, said):
    with app.test_request_context("/?lang=en"):
        assert str(reason_of(Message(error_code=code, reason=reason))) == said
        key = code or reason
        if key not in ("99999", "taken_back"):
            assert reason_of_code(key) == said
        assert reason_of_code("taken_back") == "It was no longer wanted when it was to leave."
        assert reason_of_code("") == "no reason given"
