"""The page of signs: who games is named with reasons, nobody else is, every number is its list, heads do not see it."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from hotline.catalogue.models import Department, Level
from hotline.db import db, transaction
from hotline.satisfaction.jobs import make_surveys
from tests.support.days import vn
from tests.support.planted import Closed, plant

MARCH = "from=2026-03-01&to=2026-03-31"
LABELS = {
    "reopened": "Reopened after the answer",
    "paused_late": "Paused on the last day",
    "number_changed": "Number changed before the survey",
    "office_network": "Rated from the offices' own network",
    "one_network": "Many ratings from one network",
}
SIGNS = tuple(LABELS)


@pytest.fixture
def province_in_march(app, at):
    """Twelve communes with forty answers each, a little of everything; five of them game, each in one way: {sign: name}."""
    at("2026-04-10 09:00")
    closed = vn("2026-03-12 16:00")  # a Thursday
    with app.app_context(), transaction():
        communes = db.session.scalars(
            select(Department).where(Department.level == Level.COMMUNE, Department.valid_to.is_(None)).order_by(Department.id)
        ).all()[:12]  # fmt: skip
        gaming = dict(zip(SIGNS, communes, strict=False))
        for place, unit in enumerate(communes):
            much = [sign for sign, cheat in gaming.items() if cheat is unit]
            closings = []
            for number in range(40):
                did = SIGNS[number] if number < 3 and (number + place) % 2 else ""
                rated = number >= 15
                network = f"pool {number % 6}" if number % 2 else f"line {place}/{number}"
                office = number == 20 and place % 4 == 0
                if much and 3 <= number < 23:
                    did = much[0] if much[0] in SIGNS[:3] else did
                if much == ["office_network"] and number < 35:
                    office = rated
                if much == ["one_network"] and number < 31:
                    network = "theirs"
                closings.append(Closed(unit.id, closed, did, 5 if rated else None, network if rated else "", office))
            plant(closings)
    return {sign: unit.name_vi for sign, unit in gaming.items()}


def lines_behind(client, address):
    """All lines of a list over its pages, and the number in its title."""
    lines, title = 0, None
    while address:
        shown = client.get(address).text
        title = int(re.search(r"<title>[^<]*: (\d+)", shown).group(1))
        lines += len(re.findall(r'class="code"', shown))
        after = re.search(r'<a[^>]*href="(\?[^"]*)"[^>]*rel="next"', shown)
        address = f"/dashboard/integrity/list{unescape(after.group(1))}" if after else None
    return lines, title


def test_who_games_is_named_and_no_other_and_every_number_is_its_list(province_in_march, sign_in):
    lead = sign_in("lead")
    page = lead.get(f"/dashboard/integrity?{MARCH}&lang=en").text
    named = re.findall(r"<li>\s*<p><b>([^<]+)</b> · <span[^>]*>.*?</svg>([^<]+)</span><br>([^<]+)<a", page)
    with_names = dict(zip(SIGNS, english_names(lead), strict=True))
    assert sorted((unescape(unit), unescape(label)) for unit, label, _why in named) == sorted(
        (with_names[sign], LABELS[sign]) for sign in SIGNS
    )
    why = unescape(next(text for unit, label, text in named if "Reopened" in label))
    assert re.search(
        r"^2[01] of 40 \(5\d\.\d\s%\); its peers have 1\.\d\s%, .* From \d+ on chance no longer explains it", why
    )

    cells = re.findall(r'<a href="([^"]*integrity/list[^"]*)">(\d+)</a>', page)
    assert len(cells) == 12 * 5 * 2
    for address, number in cells:
        if int(number) > 2 or "of=cases" not in address:
            assert lines_behind(lead, unescape(address)) == (int(number), int(number)), address


def english_names(client):
    """The names of the five that game, as the English page has them."""
    page = client.get(f"/dashboard/integrity?{MARCH}&lang=en").text
    flagged = re.findall(
        r'<tr class="is-warn">\s*<th[^>]*><span class="strong">([^<]+)</span>(.*?)</tr>', page, re.DOTALL
    )
    by_sign = {}
    for name, rest in flagged:
        for place, cell in enumerate(re.findall(r"<td.*?</td>", rest, re.DOTALL)):
            if "badge" in cell:
                by_sign[SIGNS[place]] = unescape(name)
    return [by_sign.get(sign) for sign in SIGNS]


def test_the_right_units_are_named(province_in_march, sign_in):
    lead = sign_in("leader")
    lead.get("/dashboard/integrity?lang=vi")
    page = lead.get(f"/dashboard/integrity?{MARCH}").text
    listed = [unescape(name) for name in re.findall(r"<li>\s*<p><b>([^<]+)</b>", page)]
    assert sorted(listed) == sorted(province_in_march.values())


def test_what_people_do_is_what_is_counted(app, sign_in, at, born, do, targets):
    """The real verbs: a hold on the last day, one before it; a number corrected before the answer; a reopening."""
    targets("GT-01", "5wd")
    late, early, third = (born("2026-03-02 08:00", phone=f"09123456{n}1") for n in range(3))
    for code in (late, early, third):
        do(code, "staff", "accept", "2026-03-02 10:00")
    do(early, "staff", "hold", "2026-03-03 09:00", reason="Chờ vật tư.")
    do(early, "staff", "resume", "2026-03-04 09:00", note="Có rồi.")
    do(third, "operator", "correct", "2026-03-05 09:00", phone="0987654321", reason="Nghe nhầm.")
    do(late, "staff", "hold", "2026-03-09 09:00", reason="Chờ vật tư.")  # the fifth working day
    do(late, "staff", "resume", "2026-03-09 15:00", note="Có rồi.")
    for code in (late, early, third):
        do(code, "staff", "answer", "2026-03-09 16:00", body="Đã vá ổ gà.")
        do(code, "head", "approve", "2026-03-09 16:30")
    do(third, "lead", "reopen", "2026-03-12 09:00", reason="Chưa xong.")
    with app.app_context():
        make_surveys(vn("2026-03-12 09:00"))
    lead = sign_in("lead")
    page = lead.get(f"/dashboard/integrity?{MARCH}&lang=en").text
    row = re.search(r'<span class="strong">Department of Construction</span>(.*?)</tr>', page, re.DOTALL).group(1)
    cells = re.findall(r'href="([^"]+)">(\d+)</a>', row)
    assert [number for _address, number in cells] == ["1", "3", "1", "3", "1", "3"]
    assert "too few peers" in row
    for (address, _number), code in zip(cells[::2], (third, late, third), strict=True):
        shown = lead.get(unescape(address)).text
        assert re.findall(r'class="code"[^>]*>([^<]+)<', shown) == [code]
    assert " → " in lead.get(unescape(cells[4][0])).text
    assert "0987654321" not in lead.get(unescape(cells[4][0])).text


def test_an_empty_period_says_so_and_heads_do_not_see_the_page(app, sign_in):
    lead = sign_in("lead")
    assert "there is nothing to compare" in lead.get("/dashboard/integrity?period=year&lang=en").text
    assert "/dashboard/integrity" in lead.get("/dashboard").text
    head = sign_in("head")
    assert head.get("/dashboard/integrity").status_code == 403
    assert "/dashboard/integrity" not in head.get("/dashboard").text
    for bad, status in (
        ("?from=2026-03-31&to=2026-03-01", 422),
        ("?period=never", 422),
        ("/list?sign=reopened", 404),
        ("/list?sign=luck&department=1", 404),
        ("/list?sign=reopened&department=9999999", 404),
        ("/list?sign=reopened&department=x", 422),
        ("/list?sign=reopened&department=1&of=none", 404),
        ("/list?sign=reopened&department=1&after=x", 404),
    ):
        assert lead.get(f"/dashboard/integrity{bad}").status_code == status, bad
