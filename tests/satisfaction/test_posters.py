"""Paper for counters: the square leads to the citizen's page, on the slip to the case, and nothing personal is on it."""

import re

import segno

from hotline.satisfaction.views.posters import qr


def squares(page):
    """What the squares of a page are drawn from."""
    return re.findall(r'<svg[^>]*class="qr".*?</svg>', page, re.S)


def test_the_poster_leads_to_the_page_for_citizens_in_both_languages(sign_in):
    admin = sign_in("admin")
    for size in ("a4", "a6"):
        page = admin.get(f"/posters?size={size}").text
        assert squares(page) == [str(qr("http://localhost/t"))]
        assert f"paper-{size}.css" in page
    assert 'lang="vi"' in page
    assert "Has what you reported been solved?" in page
    assert "style=" not in squares(page)[0]  # the Content-Security-Policy refuses style attributes


def test_the_slip_names_the_case_and_nobody(sign_in, opened):
    code = opened()
    page = sign_in("operator").get(f"/tickets/{code}/slip").text
    assert squares(page) == [str(qr(f"http://localhost/t/{code}"))]
    sheet = page[page.index('class="sheet ') :]
    assert code in sheet
    for private in ("Nguyễn Thị Lan", "912345678", "678", "Ổ gà"):
        assert private not in re.sub(r"<svg.*?</svg>", "", sheet, flags=re.S)
    assert sign_in("health").get(f"/tickets/{code}/slip").status_code == 404


def test_the_square_is_read_although_a_corner_is_soiled():
    assert segno.make("http://localhost/t", error="m", micro=False).error in "MQH"
    assert str(qr("http://localhost/t")).count("<path") == 1
