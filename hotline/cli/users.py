"""`flask users add`: the first administrator, or anybody, from the command line."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from hotline import clock
from hotline.actor import SYSTEM
from hotline.catalogue import queries as catalogue
from hotline.db import transaction
from hotline.staff import actions, queries
from hotline.staff.permissions import Role
from hotline.staff.rules import SHORTEST_PASSWORD

group = AppGroup("users", help="People with an account.")


@group.command("add")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--department", help="Code of the unit; for staff and heads.")
@click.password_option(help="Asked for when not given.")
def add(email: str, name: str, role: str, department: str | None, password: str) -> None:
    """Create a person."""
    now = clock.now()
    if len(password) < SHORTEST_PASSWORD:
        raise click.ClickException(f"The password needs at least {SHORTEST_PASSWORD} characters.")
    if Role(role).belongs_to_department != bool(department):
        raise click.ClickException("Staff and heads need --department; the other roles have none.")
    with transaction():
        if queries.user_by_email(email):
            raise click.ClickException(f"{email} already has an account.")
        unit = catalogue.department_by_code(department, now.date()) if department else None
        if department and unit is None:
            raise click.ClickException(f"No unit {department}.")
        user = actions.add_user(email, name, Role(role), unit, password, by=SYSTEM, now=now)
    click.echo(f"{user.email} may now sign in as {role}.")
