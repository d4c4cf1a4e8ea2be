"""Settings as pure rules: what is delivered is in order, every number has its limits, networks have one form."""

from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.admin.forms.settings import GROUPS, HINTS, SettingsForm
from hotline.catalogue.rules.settings import RANGES, read_networks, wrong_settings
from hotline.catalogue.settings import Province

DELIVERED = asdict(Province())


def test_what_is_delivered_is_in_order_and_every_setting_has_its_place_on_the_page():
    assert wrong_settings(DELIVERED) == {}
    numbers = {name for name, value in DELIVERED.items() if isinstance(value, int) and not isinstance(value, bool)}
    assert numbers == set(RANGES)
    names = {field.name for field in fields(Province)}
    placed = [name for _title, group in GROUPS for name in group]
    assert set(placed) == names and len(placed) == len(names)
    assert all(hasattr(SettingsForm, name) for name in names) and set(HINTS) | {"name_en"} == names


@given(st.sampled_from(sorted(RANGES)), st.integers(-5, 2_000_000))
def test_a_number_outside_its_limits_is_refused_and_one_inside_is_not(name, number):
    least, most = RANGES[name]
    found = wrong_settings(DELIVERED | {name: number})
    assert (name in found) == (not least <= number <= most) or (name.startswith("texts_") and name.endswith("_hour"))


@given(st.integers(0, 23), st.integers(1, 24))
def test_the_hours_end_after_they_begin(begin, end):
    found = wrong_settings(DELIVERED | {"texts_begin_hour": begin, "texts_end_hour": end})
    assert ("texts_end_hour" in found) == (begin >= end)


@given(st.ip_addresses(v=4), st.integers(8, 32))
def test_a_network_written_with_any_of_its_addresses_is_the_same(address, length):
    once = read_networks([f"{address}/{length}"])
    assert read_networks([*once, f"{address}/{length}"]) == once


@pytest.mark.parametrize("line", ["", "10.0.0.0/7", "::/0", "10.0.0.300", "office", "10.0.0.0/33"])
def test_what_is_no_network_or_half_the_country_is_refused(line):
    with pytest.raises(ValueError):
        read_networks([line])
