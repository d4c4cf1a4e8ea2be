"""The catalogue as tables, to be exported and imported. One description a table; a new one is one line here."""

from hotline.admin.tables.categories import CATEGORIES, QUESTIONS
from hotline.admin.tables.frame import Table
from hotline.admin.tables.people import PEOPLE
from hotline.admin.tables.routing import RULES
from hotline.admin.tables.units import AREAS, UNITS

TABLES: dict[str, Table] = {table.name: table for table in (UNITS, AREAS, CATEGORIES, QUESTIONS, RULES, PEOPLE)}

__all__ = ["TABLES", "Table"]
