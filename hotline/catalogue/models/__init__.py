"""What the province configures: units, areas, categories, rules, policies, calendars, answers. All of it data."""

from hotline.catalogue.models.answering import AnswerTemplate, Authority
from hotline.catalogue.models.categories import Category, CategoryQuestion, Evidence, Priority, QuestionKind
from hotline.catalogue.models.deadlines import Calendar, Policy
from hotline.catalogue.models.knowledge import AnswerKind, AnswerUse, CommonAnswer, MissingAnswer
from hotline.catalogue.models.naming import Level, Named
from hotline.catalogue.models.routing import Hours, RoutingRule
from hotline.catalogue.models.settings import Setting
from hotline.catalogue.models.units import Area, AreaSuccession, Department, DepartmentSuccession

__all__ = [
    "AnswerKind",
    "AnswerTemplate",
    "AnswerUse",
    "Area",
    "AreaSuccession",
    "Authority",
    "Calendar",
    "Category",
    "CategoryQuestion",
    "CommonAnswer",
    "Department",
    "DepartmentSuccession",
    "Evidence",
    "Hours",
    "Level",
    "MissingAnswer",
    "Named",
    "Policy",
    "Priority",
    "QuestionKind",
    "RoutingRule",
    "Setting",
]
