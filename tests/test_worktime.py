"""Working time by worked numbers: hours, pauses, days, clock changes, and calendars that are refused with a reason."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotline.worktime import CalendarError, DayKind, Target, WorkCalendar

SEED = Path(__file__).parent.parent / "hotline" / "catalogue" / "seed" / "calendar_vn.json"
DEFINITION = json.loads(SEED.read_text(encoding="utf-8"))["definition"]
OFFICE = WorkCalendar.from_dict(DEFINITION)
HERE, NEW_YORK = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("America/New_York")
DAY = [["07:30", "11:30"], ["13:00", "17:00"]]
HOUR = 3600


def at(text, zone=HERE):
    """at("2025-03-03 08:00") -> that minute on the wall."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def changed(**parts):
    """A right calendar with some of its parts replaced."""
    return {"tz": "Asia/Ho_Chi_Minh", "weekly": {"mon": DAY}, **parts}


def every_day(year):
    first = date(year, 1, 1)
    return [(first + timedelta(days=n)).isoformat() for n in range((date(year + 1, 1, 1) - first).days)]


def test_r3_r12_four_hours_of_a_friday_end_on_the_make_up_saturday():
    assert OFFICE.deadline(at("2025-04-25 15:00"), 4 * HOUR) == at("2025-04-26 09:30")


def test_r3_r12_without_the_swapped_day_they_end_on_monday():
    plain = WorkCalendar.from_dict({**DEFINITION, "extra_working_days": {}})
    assert plain.deadline(at("2025-04-25 15:00"), 4 * HOUR) == at("2025-04-28 09:30")


def test_r3_r12_two_hours_before_tet_end_after_it():
    assert OFFICE.deadline(at("2025-01-24 16:00"), 2 * HOUR) == at("2025-02-03 08:30")


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("2025-12-31 16:00", "2026-01-05 08:30"),  # 1 and 2 January off
        ("2026-01-09 16:00", "2026-01-10 08:30"),  # 10 January made up for the 2nd
        ("2026-01-10 16:00", "2026-01-12 08:30"),
        ("2026-02-13 16:00", "2026-02-23 08:30"),  # Tết 2026
    ],
)
def test_r3_r12_two_hours_of_2026_know_the_january_swap_and_tet(start, ends):
    assert OFFICE.deadline(at(start), 2 * HOUR) == at(ends)
    assert OFFICE.elapsed(at(start), at(ends)) == 2 * HOUR


def test_r12_the_january_swap_of_2026_moves_a_day_off_and_a_day_of_work():
    assert OFFICE.shifts_on(date(2026, 1, 2)) == []
    assert OFFICE.shifts_on(date(2026, 1, 10)) == [
        (at("2026-01-10 07:30"), at("2026-01-10 11:30")),
        (at("2026-01-10 13:00"), at("2026-01-10 17:00")),
    ]
    assert not OFFICE.is_working(at("2026-01-02 09:00")) and OFFICE.is_working(at("2026-01-10 09:00"))


