"""Verbs on tickets, the only writers. Each takes the ticket, `by` and `now` and never commits."""

from hotline.tickets.actions.answers import OfficialDocument
from hotline.tickets.actions.contacts import chase, contact, correct, note, phone, reveal
from hotline.tickets.actions.digests import send_digests
from hotline.tickets.actions.drafts import drop_draft, drop_old_drafts, keep_draft
from hotline.tickets.actions.escalating import escalate_due
from hotline.tickets.actions.extensions import decline, extend, grant, open_extension
from hotline.tickets.actions.files import ExaminedFile, add_files, examine, remove_file
from hotline.tickets.actions.incidents import attach, detach
from hotline.tickets.actions.moves import (
    accept,
    answer,
    approve,
    assign,
    close,
    latest_draft,
    refer,
    refuse,
    reopen,
    return_,
    rework,
    route,
    sent_back_draft,
    settle,
    triage,
    withdraw,
)
from hotline.tickets.actions.opening import NewTicket, open_ticket
from hotline.tickets.actions.promises import classify, escalate, standing_breaches, waive
from hotline.tickets.actions.saved import MOST_SAVED, delete_view, rename_view, save_view
from hotline.tickets.actions.splitting import open_beside
from hotline.tickets.actions.status import change_status, check_move
from hotline.tickets.actions.succession import succeed, succeed_task
from hotline.tickets.actions.tasks import contribute, involve, merged, release, tell_late
from hotline.tickets.actions.together import MOST_AT_ONCE, Ticked, Why, do_together
from hotline.tickets.actions.waiting import ask, confirm, hold, note_delivery, resume

__all__ = [
    "MOST_AT_ONCE",
    "MOST_SAVED",
    "ExaminedFile",
    "NewTicket",
    "OfficialDocument",
    "Ticked",
    "Why",
    "accept",
    "add_files",
    "answer",
    "approve",
    "ask",
    "assign",
    "attach",
    "change_status",
    "chase",
    "check_move",
    "classify",
    "close",
    "confirm",
    "contact",
    "contribute",
    "correct",
    "decline",
    "delete_view",
    "detach",
    "do_together",
    "drop_draft",
    "drop_old_drafts",
    "escalate",
    "escalate_due",
    "examine",
    "extend",
    "grant",
    "hold",
    "involve",
    "keep_draft",
    "latest_draft",
    "merged",
    "note",
    "note_delivery",
    "open_beside",
    "open_extension",
    "open_ticket",
    "phone",
    "refer",
    "refuse",
    "release",
    "remove_file",
    "rename_view",
    "reopen",
    "resume",
    "return_",
    "reveal",
    "rework",
    "route",
    "save_view",
    "send_digests",
    "sent_back_draft",
    "settle",
    "standing_breaches",
    "succeed",
    "succeed_task",
    "tell_late",
    "triage",
    "waive",
    "withdraw",
]
