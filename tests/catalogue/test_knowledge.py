"""Answers to common questions: what is shown when, what fits which words, what is counted and what is missing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline import clock
from hotline.audit import AuditEntry
from hotline.catalogue.actions import (
    AnswerDraft,
    add_answer,
    edit_answer,
    note_use,
    report_missing,
    retire_answer,
    set_aside_missing,
    settle_missing,
)
from hotline.catalogue.models import AnswerKind, AnswerUse, CommonAnswer, MissingAnswer
from hotline.catalogue.queries import current_areas, knowledge
from hotline.catalogue.rules.knowledge import Candidate, Standing, is_review_due, nearly_ranked, ranked, standing
from hotline.db import db, transaction
from hotline.errors import Conflict, Invalid

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
TODAY = date(2026, 11, 25)
HOUR = timedelta(hours=1)
WORDS = st.lists(st.sampled_from(["dat", "dai", "dien", "nuoc", "ho", "tich", "the", "bao", "hiem"]), max_size=3)
ENTRIES = st.lists(st.builds(lambda *texts: tuple(" ".join(one) for one in texts), WORDS, WORDS, WORDS), max_size=4)


def candidates(texts):
    return [Candidate(number, *parts, is_notice=number % 3 == 0, uses=number % 2) for number, parts in enumerate(texts)]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(ENTRIES, st.lists(st.sampled_from(["da", "dat", "n", "ho", "hiem", "xyz"]), min_size=1, max_size=4))
def test_what_is_found_holds_every_word_by_its_beginning_in_any_order(texts, wanted):
    entries = candidates(texts)
    found = ranked(wanted, entries)
    for entry in entries:
        words = f"{entry.question} {entry.keywords} {entry.rest}".split()
        assert (entry in found) == all(any(word.startswith(part) for word in words) for part in wanted)
    assert [entry.is_notice for entry in found] == sorted((entry.is_notice for entry in found), reverse=True)
    assert found == ranked(wanted, reversed(entries))
    assert {entry.id for entry in found} == {entry.id for entry in ranked(wanted[::-1], entries)}
    assert set(found) <= set(nearly_ranked(wanted, entries))


def test_the_question_weighs_more_than_the_keywords_and_those_more_than_the_answer():
    rows = [Candidate(1, "a", "b", "dat dai"), Candidate(2, "a", "dat dai", "b"), Candidate(3, "dat dai", "a", "b")]
    assert [one.id for one in ranked(["dat", "dai"], rows)] == [3, 2, 1]


AT = st.integers(-120, 120).map(lambda hours: NOW + timedelta(hours=hours))


@given(st.booleans(), st.none() | st.dates(date(2026, 11, 20), date(2026, 11, 30)), AT, AT, AT)
def test_a_notice_holds_from_its_beginning_until_its_end_and_never_again(is_active, valid, begins, ends, now):
    stands = standing(
        is_active=is_active, valid_until_on=valid, begins_at=begins, ends_at=ends, today=now.date(), now=now
    )
    holds = is_active and begins <= now < ends and (valid is None or now.date() <= valid)
    assert (stands is Standing.SHOWN) == holds
    later = standing(
        is_active=is_active,
        valid_until_on=valid,
        begins_at=begins,
        ends_at=ends,
        today=(now + HOUR).date(),
        now=now + HOUR,
    )
    if stands in (Standing.ENDED, Standing.EXPIRED, Standing.RETIRED):
        assert later is not Standing.SHOWN


@pytest.mark.parametrize("days, due", [(-1, True), (0, True), (1, False)])
def test_a_review_is_due_from_its_day_on_unless_nothing_would_be_shown(days, due):
    on = TODAY + timedelta(days=days)
    assert is_review_due(on, Standing.SHOWN, TODAY) is due
    assert is_review_due(on, Standing.EXPIRED, TODAY) is due
    assert not is_review_due(on, Standing.RETIRED, TODAY)
    assert not is_review_due(None, Standing.SHOWN, TODAY)


def notice(begins, ends, **more):
    return AnswerDraft(
        AnswerKind.NOTICE, "Tạm ngừng cấp điện", "Sửa chữa.", begins_at=NOW + begins, ends_at=NOW + ends, **more
    )


def test_the_base_that_comes_with_the_house_answers_what_people_ask(app):
    with app.app_context():
        asked = {
            "khai sinh": "Đăng ký khai sinh",
            "lam lai can cuoc": "Làm thẻ căn cước",
            "CCCD": "Làm thẻ căn cước",
            "sổ đỏ": "Cấp lần đầu giấy chứng nhận",
            "bhyt ho gia dinh": "Mua bảo hiểm y tế",
            "bang lai het han": "Đổi giấy phép lái xe",
            "cup dien": "Mất điện",
            "xe buyt": "Các tuyến xe buýt",
            "lop 1": "Tuyển sinh đầu cấp",
            "that nghiep": "Hưởng trợ cấp thất nghiệp",
            "rac cong kenh": "Giờ thu gom rác",
        }
        for words, begins in asked.items():
            found = knowledge.search_answers(words, clock.now())
            assert found.rows[0].question.startswith(begins), (words, [row.question for row in found.rows])
        near = knowledge.search_answers("khai sinh cho con zzz", clock.now())
        assert near.is_near and near.rows[0].question.startswith("Đăng ký khai sinh")
        assert not knowledge.search_answers("zzz", clock.now()).rows


def test_a_notice_comes_first_where_it_holds_and_falls_out_by_itself(app, by):
    with app.app_context():
        with transaction():
            places = current_areas(TODAY)
            far = add_answer(notice(-HOUR, HOUR, area_id=places[1].id), by=by("lead"), now=NOW)
            here = add_answer(notice(-HOUR, 3 * HOUR, area_id=places[0].id), by=by("lead"), now=NOW)
            add_answer(notice(HOUR, 2 * HOUR), by=by("lead"), now=NOW)
            codes = far.code, here.code
            place, name = places[0].id, places[0].name_vi
        in_force = [row.code for row in knowledge.notices_in_force(NOW, area_id=place)]
        assert in_force == [codes[1], codes[0]]
        assert [row.code for row in knowledge.notices_in_force(NOW)] == list(codes)
        assert [row.code for row in knowledge.search_answers("điện", NOW).rows[:2]] == list(codes)
        assert knowledge.search_answers(f"tạm ngừng cấp điện {name}", NOW).rows[0].code == codes[1]
        assert [row.code for row in knowledge.notices_in_force(NOW + 2 * HOUR)][-1] == codes[1]
        assert not knowledge.notices_in_force(NOW + 3 * HOUR)


def test_an_edit_is_in_the_audit_with_before_and_after_and_a_late_one_is_refused(app, by):
    with app.app_context():
        with transaction():
            draft = AnswerDraft(AnswerKind.QUESTION, "Xin phép nuôi yến?", "Hỏi xã.", fees="Không")
            code = add_answer(draft, by=by("lead"), now=NOW).code
        longer = AnswerDraft(AnswerKind.QUESTION, "Xin phép nuôi yến?", "Nộp tại xã.", fees="Không")
        with transaction():
            edit_answer(code, longer, version=1, by=by("lead"), now=NOW)
            edit_answer(code, longer, version=2, by=by("lead"), now=NOW)
        with pytest.raises(Conflict), transaction():
            edit_answer(code, draft, version=1, by=by("lead"), now=NOW)
        deed = db.session.query(AuditEntry).filter_by(object_id=code, deed="answers:edit").one()
        assert (deed.detail["before"], deed.detail["after"]) == ({"answer": "Hỏi xã."}, {"answer": "Nộp tại xã."})
        with transaction():
            retire_answer(code, version=2, by=by("lead"), now=NOW)
        assert not knowledge.search_answers("nuôi yến", NOW).rows
        for wrong, field in (
            (AnswerDraft(AnswerKind.QUESTION, "", "x"), "question"),
            (AnswerDraft(AnswerKind.NOTICE, "x", "x"), "begins_at"),
            (notice(HOUR, HOUR), "ends_at"),
            (AnswerDraft(AnswerKind.QUESTION, "x", "x", category_id=99999), "category_id"),
        ):
            with pytest.raises(Invalid) as refused, transaction():
                add_answer(wrong, by=by("lead"), now=NOW)
            assert field in refused.value.fields


def test_readings_are_counted_and_leave_the_version_alone(app, by):
    with app.app_context():
        with transaction():
            for days in (0, 1, 40):
                note_use("GD-0001", by=by("operator"), now=NOW - timedelta(days=days))
        row = db.session.query(CommonAnswer).filter_by(code="GD-0001").one()
        assert (row.uses, row.version, db.session.query(AnswerUse).count()) == (3, 1, 3)
        assert knowledge.uses_since(NOW - timedelta(days=30)) == {row.id: 2}
        assert [(one.code, uses) for one, uses in knowledge.most_used(NOW - timedelta(days=60))] == [("GD-0001", 3)]


def test_one_answer_settles_everybody_who_missed_it(app, by):
    with app.app_context():
        with transaction():
            first = report_missing("Tiêm dại cho chó ở đâu?", by=by("operator"), now=NOW)
            report_missing("tiem dai cho cho o dau", by=by("operator"), now=NOW)
            other = report_missing("Hỏa táng", by=by("operator"), now=NOW)
            ids = first.id, other.id
        assert [(lack.id, lack.times) for lack in knowledge.missing_answers()] == [(ids[0], 2), (ids[1], 1)]
        with transaction():
            answer = add_answer(AnswerDraft(AnswerKind.QUESTION, "Tiêm dại?", "Trạm thú y."), by=by("lead"), now=NOW)
            assert settle_missing(ids[0], answer=answer, by=by("lead"), now=NOW) == 2
            set_aside_missing(ids[1], because="Đã có ở mục mai táng phí", by=by("lead"), now=NOW)
        assert knowledge.missing_answers() == []
        with pytest.raises(Conflict), transaction():
            set_aside_missing(ids[1], because="Lần nữa", by=by("lead"), now=NOW)
        assert db.session.query(MissingAnswer).filter(MissingAnswer.common_answer_id.is_not(None)).count() == 2
