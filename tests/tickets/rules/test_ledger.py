"""The readable ledger of a deadline by worked examples: Tết 2026, weekends, waits, starts at night, clock changes."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotline.tickets.rules.ledger import LineKind, checks, counted_seconds, ledger
from hotline.worktime import WEEKDAYS, WorkCalendar
from tests.support.deadlines import deadline_of

HERE, NEW_YORK = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("America/New_York")
HOUR, MINUTE = 3600, 60
DAY = [["07:30", "11:30"], ["13:00", "17:00"]]
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
TET = [f"2026-02-{day}" for day in range(14, 23)]
OFFICE = WorkCalendar.from_dict(
    {
        "tz": "Asia/Ho_Chi_Minh",
        "weekly": dict.fromkeys(WORKDAYS, DAY),
        "holidays": ["2026-01-01", "2026-01-02", *TET],
        "extra_working_days": {"2026-01-10": DAY},
    }
)
ALWAYS = WorkCalendar.from_dict(
    {"tz": "Asia/Ho_Chi_Minh", "weekly": {day: [["00:00", "24:00"]] for day in WEEKDAYS}}
)  # the emergency number
ABROAD = WorkCalendar.from_dict(
    {
        "tz": "America/New_York",
        "weekly": {**{day: [["09:00", "17:00"]] for day in WORKDAYS}, "sun": [["01:30", "02:30"], ["02:45", "04:00"]]},
        "holidays": ["2026-01-01", "2026-01-19", "2026-02-16"],
    }
)  # clocks go forward on Sunday 8 March 2026 at 02:00


def at(day, clock, zone=HERE):
    return datetime.combine(date.fromisoformat(f"2026-{day}"), time.fromisoformat(clock), zone)


def of(target, start, until=None, pauses=(), calendar=OFFICE, **more):
    """The ledger up to the deadline, or to an instant before there is one."""
    until = until or deadline_of(target, calendar, start, pauses)
    return ledger(calendar, target=target, start=start, until=until, pauses=pauses, zone=HERE, **more)


def short(shown):
    """Each line as first and last day, kind, minutes, number."""
    return [
        (f"{line.first:%m-%d}", f"{line.last:%m-%d}", str(line.kind), line.seconds // MINUTE, line.day_number)
        for line in shown.lines
    ]


def times(spans, zone=HERE):
    return [f"{span.begin.astimezone(zone):%H:%M}-{span.end.astimezone(zone):%H:%M}" for span in spans]


def reasons(line, zone=HERE):
    return [(text, str(skip.reason)) for text, skip in zip(times(line.skipped, zone), line.skipped, strict=True)]


def test_r5_five_working_days_over_tet_end_on_the_fifth():
    start = at("02-11", "09:00")  # a Wednesday
    shown = of("5wd", start)
    assert deadline_of("5wd", OFFICE, start) == at("02-25", "17:00")
    assert short(shown) == [
        ("02-11", "02-11", "receipt_day", 0, None),
        ("02-12", "02-12", "working", 480, 1),
        ("02-13", "02-13", "working", 480, 2),
        ("02-14", "02-22", "holiday", 0, None),
        ("02-23", "02-23", "working", 480, 3),
        ("02-24", "02-24", "working", 480, 4),
        ("02-25", "02-25", "working", 480, 5),
    ]
    assert reasons(shown.lines[0]) == [("09:00-11:30", "receipt"), ("11:30-13:00", "break"), ("13:00-17:00", "receipt")]
    assert (shown.days, shown.counted_seconds, shown.lines[-1].running_seconds) == (5, 40 * HOUR, 40 * HOUR)
    assert checks(shown)


def test_r3_eight_hours_of_a_friday_afternoon_skip_the_weekend_and_lunch():
    shown = of("8wh", at("03-06", "15:00"))
    assert short(shown) == [
        ("03-06", "03-06", "working", 120, None),
        ("03-07", "03-08", "weekend", 0, None),
        ("03-09", "03-09", "working", 360, None),
    ]
    assert times(shown.lines[2].counted) == ["07:30-11:30", "13:00-15:00"]
    assert reasons(shown.lines[0]) == []
    assert reasons(shown.lines[2]) == [("11:30-13:00", "break")]
    assert shown.counted_seconds == 8 * HOUR


def test_r4_a_wait_for_the_citizen_over_a_weekend_shows_only_what_it_took_from_working_time():
    pauses = [(at("03-06", "10:00"), at("03-09", "14:00"))]
    shown = of("8wh", at("03-06", "08:00"), pauses=pauses)
    assert short(shown) == [
        ("03-06", "03-06", "working", 120, None),
        ("03-07", "03-08", "weekend", 0, None),
        ("03-09", "03-09", "working", 180, None),
        ("03-10", "03-10", "working", 180, None),
    ]
    assert reasons(shown.lines[0]) == [("10:00-11:30", "paused"), ("11:30-13:00", "break"), ("13:00-17:00", "paused")]
    assert reasons(shown.lines[2]) == [("07:30-11:30", "paused"), ("11:30-13:00", "break"), ("13:00-14:00", "paused")]
    assert shown.counted_seconds == 8 * HOUR


def test_r4_whole_days_of_waiting_are_one_line_up_to_the_weekend():
    pauses = [(at("03-04", "09:00"), None)]
    shown = of("8wh", at("03-04", "08:00"), until=at("03-10", "10:00"), pauses=pauses)
    assert short(shown) == [
        ("03-04", "03-04", "working", 60, None),
        ("03-05", "03-06", "paused", 0, None),
        ("03-07", "03-08", "weekend", 0, None),
        ("03-09", "03-10", "paused", 0, None),
    ]
    waited = sum((skip.end - skip.begin).total_seconds() for skip in shown.lines[1].skipped if skip.reason == "paused")
    assert waited == 16 * HOUR


def test_r4_a_working_day_broken_by_a_wait_goes_on_after_it_under_its_number():
    pauses = [(at("03-04", "10:00"), at("03-06", "09:00"))]  # in the middle of the second day
    shown = of("5wd", at("03-02", "08:00"), pauses=pauses)
    assert [(line[0], line[4]) for line in short(shown)] == [
        ("03-02", None),
        ("03-03", 1),
        ("03-04", 2),
        ("03-05", None),
        ("03-06", 3),
        ("03-07", None),
        ("03-09", 4),
        ("03-10", 5),
        ("03-11", 5),
    ]
    assert shown.lines[3].kind is LineKind.PAUSED
    assert (shown.days, shown.counted_seconds) == (5, 40 * HOUR)


def test_r4_a_wait_on_the_day_of_receipt_is_given_back_before_the_first_day_ends():
    start, pauses = at("03-02", "08:00"), [(at("03-02", "10:00"), at("03-04", "08:00"))]
    shown = of("1wd", start, pauses=pauses)
    assert deadline_of("1wd", OFFICE, start, pauses) == at("03-05", "15:00")
    assert [(line[0], line[2], line[4]) for line in short(shown)] == [
        ("03-02", "receipt_day", None),
        ("03-03", "paused", None),
        ("03-04", "working", 1),
        ("03-05", "working", 1),
    ]
    assert reasons(shown.lines[0])[:2] == [("08:00-10:00", "receipt"), ("10:00-11:30", "paused")]
    assert (shown.days, shown.counted_seconds) == (1, 13 * HOUR + 30 * MINUTE)


def test_clock_hours_count_night_and_weekend_and_every_hour_of_the_day():
    shown = of("24h", at("03-07", "22:10"))
    assert short(shown) == [("03-07", "03-07", "clock", 110, None), ("03-08", "03-08", "clock", 1330, None)]
    assert times(shown.lines[1].counted) == ["00:00-22:10"]
    assert shown.counted_seconds == 24 * HOUR


def test_clock_hours_stop_for_a_wait():
    shown = of("24h", at("03-07", "22:10"), pauses=[(at("03-07", "23:00"), at("03-09", "06:00"))])
    assert short(shown) == [
        ("03-07", "03-07", "clock", 50, None),
        ("03-08", "03-08", "paused", 0, None),
        ("03-09", "03-09", "clock", 1080, None),
        ("03-10", "03-10", "clock", 310, None),
    ]
    assert shown.counted_seconds == 24 * HOUR


def test_r12_a_made_up_saturday_counts_and_says_so():
    shown = of("12wh", at("01-09", "13:00"))
    assert short(shown) == [("01-09", "01-09", "working", 240, None), ("01-10", "01-10", "extra", 480, None)]


def test_r12_neighbouring_holidays_of_different_names_have_a_line_each():
    names = {"2026-01-01": "Tết Dương lịch", "2026-01-02": "Nghỉ hoán đổi"}
    start = datetime(2025, 12, 31, 15, 0, tzinfo=HERE)
    named = of("8wh", start, name_of=lambda day: names[day.isoformat()])
    assert [line[:3] for line in short(named)] == [
        ("12-31", "12-31", "working"),
        ("01-01", "01-01", "holiday"),
        ("01-02", "01-02", "holiday"),
        ("01-03", "01-04", "weekend"),
        ("01-05", "01-05", "working"),
    ]
    assert [line[:3] for line in short(of("8wh", start))][1] == ("01-01", "01-02", "holiday")


@pytest.mark.parametrize(
    ("day", "clock", "skips", "minutes"),
    [
        ("03-06", "06:00", [("06:00-07:30", "outside"), ("11:30-13:00", "break")], 480),
        ("03-06", "12:00", [("12:00-13:00", "break")], 240),
        ("03-06", "20:00", [("20:00-00:00", "outside")], 0),
        ("03-06", "17:00", [("17:00-00:00", "outside")], 0),
    ],
)
def test_r2_a_start_outside_the_hours_is_kept_and_explained(day, clock, skips, minutes):
    line = of("16wh", at(day, clock)).lines[0]
    assert line.kind is LineKind.WORKING
    assert (reasons(line), line.seconds // MINUTE) == (skips, minutes)


def test_r2_a_start_on_a_free_day_begins_with_the_weekend_or_is_the_day_of_receipt():
    assert short(of("8wh", at("03-07", "10:00")))[0] == ("03-07", "03-08", "weekend", 0, None)
    assert [line[:3] for line in short(of("1wd", at("03-07", "10:00")))] == [
        ("03-07", "03-07", "receipt_day"),
        ("03-08", "03-08", "weekend"),
        ("03-09", "03-09", "working"),
    ]
    assert short(of("2wh", at("02-17", "10:00")))[0] == ("02-17", "02-22", "holiday", 0, None)


def test_r3_the_present_instant_may_lie_outside_the_hours():
    evening = of("16wh", at("03-05", "15:00"), until=at("03-05", "19:00"))
    assert reasons(evening.lines[0]) == [("17:00-19:00", "outside")]
    morning = of("16wh", at("03-05", "15:00"), until=at("03-06", "06:00"))
    assert short(morning)[1] == ("03-06", "03-06", "working", 0, None)
    assert reasons(morning.lines[1]) == [("00:00-06:00", "outside")]


def test_nothing_has_counted_before_the_start():
    empty = of("8wh", at("03-05", "15:00"), until=at("03-05", "15:00"))
    assert (empty.lines, empty.counted_seconds, empty.days) == ((), 0, 0)
    assert checks(of("5wd", at("03-05", "15:00"), until=at("03-04", "15:00")))


def test_a_pause_that_ends_before_it_begins_is_refused():
    for target in ("8wh", "24h", "5wd"):
        with pytest.raises(ValueError):
            of(target, at("03-05", "08:00"), at("03-06", "08:00"), [(at("03-05", "10:00"), at("03-05", "09:00"))])


def test_r12_the_hour_that_new_york_skips_counts_nowhere():
    start, until = at("03-08", "00:00", NEW_YORK), at("03-09", "00:00", NEW_YORK)
    clock = ledger(ABROAD, target="48h", start=start, until=until, pauses=(), zone=NEW_YORK)
    assert [line.seconds for line in clock.lines] == [23 * HOUR]
    worked = ledger(ABROAD, target="8wh", start=start, until=until, pauses=(), zone=HERE)
    assert [line.seconds for line in worked.lines] == [ABROAD.elapsed(start, until)]


@pytest.mark.parametrize("target", ["2000wh", "400wd", "20000h"])
def test_a_very_long_ledger_leaves_out_the_middle_and_still_adds_up(target):
    start = at("03-02", "09:00")
    pauses = [(at("03-03", "09:00"), at("04-20", "09:00")), (at("12-01", "09:00"), at("12-10", "09:00"))]
    until = start + timedelta(days=1100)
    shown = ledger(OFFICE, target=target, start=start, until=until, pauses=pauses, zone=HERE)
    middle = [line for line in shown.lines if line.kind is LineKind.OMITTED]
    assert [(line.last - line.first).days + 1 for line in middle] == [shown.omitted_days] == [701]
    assert middle[0].seconds > 0 and middle[0].counted == ()
    assert shown.counted_seconds == counted_seconds(OFFICE, target=target, start=start, until=until, pauses=pauses)
    assert checks(shown)
    assert of("5wd", start, until=start + timedelta(days=399)).omitted_days == 0
    assert of("5wd", start, until=start + timedelta(days=400)).omitted_days == 1


def test_r5_days_are_numbered_on_beyond_what_a_long_ledger_leaves_out():
    start = at("03-02", "09:00")
    shown = of("500wd", start)
    assert shown.omitted_days > 0
    assert shown.days == shown.lines[-1].day_number == 500
