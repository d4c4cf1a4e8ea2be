"""What the signs are called, what they mean, and what an honest reason may be."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from hotline.dashboards.signs.rules import Sign

LABELS: dict[Sign, Any] = {
    Sign.REOPENED: _l("Reopened after the answer"),
    Sign.PAUSED_LATE: _l("Paused on the last day"),
    Sign.NUMBER_CHANGED: _l("Number changed before the survey"),
    Sign.OFFICE_NETWORK: _l("Rated from the offices' own network"),
    Sign.ONE_NETWORK: _l("Many ratings from one network"),
}
COLUMNS: dict[Sign, Any] = {
    Sign.REOPENED: _lp("integrity", "Reopened"),
    Sign.PAUSED_LATE: _lp("integrity", "Paused late"),
    Sign.NUMBER_CHANGED: _lp("integrity", "Number changed"),
    Sign.OFFICE_NETWORK: _lp("integrity", "Office network"),
    Sign.ONE_NETWORK: _lp("integrity", "One network"),
}
MEANINGS: dict[Sign, Any] = {
    Sign.REOPENED: _l(
        "Answered cases that were reopened within 14 days, by the citizen's rating or by the shift lead. Answering "
        "before the matter is settled stops the clock; a hard kind of case may do the same to an honest unit."
    ),
    Sign.PAUSED_LATE: _l(
        "Answered cases in which the unit asked the citizen or put the case on hold on the last working day before the "
        "deadline (of promises shorter than four days: in their last quarter). It may also be that the unit plans late."
    ),
    Sign.NUMBER_CHANGED: _l(
        "Answered cases whose telephone number was changed in the last seven days before the answer, so that the "
        "survey went to another telephone. Numbers misheard on the call are corrected too."
    ),
    Sign.OFFICE_NETWORK: _l(
        "Ratings that came from the offices' own networks, among ratings given on a web page. Citizens who rate at the "
        "counter use the office's Wi-Fi."
    ),
    Sign.ONE_NETWORK: _l(
        "Ratings of the unit that came from the one network that stands out most, held against that network's share "
        "among all other ratings. A hostel, a factory or a village with one provider may look the same."
    ),
}
