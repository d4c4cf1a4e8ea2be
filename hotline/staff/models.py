"""Who works here: people and their sessions."""

from __future__ import annotations

from datetime import date, datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.catalogue.models import Department
from hotline.db import Base, coded
from hotline.staff.permissions import Role


class User(UserMixin, Base):  # type: ignore[misc]
    """A person with an account. Staff and heads belong to a department, the others to the province.

    A focal point (đầu mối) is staff whom the head lets assign the unit's work.
    `mobile` takes texts about work (E.164, or empty). An absence, both days included, always names who stands in.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("(role IN ('staff', 'head')) = (department_id IS NOT NULL)", name="department_fits_role"),
        CheckConstraint("email = lower(email)", name="email_is_lower"),
        CheckConstraint("NOT is_focal_point OR role = 'staff'", name="focal_point_is_staff"),
        CheckConstraint("mobile = '' OR substr(mobile, 1, 1) = '+'", name="mobile_is_e164"),
        CheckConstraint("substitute_id <> id", name="another_stands_in"),
        CheckConstraint("away_until_on >= away_from_on", name="absence_goes_forward"),
        CheckConstraint(
            "(substitute_id IS NULL) = (away_from_on IS NULL) AND (away_from_on IS NULL) = (away_until_on IS NULL)",
            name="absence_is_whole",
        ),
        Index("ix_users_department_id", "department_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(coded(Role, "role"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    is_focal_point: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str] = mapped_column(String(200))
    is_enabled: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    dial_number: Mapped[str] = mapped_column(String(32), default="")
    mobile: Mapped[str] = mapped_column(String(20), default="")
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    away_from_on: Mapped[date | None]
    away_until_on: Mapped[date | None]
    made_at: Mapped[datetime]
    department: Mapped[Department | None] = relationship()
    substitute: Mapped[User | None] = relationship(remote_side="User.id")


class SignIn(Base):
    """A session on the server: ending the row ends it everywhere, a copied cookie included. Keeps only the hash."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64), default="")
    browser: Mapped[str] = mapped_column(String(200), default="")
    user: Mapped[User] = relationship()
