"""What people do all day, as the bench does it: each kind of work hands out one round of ready-made steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tools.visitor import Reply, Visitor, new_key

Step = Callable[[], float]
REPORT = {
    "caller_kind": "citizen",
    "caller_name": "Nguyễn Thị Lan",
    "content": "Ổ gà lớn trước cổng chợ, xe máy hay ngã vào buổi tối, đề nghị sớm khắc phục.",
}
ANSWER = "Đơn vị đã kiểm tra và vá mặt đường trước cổng chợ. Xin cảm ơn Ông/Bà đã phản ánh."
CATEGORY, AREA = "Mặt đường hư hỏng, ổ gà", "Phường Đồng Xoài"


class Office:
    """The people of one served province, signed in, and the rounds of work they do."""

    def __init__(self, base: str):
        self.lead, self.operator = Visitor(base).sign_in("lead"), Visitor(base).sign_in("operator")
        self.clerk, self.head = Visitor(base).sign_in("staff"), Visitor(base).sign_in("head")
        form = self.operator.get("/tickets/new").body
        self._wish = {**REPORT, "category_id": _option(form, CATEGORY), "area_id": _option(form, AREA)}
        self._seen = re.findall(r"/tickets/(\d\d-\d{7})", self.lead.get("/tickets?view=todo").body)

    def create(self, number: int) -> list[Step]:
        """`number` reports, each one POST of the intake form."""
        return [lambda: _done(self._open()) for _ in range(number)]

    def look_at_queue(self, number: int) -> list[Step]:
        """The first page of all open work."""
        return [lambda: _done(self.lead.get("/tickets?view=todo"), 200) for _ in range(number)]

    def look_at_ticket(self, number: int) -> list[Step]:
        """The page of a case, one after the other of those due next."""
        codes = [self._seen[turn % len(self._seen)] for turn in range(number)]
        return [lambda code=code: _done(self.lead.get(f"/tickets/{code}"), 200) for code in codes]  # type: ignore[misc]

    def answer_and_approve(self, number: int) -> list[Step]:
        """The unit's answer and its head's approval; opening and accepting the case come before and are not counted."""
        return [self._answering(*self._accepted()) for _ in range(number)]

    def _open(self) -> Reply:
        return self.operator.post("/tickets/new", self._wish, key=new_key())

    def _accepted(self) -> tuple[str, int]:
        code = self._open().location.rpartition("=")[2]
        _done(self._act(self.clerk, code, "accept", version=_version(self.clerk.get(f"/tickets/{code}"))))
        return code, _version(self.clerk.get(f"/tickets/{code}"))

    def _answering(self, code: str, version: int) -> Step:
        def once() -> float:
            waited = _done(self._act(self.clerk, code, "answer", version=version, body=ANSWER))
            return waited + _done(self._act(self.head, code, "approve", version=version + 1))

        return once

    @staticmethod
    def _act(person: Visitor, code: str, verb: str, *, version: int, **fields: str) -> Reply:
        return person.post(f"/tickets/{code}/{verb}", {"version": str(version), **fields}, key=new_key())


@dataclass(frozen=True)
class Work:
    """A kind of work: its name in the table and how often a round does it."""

    name: str
    times: int
    round_of: Callable[[Office, int], list[Step]]


WORK = (
    Work("first queue page", 60, Office.look_at_queue),
    Work("ticket page", 60, Office.look_at_ticket),
    Work("create", 40, Office.create),
    Work("answer and approve", 25, Office.answer_and_approve),
)


def _option(form: str, name: str) -> str:
    found = re.search(rf'value="(\d+)">{re.escape(name)}<', form)
    if not found:
        raise RuntimeError(f"the intake form offers no {name!r}")
    return found.group(1)


def _version(page: Reply) -> int:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page.body)
    if not found:
        raise RuntimeError("the case offers no verb")
    return int(found.group(1))


def _done(reply: Reply, status: int = 303) -> float:
    if reply.status != status:
        raise RuntimeError(f"the server answered {reply.status}, not {status}")
    return reply.seconds
