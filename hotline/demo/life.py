"""One report of the demonstration: from the call to wherever its age and its luck have brought it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from hotline.actor import SYSTEM, Actor
from hotline.calls import actions as calls
from hotline.catalogue.models import Area, Category, Department
from hotline.demo import answering, words
from hotline.demo.intake import Intake
from hotline.demo.past_calls import Telephone
from hotline.demo.past_texts import let_texts_arrive
from hotline.demo.people import Crew
from hotline.messages.models import Message
from hotline.tickets import actions
from hotline.tickets.models import CallerKind, Channel, Clock, ClockKind, Ticket, TicketEvent
from hotline.tickets.rules.guards import REOPEN_WINDOW
from hotline.tickets.rules.lifecycle import Status
from hotline.tickets.rules.sla import LONGEST_EXTENSION_DAYS
from hotline.web.formats import local
from hotline.worktime import WorkCalendar

MINUTE = 60
ENDS = {Status.ANSWERED_ON_CALL: "settle", Status.REFUSED: "refuse", Status.REFERRED_OUT: "refer"}
NOTICED_AFTER = timedelta(seconds=20)


class NotYet(Exception):
    """The next step of a life lies ahead of the demonstration's present."""


@dataclass(frozen=True)
class Caller:
    """Somebody of the province; some call more than once."""

    name: str
    number: str
    business: str
    tax_code: str


@dataclass(frozen=True)
class Temper:
    """How a unit works: its share of late answers and how much people like what it writes (0 is usual)."""

    late: float
    liked: float


@dataclass(frozen=True)
class Stage:
    """What lives are drawn from."""

    chance: Random
    now: datetime
    work: WorkCalendar
    crew: Crew
    telephone: Telephone
    categories: list[Category]
    areas: list[Area]
    units: list[Department]
    callers: list[Caller]
    tempers: dict[int, Temper]
    intake: Intake


