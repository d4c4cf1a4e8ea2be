"""The catalogue as tables, to be exported and imported. One description a table; a new one is one line here."""

from hotline.admin.tables.answering import AUTHORITIES, TEMPLATES
from hotline.admin.tables.categories import CATEGORIES, QUESTIONS
from hotline.admin.tables.frame import Table
from hotline.admin.tables.people import PEOPLE
from hotline.admin.tables.policies import POLICIES
from hotline.admin.tables.routing import RULES
from hotline.admin.tables.texts import WORDINGS
from hotline.admin.tables.units import AREAS, UNITS

_ALL = (UNITS, AREAS, CATEGORIES, QUESTIONS, RULES, POLICIES, TEMPLATES, AUTHORITIES, WORDINGS, PEOPLE)
TABLES: dict[str, Table] = {table.name: table for table in _ALL}

__all__ = ["TABLES", "Table"]
