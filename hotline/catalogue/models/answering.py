"""What helps to write an answer: templates with fields, and the directory of who is responsible elsewhere."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models.categories import Category
from hotline.catalogue.models.naming import Named
from hotline.catalogue.models.units import Department
from hotline.db import Base


class AnswerTemplate(Base):
    """A prepared answer. What stands in square brackets, such as `[ngày sửa xong]`, is a field to be filled in.

    Without a category it fits every category, without a unit every unit.
    """

    __tablename__ = "answer_templates"
    __table_args__ = (
        CheckConstraint("length(body) BETWEEN 1 AND 20000", name="body_has_a_length"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        Index("ix_answer_templates_category_id", "category_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    category: Mapped[Category | None] = relationship()
    department: Mapped[Department | None] = relationship()


class Authority(Named, Base):
    """Somebody outside this system, or whom the law names, who is responsible: the right door ("đúng cửa").

    `guidance_vi` is what the citizen is told: where to go, with what, by which way.
    """

    __tablename__ = "authorities"
    __table_args__ = (
        CheckConstraint("phone <> '' OR address <> '' OR website <> ''", name="can_be_reached"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    responsible_for_vi: Mapped[str] = mapped_column(String(500))
    responsible_for_en: Mapped[str] = mapped_column(String(500), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    hours: Mapped[str] = mapped_column(String(120), default="")
    guidance_vi: Mapped[str] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(String(2000))
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
