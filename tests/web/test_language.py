"""The reader's language: asked for once, kept for staff through redirects, never in a cookie for citizens."""


def test_a_language_asked_for_on_a_page_that_only_leads_on_is_kept(client, sign_in):
    client.get("/?lang=en")
    assert '<html lang="en"' in client.get("/login").text
    staff = sign_in("staff")
    assert staff.get("/login?lang=en").status_code in (302, 303)
    assert '<html lang="en"' in staff.get("/tickets").text
    assert '<html lang="vi"' in staff.get("/tickets?lang=vi").text


def test_an_unknown_language_changes_nothing(client):
    assert '<html lang="vi"' in client.get("/login?lang=fr").text


def test_a_citizen_gets_the_language_without_a_cookie(client):
    page = client.get("/t?lang=en")
    assert '<html lang="en"' in page.text
    assert "Set-Cookie" not in page.headers