def test_r3_r6_a_tightened_case_keeps_a_quarter_of_its_new_target():
    recomputed = OFFICE.deadline(at("2025-03-03 08:00"), 8 * HOUR)
    floor = OFFICE.deadline(at("2025-03-05 10:00"), 8 * HOUR // 4)
    assert recomputed == at("2025-03-04 08:00")
    assert max(recomputed, floor) == at("2025-03-05 13:30")


def test_r3_r8_a_reopened_case_has_four_hours_at_least():
    used = OFFICE.elapsed(at("2025-03-03 08:00"), at("2025-03-03 16:30"))
    assert used == 7 * HOUR
    left = max(8 * HOUR - used, 4 * HOUR)
    assert OFFICE.deadline(at("2025-03-05 09:00"), left) == at("2025-03-05 14:30")


@pytest.mark.parametrize(
    ("percent", "rings"),
    [(50, "2025-03-03 13:30"), (75, "2025-03-03 15:30"), (90, "2025-03-03 16:42"), (100, "2025-03-04 08:00")],
)
def test_r3_r10_thresholds_of_eight_hours_ring_in_working_time(percent, rings):
    assert OFFICE.deadline(at("2025-03-03 08:00"), 8 * HOUR * percent // 100) == at(rings)


def test_r3_an_exact_fit_ends_with_the_shift_not_at_the_next_opening():
    assert OFFICE.deadline(at("2025-03-03 07:30"), 4 * HOUR) == at("2025-03-03 11:30")
    assert OFFICE.deadline(at("2025-03-03 07:30"), 4 * HOUR + 1) == at("2025-03-03 13:00") + timedelta(seconds=1)
    assert OFFICE.deadline(at("2025-03-07 16:00"), HOUR) == at("2025-03-07 17:00")


def test_r3_no_target_ends_at_once_even_at_night():
    assert OFFICE.deadline(at("2025-03-08 23:10"), 0) == at("2025-03-08 23:10")


def test_r3_a_pause_counts_from_its_first_second_to_the_one_before_its_last():
    start, hour_off = at("2025-03-03 08:00"), (at("2025-03-03 09:00"), at("2025-03-03 10:00"))
    assert OFFICE.deadline(start, HOUR, [hour_off]) == at("2025-03-03 09:00")
    assert OFFICE.deadline(start, HOUR + 1, [hour_off]) == at("2025-03-03 10:00") + timedelta(seconds=1)
    assert OFFICE.elapsed(start, at("2025-03-03 11:00"), [hour_off]) == 2 * HOUR


def test_r3_overlapping_pauses_stop_the_clock_once():
    pauses = [
        (at("2025-03-03 09:30"), at("2025-03-03 10:30")),
        (at("2025-03-03 09:00"), at("2025-03-03 10:00")),
        (at("2025-03-03 10:30"), at("2025-03-03 10:30")),
    ]
    assert OFFICE.deadline(at("2025-03-03 08:00"), 2 * HOUR, pauses) == at("2025-03-03 11:30")
    assert OFFICE.elapsed(at("2025-03-03 08:00"), at("2025-03-03 11:30"), pauses) == 2 * HOUR


def test_r3_a_second_that_was_cut_short_counts_from_its_beginning():
    start = at("2025-03-03 08:00") + timedelta(microseconds=999_999)
    assert OFFICE.deadline(start, 60) == at("2025-03-03 08:01")
    assert OFFICE.elapsed(start, at("2025-03-03 08:01")) == 60
    assert OFFICE.deadline(start, 0) == at("2025-03-03 08:00")


def test_r4_an_open_pause_leaves_no_deadline_unless_it_came_too_late():
    start = at("2025-03-03 08:00")
    assert OFFICE.deadline(start, 2 * HOUR, [(at("2025-03-03 09:59"), None)]) is None
    assert OFFICE.deadline(start, 2 * HOUR, [(at("2025-03-03 10:00"), None)]) == at("2025-03-03 10:00")
    assert OFFICE.elapsed(start, at("2025-03-07 17:00"), [(at("2025-03-03 09:59"), None)]) == 2 * HOUR - 60


def test_r5_the_day_of_receipt_never_counts():
    for received in ("2025-03-07 08:00", "2025-03-07 20:00", "2025-03-08 10:00", "2025-03-09 23:59"):
        assert OFFICE.deadline_days(at(received), 1) == at("2025-03-10 17:00")
    assert OFFICE.deadline_days(at("2025-04-25 08:00"), 1) == at("2025-04-26 17:00")


def test_r5_no_days_mean_within_the_day_of_receipt():
    assert OFFICE.deadline_days(at("2025-03-07 08:00"), 0) == at("2025-03-07 17:00")
    assert OFFICE.deadline_days(at("2025-03-07 20:00"), 0) == at("2025-03-07 20:00")


def test_r5_r12_five_working_days_skip_the_new_year_and_its_swapped_friday():
    assert OFFICE.deadline_days(at("2025-12-30 09:00"), 5) == at("2026-01-08 17:00")
    assert OFFICE.deadline_days(at("2026-01-05 09:00"), 5) == at("2026-01-10 17:00")


def test_r12_a_day_is_working_extra_holiday_or_free():
    kinds = {
        "2025-04-25": DayKind.WORKING,
        "2025-04-26": DayKind.EXTRA,
        "2025-04-27": DayKind.FREE,
        "2025-05-02": DayKind.HOLIDAY,
        "2026-04-26": DayKind.HOLIDAY,  # a Sunday
    }
    assert {day: OFFICE.day_kind(date.fromisoformat(day)) for day in kinds} == kinds
    apia = WorkCalendar.from_dict({"tz": "Pacific/Apia", "weekly": {"fri": [["08:00", "16:00"]]}})
    assert apia.day_kind(date(2011, 12, 30)) is DayKind.FREE


@pytest.mark.parametrize(
    ("asked", "opens"),
    [
        ("2025-03-05 10:00", "2025-03-04 07:30"),
        ("2025-03-05 00:00", "2025-03-04 07:30"),
        ("2025-03-10 17:00", "2025-03-07 07:30"),
        ("2025-03-09 12:00", "2025-03-07 07:30"),
        ("2025-04-28 08:00", "2025-04-26 07:30"),
        ("2025-02-03 08:30", "2025-01-24 07:30"),
        ("2026-01-05 09:00", "2025-12-31 07:30"),
    ],
)
def test_r12_one_working_day_before_begins_with_its_first_shift(asked, opens):
    assert OFFICE.opening_of_day_before(at(asked)) == at(opens)
    assert WorkCalendar.from_dict(DEFINITION).opening_of_day_before(at(asked)) == at(opens)


def test_r3_years_pass_as_easily_as_hours():
    start = at("2024-01-02 07:30")
    assert OFFICE.elapsed(start, OFFICE.deadline(start, 8000 * HOUR)) == 8000 * HOUR


@pytest.mark.parametrize("years", [(2030, 2024, 2027), (2024, 2030, 2027), (2027, 2026, 2025, 2024)])
def test_r3_r5_it_does_not_matter_which_year_was_asked_about_first(years):
    calendar = WorkCalendar.from_dict(DEFINITION)
    for year in years:
        start, midnight = at(f"{year}-12-31 16:30"), at(f"{year}-12-31 23:59") + timedelta(seconds=60)
        fresh = WorkCalendar.from_dict(DEFINITION)
        assert calendar.elapsed(start, midnight) == fresh.elapsed(start, midnight)
        assert calendar.deadline(start, 9 * HOUR) == fresh.deadline(start, 9 * HOUR)
        assert calendar.deadline_days(start, 3) == fresh.deadline_days(start, 3)
        assert calendar.next_open(midnight) == fresh.next_open(midnight)
        assert calendar.opening_of_day_before(midnight) == fresh.opening_of_day_before(midnight)


NIGHTS = WorkCalendar.from_dict({"tz": "America/New_York", "weekly": {"sun": [["00:00", "03:30"], ["22:00", "24:00"]]}})


@pytest.mark.parametrize(
    ("sunday", "hours"), [("2025-03-02", 3.5), ("2025-03-09", 2.5), ("2025-11-02", 4.5), ("2025-11-09", 3.5)]
)
def test_r12_a_night_shift_is_as_long_as_the_night(sunday, hours):
    midnight = at(f"{sunday} 00:00", NEW_YORK)
    end = midnight.astimezone(UTC) + timedelta(hours=hours)
    assert NIGHTS.deadline(midnight, int(hours * HOUR)) == end == at(f"{sunday} 03:30", NEW_YORK)


def test_r3_r12_the_hour_that_comes_twice_is_worked_twice_and_the_skipped_one_never():
    shift = {"sun": [["01:00", "04:00"]]}
    calendar = WorkCalendar.from_dict({"tz": "America/New_York", "weekly": shift})
    first = at("2025-11-02 01:30", NEW_YORK)
    assert calendar.elapsed(first, at("2025-11-02 02:00", NEW_YORK)) == 1.5 * HOUR
    assert calendar.deadline(first, HOUR) == first.replace(fold=1).astimezone(UTC)
    assert calendar.deadline(at("2025-03-09 01:30", NEW_YORK), HOUR) == at("2025-03-09 03:30", NEW_YORK)


def test_r12_a_boundary_in_the_skipped_hour_moves_forward_and_in_the_repeated_one_is_the_first():
    shifts = {"sun": [["00:00", "01:30"], ["02:30", "05:00"]]}
    calendar = WorkCalendar.from_dict({"tz": "America/New_York", "weekly": shifts})
    _early, late = calendar.shifts_on(date(2025, 3, 9))
    assert late == (datetime(2025, 3, 9, 7, 30, tzinfo=UTC), datetime(2025, 3, 9, 9, 0, tzinfo=UTC))
    early, _late = calendar.shifts_on(date(2025, 11, 2))
    assert early == (datetime(2025, 11, 2, 4, 0, tzinfo=UTC), datetime(2025, 11, 2, 5, 30, tzinfo=UTC))


def test_r5_r12_a_date_that_its_zone_left_out_is_no_working_day():
    apia = WorkCalendar.from_dict({"tz": "Pacific/Apia", "weekly": {"fri": [["08:00", "16:00"]]}})
    assert apia.shifts_on(date(2011, 12, 30)) == []
    received = at("2011-12-29 10:00", ZoneInfo("Pacific/Apia"))
    assert apia.deadline_days(received, 1) == at("2012-01-06 16:00", ZoneInfo("Pacific/Apia"))


def test_r12_24_00_is_an_end_and_touches_the_next_morning():
    calendar = WorkCalendar.from_dict(changed(weekly={"mon": [["22:00", "24:00"]], "tue": [["00:00", "06:00"]]}))
    assert calendar.deadline(at("2025-03-03 22:00"), 2 * HOUR) == at("2025-03-04 00:00")
    assert calendar.deadline(at("2025-03-03 22:00"), 3 * HOUR) == at("2025-03-04 01:00")
    assert calendar.deadline_days(at("2025-03-02 10:00"), 1) == at("2025-03-04 00:00")


def test_r3_r12_a_day_may_have_many_shifts():
    hours = [["06:00", "07:00"], ["08:00", "08:30"], ["09:15", "10:00"], ["13:00", "13:01"], ["23:00", "24:00"]]
    calendar = WorkCalendar.from_dict(changed(weekly={"mon": hours}))
    ends = [calendar.deadline(at("2025-03-03 06:00"), minutes * 60) for minutes in (60, 61, 90, 91, 135, 136, 196)]
    clock = ["07:00", "08:01", "08:30", "09:16", "10:00", "13:01"]
    assert ends == [*(at(f"2025-03-03 {text}") for text in clock), at("2025-03-04 00:00")]
    assert calendar.elapsed(at("2025-03-03 00:00"), at("2025-03-04 00:00")) == 196 * 60


def test_r12_an_extra_day_keeps_its_own_hours_on_a_worked_weekday_too():
    short = {"2026-01-05": [["09:00", "10:00"]], "2026-01-11": [["20:00", "24:00"]]}
    calendar = WorkCalendar.from_dict(changed(extra_working_days=short))
    assert calendar.deadline(at("2026-01-05 07:30"), 2 * HOUR) == at("2026-01-11 21:00")
    assert calendar.deadline_days(at("2026-01-05 07:30"), 1) == at("2026-01-12 00:00")


def test_r12_shifts_may_touch_and_stand_in_any_order():
    calendar = WorkCalendar.from_dict(changed(weekly={"mon": [["10:00", "12:00"], ["08:00", "10:00"]]}))
    assert calendar.elapsed(at("2025-03-03 00:00"), at("2025-03-04 00:00")) == 4 * HOUR


def test_r12_a_make_up_day_saves_a_year_of_holidays():
    WorkCalendar.from_dict(changed(holidays=every_day(2026)[1:], extra_working_days={"2026-01-01": DAY}))


REFUSED = [
    ("a week without work", {"weekly": {}}, "no working time in a normal week"),
    ("empty days only", {"weekly": {"mon": [], "tue": []}}, "no working time in a normal week"),
    ("a year of holidays", {"holidays": every_day(2026)}, "no working time in the year 2026"),
    (
        "every Monday off",
        {"holidays": [day for day in every_day(2026) if date.fromisoformat(day).weekday() == 0]},
        "in the year 2026",
    ),
    ("overlapping shifts", {"weekly": {"tue": [["07:30", "11:30"], ["11:29", "17:00"]]}}, "Two shifts of tue overlap"),
    ("the same shift twice", {"weekly": {"wed": [["07:30", "11:30"]] * 2}}, "Two shifts of wed overlap"),
    (
        "an overlap on an extra day",
        {"extra_working_days": {"2026-01-10": [*DAY, ["16:00", "18:00"]]}},
        "2026-01-10 overlap",
    ),
    ("an unknown zone", {"tz": "Asia/Bien_Hoa"}, "“Asia/Bien_Hoa” is not a time zone"),
    ("a folder of zones", {"tz": "Asia"}, "“Asia” is not a time zone"),
    ("a path", {"tz": "../../etc/passwd"}, "is not a time zone"),
    ("no zone", {"tz": None}, "is not a time zone"),
    (
        "off and worked",
        {"holidays": ["2026-01-10"], "extra_working_days": {"2026-01-10": DAY}},
        "2026-01-10 is listed both",
    ),
    ("an end before the begin", {"weekly": {"thu": [["17:00", "13:00"]]}}, "A shift of thu ends before it begins"),
    ("an empty shift", {"weekly": {"fri": [["13:00", "13:00"]]}}, "A shift of fri ends before it begins"),
    ("a begin at 24:00", {"weekly": {"fri": [["24:00", "24:00"]]}}, "A shift of fri ends before it begins"),
    ("past midnight", {"weekly": {"sat": [["22:00", "24:01"]]}}, "“24:01” on sat is not a time"),
    ("a loose hour", {"weekly": {"sat": [["7:30", "11:30"]]}}, "“7:30” on sat is not a time"),
    ("half a shift", {"weekly": {"sun": [["07:30"]]}}, "A shift of sun must have a begin and an end"),
    ("no list of shifts", {"weekly": {"mon": "07:30-11:30"}}, "The shifts of mon must be a list"),
    ("an unknown weekday", {"weekly": {"monday": DAY}}, "“monday” is none of mon, tue"),
    ("an impossible date", {"holidays": ["2026-02-29"]}, "“2026-02-29” is not a date"),
    ("30 February", {"extra_working_days": {"2026-02-30": DAY}}, "“2026-02-30” is not a date"),
    ("the year 9999", {"holidays": ["9999-12-31"]}, "from 1970 to 2200"),
    ("another spelling of a date", {"holidays": ["20260101"]}, "“20260101” is not a date"),
    ("one date for a list", {"holidays": "2026-01-01"}, "“holidays” must be a list"),
    ("an extra day without hours", {"extra_working_days": {"2026-01-10": []}}, "2026-01-10 has no shift"),
    ("a date before all time", {"holidays": ["1969-12-31"]}, "from 1970 to 2200"),
]


@pytest.mark.parametrize(("parts", "sentence"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_r12_a_calendar_that_cannot_be_right_is_refused_with_its_reason(parts, sentence):
    with pytest.raises(CalendarError) as refusal:
        WorkCalendar.from_dict(changed(**parts))
    said = str(refusal.value)
    assert sentence in said
    assert re.fullmatch(r"[A-Z“2].+\.", said) and "%(" not in said
    assert refusal.value.template % refusal.value.values == said


@pytest.mark.parametrize("definition", [None, [], "office", {}, {"tz": "Asia/Ho_Chi_Minh"}])
def test_r12_what_is_no_calendar_at_all_is_refused_too(definition):
    with pytest.raises(CalendarError, match=r".+\."):
        WorkCalendar.from_dict(definition)


def test_r3_r5_r12_a_question_without_an_answer_is_refused():
    start = at("2025-03-03 08:00")
    for ask in (
        lambda: OFFICE.deadline(datetime(2025, 3, 3, 8), 60),  # noqa: DTZ001
        lambda: OFFICE.deadline(start, -1),
        lambda: OFFICE.deadline_days(start, -1),
        lambda: OFFICE.deadline(start, 10**15),
        lambda: OFFICE.deadline_days(start, 100_000),
        lambda: OFFICE.deadline(datetime.max.replace(tzinfo=NEW_YORK), 60),
        lambda: OFFICE.elapsed(start, datetime.max.replace(tzinfo=UTC)),
        lambda: OFFICE.deadline_days(at("9999-01-01 08:00"), 1),
        lambda: OFFICE.shifts_on(date(9999, 1, 1)),
        lambda: OFFICE.next_open(datetime.min.replace(tzinfo=UTC)),
        lambda: OFFICE.elapsed(start, start, [(start, start - timedelta(seconds=1))]),
        lambda: OFFICE.deadline(at("2200-12-31 16:59"), 2 * HOUR),
        lambda: OFFICE.deadline_days(at("2200-12-31 08:00"), 2),
        lambda: OFFICE.elapsed(at("1969-06-01 08:00"), start),
        lambda: OFFICE.day_kind(date(1969, 12, 31)),
        lambda: OFFICE.day_kind(date(2201, 1, 1)),
        lambda: OFFICE.day_kind(start),
        lambda: OFFICE.opening_of_day_before(at("1970-01-01 08:00")),
        lambda: OFFICE.opening_of_day_before(at("2201-01-01 07:00")),
    ):
        with pytest.raises(ValueError, match=r"^[A-Z].+\.$"):
            ask()


@pytest.mark.parametrize("text", ["8 wh", "", "wh", "-1wh", "1.5h", "8WH", "8", "87601wh", "3651wd", "9999999h", None])
def test_r3_r5_a_target_that_nobody_can_mean_is_refused(text):
    with pytest.raises(ValueError, match=r"^[A-Z].+\.$"):
        Target.parse(text)


def test_r3_r5_a_target_counts_in_its_own_unit():
    start = at("2025-03-07 16:00")
    ends = {text: Target.parse(text).due(OFFICE, start) for text in ("2wh", "2h", "2wd", "0wh", "0h", "0wd")}
    assert ends == {
        "2wh": at("2025-03-10 08:30"),
        "2h": at("2025-03-07 18:00"),
        "2wd": at("2025-03-11 17:00"),
        "0wh": start,
        "0h": start,
        "0wd": at("2025-03-07 17:00"),
    }
