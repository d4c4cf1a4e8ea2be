"""How the lists are found: whatever the list, the reader and the filters, no plan reads all the tickets."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql, sqlite

from hotline import clock
from hotline.catalogue.models import Area, Category, Department, DepartmentSuccession
from hotline.db import db, transaction
from hotline.tickets import queries
from hotline.tickets.models import CallerKind
from hotline.tickets.queries import Filters, View, views_of
from hotline.tickets.queries.queue import rows_of, some_of

ROLES = ("staff", "head", "operator", "lead", "leader")
CURSOR = "1764000000.000000~5"


@pytest.fixture
def narrowings(app):
    """Nothing, one of each kind of filter, and several at once."""
    with app.app_context():
        category, area, unit = (
            db.session.scalars(select(table).limit(1)).one() for table in (Category, Area, Department)
        )
    return {
        "nothing": Filters(),
        "category": Filters(category=category),
        "held": Filters(held_days=5),
        "several": Filters(category=category, area=area, caller_kind=CallerKind.BUSINESS),
        "unit": Filters(unit=unit),
    }


def plan_of(query):
    """The plan as the database tells it, one line a step."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    dialect = sqlite.dialect() if is_sqlite else postgresql.dialect(paramstyle="named")
    words = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    if is_sqlite:
        return [row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {words.replace(':', chr(92) + ':')}"))]
    return [row[0] for row in db.session.execute(text(f"EXPLAIN {words.replace(':', chr(92) + ':')}"))]


def reads_all(step):
    """Whether a step of a plan goes through the tickets from end to end without an index."""
    return (step.strip().startswith("SCAN tickets") and "USING" not in step) or "Seq Scan on tickets" in step


@pytest.mark.parametrize("took_over", [False, True])
def test_no_list_reads_all_the_tickets(app, by, narrowings, opened, took_over):
    found = {}
    if took_over:
        opened(category="YT-01", area=None)
    with app.app_context():
        if took_over:
            with transaction() as session:
                ended = session.scalars(
                    select(Department).where(Department.code == "SYT", Department.valid_to.is_(None))
                ).one()
                ended.valid_to = ended.valid_from + timedelta(days=1)
                taker = by("staff").department_id
                session.add(DepartmentSuccession(predecessor_id=ended.id, successor_id=taker, takes_open_work=True))
            assert len(queries.units_of(by("staff"))) == 2
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("SET LOCAL enable_seqscan = off"))  # a small table is read whole for good reasons
        for who, (name, filters) in itertools.product(("staff",) if took_over else ROLES, narrowings.items()):
            actor, now = by(who), clock.now()
            if name == "unit" and actor.department_id is not None:
                continue
            for view in views_of(actor):
                if view is View.TASKS:
                    continue
                for query in (rows_of(view, actor, now, filters, CURSOR), some_of(view, actor, now, filters)):
                    wrong = [step for step in plan_of(query) if reads_all(step)]
                    if wrong:
                        found[who, view.value, name] = wrong
    assert found == {}


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # PostgreSQL chooses by the size of the table
def test_work_comes_out_of_the_index_in_the_order_in_which_it_is_shown(app, by):
    with app.app_context():
        for who in ROLES:
            for view in set(views_of(by(who))) - {View.TASKS, View.WAITING}:
                plan = plan_of(rows_of(view, by(who), clock.now()))
                assert not [step for step in plan if "TEMP B-TREE" in step], (who, view, plan)
