"""Citizens and businesses apart: every figure is the sum of both, its list is as long, and the sums agree with counting."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hotline import clock
from hotline.dashboards import funnel, misrouting, scores
from hotline.dashboards.figures import Figure, Scope, count
from hotline.dashboards.queries import numbers
from hotline.dashboards.said import By, Said, count_of, surveys_of
from hotline.dashboards.scores import span_of
from hotline.db import transaction
from hotline.satisfaction.actions import rate
from hotline.satisfaction.jobs import make_surveys, sum_scores
from hotline.satisfaction.models import Solved, Survey
from hotline.satisfaction.queries import sums
from hotline.tickets.models import CallerKind

BUSINESS = {"caller_kind": CallerKind.BUSINESS, "business_name": "Công ty TNHH Ví Dụ", "tax_code": "0100109106"}


@pytest.fixture
def both(app, opened, moved, look):
    """Citizens' and businesses' cases: answered and rated, late and open, returned."""
    done = (("staff", "accept"), ("staff", "answer", {"body": "Đã xử lý."}), ("head", "approve"))
    wishes = [{}, BUSINESS, {}, BUSINESS, BUSINESS]
    codes = [opened(phone=f"091234567{place}", **wish) for place, wish in enumerate(wishes)]
    for code in codes[:4]:
        moved(code, *done)
    with app.app_context():
        make_surveys(clock.now())
        with transaction() as session:
            for survey, score in zip(session.query(Survey).order_by(Survey.ticket_id), (5, 1, 4), strict=False):
                rate(survey, solved=Solved.YES, score=score, mode="link", now=clock.now())
        sum_scores(clock.now())
    return codes


def test_two_kinds_make_the_whole(app, both):
    with app.app_context():
        now = clock.now()
        whole = Scope(now - timedelta(days=400), now + timedelta(seconds=1), now)
        parts = {kind: replace(whole, caller_kind=kind) for kind in CallerKind}
        assert all(count(Figure.RECEIVED, scope) for scope in parts.values())
        of_all, apart = numbers(whole), {kind: numbers(scope) for kind, scope in parts.items()}
        for figure in Figure:
            assert sum(one[figure] for one in apart.values()) == of_all[figure], figure
            assert all(count(figure, parts[kind]) == one[figure] for kind, one in apart.items()), figure
        for kind, scope in parts.items():
            span = span_of(scope)
            for look in (sums.total, sums.by_unit, sums.by_month):
                assert look(span) == look(replace(span, anew=True)), (kind, look)
            board = scores.board(scope, By.CATEGORY, By.UNIT)
            for line in board.lines[By.CATEGORY]:
                assert count_of(surveys_of(Said.RATED, scope, line.line), scope) == line.counts.rated
        buckets = {kind: funnel.funnel(scope) for kind, scope in parts.items()}
        assert all(one.difference == 0 for found in buckets.values() for one in found.identities)
        closed = sum(found.identities[0].whole.number for found in buckets.values())
        assert closed == funnel.funnel(whole).identities[0].whole.number
        returns = [misrouting.board(scope, (), on=now.date()).total.returns for scope in parts.values()]
        assert sum(returns) == misrouting.board(whole, (), on=now.date()).total.returns


def test_pages_and_lists_are_of_the_kind_that_was_chosen(both, sign_in):
    lead = sign_in("lead")
    for page in ("", "/satisfaction", "/funnel", "/misrouting"):
        shown = lead.get(f"/dashboard{page}?period=year&caller_kind=business&lang=en").text
        assert '<option value="business" selected' in shown and "· Business" in shown
    listed = lead.get("/dashboard/list?figure=received&caller_kind=business").text
    assert [code in listed for code in both] == [False, True, False, True, True]
    closings = lead.get("/dashboard/funnel/list?bucket=closed&caller_kind=citizen").text
    assert [code in closings for code in both] == [True, False, True, False, False]
    assert lead.get("/dashboard?caller_kind=robot").status_code == 422
    assert "Who reported" not in lead.get("/open").text  # two and three: too few to be published