class Life:
    """A report lived through the same actions that people use, each at its own instant of the past."""

    def __init__(self, stage: Stage, received_at: datetime, stays: Status | None = None):
        """`stays` names a state in which this life comes to rest, so that the present has some of each."""
        self.stage, self.chance, self.at = stage, stage.chance, received_at
        self.closings: list[TicketEvent] = []
        self.operator = self.chance.choice(stage.crew.operators)
        self.caller = self.chance.choice(stage.callers)
        self.place = self.chance.choice(words.PLACES)
        self.stays = stays
        self.wrong_door = self._chance(0.03, Status.RETURNED)
        self.unsorted = self._chance(0.14, Status.TRIAGE, *ENDS)
        self.ticket: Ticket

    def _chance(self, share: float, *leads_to: Status) -> bool:
        """Whether something happens in this life: by luck, or because only it leads to the state it is to rest in."""
        return self.chance.random() < share if self.stays is None else self.stays in leads_to

    def live(self) -> None:
        """Live until the present."""
        try:
            if self.unsorted:
                self._ask_something()
            else:
                self._report()
            self._end()
        except NotYet:
            self._notice_breaches(self.stage.now)

    def _go(self, at: datetime) -> datetime:
        """Move on to `at`, at least a minute later than now; what falls due on the way is noticed."""
        at = max(at, self.at + timedelta(minutes=1))
        if at > self.stage.now or self.ticket.status is self.stays:
            raise NotYet
        self._notice_breaches(at)
        self.at = at
        return at

    def _pass(self, minutes: float) -> datetime:
        return self._go(self.at + timedelta(minutes=minutes))

    def _office(self, minutes: float) -> datetime:
        return self._go(self._office_time(self.at, minutes * MINUTE))

    def _office_time(self, start: datetime, seconds: float) -> datetime:
        return self.stage.work.deadline(start, int(seconds)) or start

    def _notice_breaches(self, until: datetime) -> None:
        """What the sweep would have noticed on the way, each threshold soon after it was crossed."""
        while True:
            firing = [clock for clock in self.ticket.clocks if clock.fires_at is not None and clock.fires_at < until]
            if not firing:
                return
            clock = min(firing, key=lambda clock: clock.fires_at or until)
            actions.escalate(clock, by=SYSTEM, now=min((clock.fires_at or until) + NOTICED_AFTER, until))

    # The beginning

    def _open(self, content: str, category: Category | None) -> None:
        chance = self.chance
        channel = chance.choices((Channel.PHONE, Channel.WEB, Channel.APP, Channel.COUNTER), (82, 10, 6, 2))[0]
        wish = actions.NewTicket(
            content=content,
            received_at=self.at,
            channel=channel,
            category_id=category.id if category else None,
            area_id=chance.choice(self.stage.areas).id,
            address=self.place if category else "",
            caller_kind=CallerKind.BUSINESS if self.caller.business else CallerKind.CITIZEN,
            caller_name=self.caller.name,
            business_name=self.caller.business,
            tax_code=self.caller.tax_code,
            phone=self.caller.number,
            is_confidential=chance.random() < 0.04,
        )
        wish = self.stage.intake.completed(wish)
        talked = timedelta(seconds=chance.randrange(70, 330))
        opened_at = min(self.at + talked, self.stage.now)
        if channel is Channel.PHONE:
            call = self.stage.telephone.answered(self.caller.number, self.at, talked, self.operator)
            self.ticket, _call = calls.log_call(wish, call=call, by=self.operator, now=opened_at)
        else:
            self.ticket = actions.open_ticket(wish, by=self.operator, now=opened_at)
        self.ticket.follow_code = f"{chance.randrange(10_000):04}"
        self.at = opened_at

    def _ask_something(self) -> None:
        kind = self.chance.choices(("settle", "refuse", "refer", "withdraw", "sort"), (60, 9, 6, 5, 20))[0]
        kind = ENDS.get(self.stays, kind) if self.stays else kind
        said, answer = self.chance.choice(words.UNSORTED[kind])
        self._open(said.format(place=self.place), None)
        by, now = self.operator, self._pass((6 if kind == "settle" else 50) * self.chance.random())
        self._let_texts_arrive()
        if kind == "settle":
            self.closings.append(actions.settle(self.ticket, body=answer, by=by, now=now))
        elif kind == "refuse":
            because, door = answering.door_of(said)
            self.closings.append(
                actions.refuse(self.ticket, guidance=answer, because=because, authority=door, by=by, now=now)
            )
        elif kind == "refer":
            _because, door = answering.door_of(said)
            self.closings.append(actions.refer(self.ticket, guidance=answer, authority=door, by=by, now=now))
        elif kind == "withdraw":
            actions.withdraw(self.ticket, reason=answer, by=by, now=now)
        else:
            self._route(self.chance.choice(self.stage.units), "Tổng đài xem nội dung và chuyển.")
            self._treat(answer.format(place=self.place))

    def _report(self) -> None:
        category = self.chance.choice(self.stage.categories)
        reports, answers = words.REPORTS[category.code]
        said = self.chance.choice(reports).format(place=self.place, since=self.chance.choice(words.SINCE))
        self._open(f"{said} {self.chance.choice(words.CLOSING)}", category)
        answering.show_report(self.ticket, by=self.operator, now=self.at)
        if self.ticket.status is Status.TRIAGE:
            self._pass(5 + 40 * self.chance.random())
            self._route(self.chance.choice(self.stage.units), "Chưa có quy tắc; tổng đài chọn đơn vị.")
        if self.wrong_door:
            self._return()
        self._treat(self.chance.choice(answers).format(place=self.place))

    def _let_texts_arrive(self) -> None:
        """What was due by now has left: the next step of the case takes nothing of it back."""
        let_texts_arrive(Message.ticket_code == self.ticket.code, Message.next_attempt_at <= self.at)

    def _route(self, unit: Department, reason: str) -> None:
        self._let_texts_arrive()
        actions.route(self.ticket, unit, reason=reason, by=self.stage.crew.lead, now=self.at)

    def _return(self) -> None:
        """Returned once; now and then the next unit returns it too, and the lead decides."""
        self._give_back("Theo đề xuất của đơn vị trả lại.")
        if self._chance(0.2):
            self._give_back("Hai đơn vị đã trả lại; trưởng ca quyết định.")

    def _give_back(self, reason: str) -> None:
        self._begin_work(60)
        other = self.chance.choice([unit for unit in self.stage.units if unit.id != self.ticket.department_id])
        actions.return_(self.ticket, other, reason=self.chance.choice(words.WRONG_DOOR), by=self._clerk, now=self.at)
        self._pass(8 + 50 * self.chance.random())
        self._route(other, reason)

    # The unit's work

    @property
    def _clerk(self) -> Actor:
        return self.stage.crew.staff[self.ticket.department_id or 0]

    @property
    def _head(self) -> Actor:
        return self.stage.crew.heads[self.ticket.department_id or 0]

    @property
    def _resolution(self) -> Clock:
        return [clock for clock in self.ticket.clocks if clock.kind is ClockKind.RESOLUTION][-1]

    @property
    def _is_urgent(self) -> bool:
        return not self._resolution.target.endswith(("wh", "wd"))

    def _begin_work(self, minutes: float) -> None:
        if self._is_urgent:
            self._pass(3 + 12 * self.chance.random())
        else:
            self._office(6 + 2 * minutes * self.chance.random())

    def _treat(self, answer: str) -> None:
        chance = self.chance
        if not self._is_urgent and self._chance(0.015):
            self._say_nothing()
        else:
            self._begin_work(75)
            actions.accept(self.ticket, by=self._clerk, now=self.at)
        if chance.random() < 0.3:
            self._pass(3)
            clerk = self.stage.crew.clerks[self.ticket.department_id or 0]
            actions.assign(self.ticket, clerk, by=self._head, now=self.at)
        if chance.random() < 0.9:
            self._begin_work(60)
            actions.note(self.ticket, text=chance.choice(words.NOTES), reached=True, by=self._clerk, now=self.at)
        if self._chance(0.09, Status.WAITING_CITIZEN):
            self._ask_the_citizen()
        elif self._chance(0.04, Status.ON_HOLD):
            self._wait_for_parts()
        elif self._chance(0.04):
            self._get_more_time()
        answered_at = self._moment_of_answer()
        if chance.random() < 0.07:
            self._be_asked_about(answered_at)
        if self._chance(0.008):
            self._office(40)
            self._let_texts_arrive()
            actions.withdraw(self.ticket, reason=words.WITHDRAWN, by=self.operator, now=self.at)
            return
        self._answer(answer, answered_at)
        if self.ticket.is_late and self._chance(0.08):
            self._office(60)
            actions.waive(self.ticket, reason=chance.choice(words.EXCUSED), by=self.stage.crew.lead, now=self.at)
        if self._chance(0.025, Status.REOPENED):
            self._come_back(answer)

    def _say_nothing(self) -> None:
        """The acceptance time runs out without a word: the unit has it all the same."""
        accepting = [clock for clock in self.ticket.clocks if clock.kind is ClockKind.ACCEPTANCE][-1]
        self._go(self._office_time(accepting.deadline_at or self.at, 30 * MINUTE))

    def _ask_the_citizen(self) -> None:
        self._begin_work(30)
        question, by_phone = self.chance.choice(words.ASKED), self.chance.random() < 0.8
        actions.ask(self.ticket, question=question, by_phone=by_phone, by=self._clerk, now=self.at)
        if by_phone:
            actions.confirm(self.ticket, by=self.operator, now=self.at)
        self._pass(60 * self.chance.uniform(1, 40))
        self._let_texts_arrive()
        actions.resume(self.ticket, note=words.REPLIED, by=self.operator, now=self.at)

    def _wait_for_parts(self) -> None:
        self._office(45)
        actions.hold(self.ticket, reason=self.chance.choice(words.HELD), by=self._clerk, now=self.at)
        self._office(240 + 480 * self.chance.random())
        actions.resume(self.ticket, note="Đã đủ điều kiện xử lý tiếp.", by=self._clerk, now=self.at)

    def _get_more_time(self) -> None:
        """The clerk asks for an extension in time, the head grants it."""
        self._begin_work(40)
        clock = self._resolution
        if clock.deadline_at is None or self.at >= clock.deadline_at or self._is_urgent:
            return
        until_on = local(self.stage.work.deadline_days(clock.deadline_at, self.chance.randint(1, 4))).date()
        if (until_on - local(self.at).date()).days <= LONGEST_EXTENSION_DAYS:
            actions.extend(
                self.ticket, until_on=until_on, reason=self.chance.choice(words.HELD), by=self._clerk, now=self.at
            )
            actions.grant(self.ticket, by=self._head, now=self.at)

    def _moment_of_answer(self) -> datetime:
        """When the answer will be approved: mostly within the target, in some units more often after it."""
        temper = self.stage.tempers[self.ticket.department_id or 0]
        is_late = self.chance.random() < temper.late
        share = self.chance.uniform(1.04, 1.6) if is_late else self.chance.uniform(0.2, 0.93)
        if self.stays is not None:
            share = 0.25
        clock = self._resolution
        deadline = clock.deadline_at or self.at
        if self._is_urgent:
            return clock.started_at + (deadline - clock.started_at) * share
        return self._office_time(clock.started_at, self.stage.work.elapsed(clock.started_at, deadline) * share)

    def _be_asked_about(self, answered_at: datetime) -> None:
        if answered_at > self.at:
            self._go(self.at + (answered_at - self.at) * 0.6)
        talked = timedelta(seconds=self.chance.randrange(40, 140))
        call = self.stage.telephone.answered(self.caller.number, self.at, talked, self.operator)
        calls.log_status_call(self.ticket, call=call, summary=words.ASKED_ABOUT, by=self.operator, now=self.at)

    def _answer(self, body: str, at: datetime) -> None:
        self._go(max(at - timedelta(minutes=self.chance.randrange(12, 55)), self.at))
        document = answering.show_work(self.ticket, by=self._clerk, now=self.at)
        actions.answer(self.ticket, body=body, document=document, by=self._clerk, now=self.at)
        if self.chance.random() < 0.05:
            self._begin_work(10)
            actions.rework(self.ticket, reason=self.chance.choice(words.REWORK), by=self._head, now=self.at)
            self._begin_work(15)
            added = f"{body} {words.ADDED}"
            actions.answer(self.ticket, body=added, document=document, by=self._clerk, now=self.at)
        self._go(max(at, self.at))
        self._let_texts_arrive()
        checked_by = self._head if self.ticket.cycle == 1 else self.stage.crew.lead
        self.closings.append(actions.approve(self.ticket, by=checked_by, now=self.at))

    def _come_back(self, body: str) -> None:
        self._pass(60 * (self.chance.uniform(15, 110) if self.stays is None else 1))
        actions.reopen(self.ticket, reason=self.chance.choice(words.NOT_FIXED), by=self.stage.crew.lead, now=self.at)
        self._begin_work(60)
        actions.accept(self.ticket, by=self._clerk, now=self.at)
        self._begin_work(200)
        self._answer(f"{body} {words.DONE_AGAIN}", self.at)

    def _end(self) -> None:
        """Fourteen days after the outcome the case is closed for good."""
        if self.ticket.status.is_stopped and self.ticket.stopped_at is not None:
            self._go(self.ticket.stopped_at + REOPEN_WINDOW + timedelta(minutes=1))
            actions.close(self.ticket, by=SYSTEM, now=self.at)
