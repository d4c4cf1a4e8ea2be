"""The one verb on the province's settings: change what differs; what is as delivered is not stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline import audit
from hotline.actor import Actor
from hotline.catalogue.models import Setting
from hotline.catalogue.rules.settings import Complaint, read_networks, wrong_settings
from hotline.catalogue.settings import REVISION, Province, forget_province, province
from hotline.db import db, insert_once
from hotline.errors import Conflict, Invalid
from hotline.phone import read_number


def change_settings(values: Mapping[str, Any], *, version: int, by: Actor, now: datetime) -> int:
    """Make `values` (by the names of `Province`; what is not named stays) the province's settings.

    Returns how many changed; each is a deed of its own in the audit, with what it was before. `version` is the
    revision that was looked at. Raises Conflict when it is no longer the present one, Invalid for what cannot be.
    """
    insert_once(Setting, key=REVISION, value=0)
    revision = db.session.scalars(select(Setting).where(Setting.key == REVISION).with_for_update()).one()
    if revision.value != version:
        raise Conflict(_l("Somebody changed the settings in the meantime; please look at them again."))
    before, delivered = asdict(province()), asdict(Province())
    wanted = before | _read(values)
    wrong = wrong_settings(wanted)
    if wrong:
        raise Invalid(fields={name: _said(complaint) for name, complaint in wrong.items()})
    changed = [name for name in delivered if wanted[name] != before[name]]
    stored = {row.key: row for row in db.session.scalars(select(Setting).where(Setting.key.in_(changed)))}
    for name in changed:
        row, value = stored.get(name), wanted[name]
        if value == delivered[name]:
            if row is not None:
                db.session.delete(row)
        elif row is None:
            db.session.add(Setting(key=name, value=value))
        else:
            row.value = value
        audit.record(
            "settings:change",
            by=by,
            now=now,
            object_kind="setting",
            object_id=name,
            before=before[name],
            after=value,
        )
    if changed:
        revision.value = version + 1
    db.session.flush()
    forget_province()
    return len(changed)


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Networks and numbers in the form in which they are compared. Raises Invalid for lines that are none."""
    read, wrong = dict(values), {}
    try:
        if "office_networks" in read:
            read["office_networks"] = read_networks(read["office_networks"])
    except ValueError as error:
        wrong["office_networks"] = _l(
            "“%(line)s” is no network such as 10.20.0.0/16 or 2001:db8::/48, or it is far too wide.", line=error
        )
    if "test_numbers" in read:
        numbers = {line: read_number(line).e164 for line in read["test_numbers"]}
        strange = [line for line, number in numbers.items() if number is None]
        if strange:
            wrong["test_numbers"] = _l("“%(line)s” is no telephone number.", line=strange[0])
        read["test_numbers"] = tuple(dict.fromkeys(number for number in numbers.values() if number))
    if wrong:
        raise Invalid(fields=wrong)
    return read


def _said(complaint: Complaint) -> Any:
    return _l(complaint.sentence, **complaint.params)
