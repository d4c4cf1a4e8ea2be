"""What goes with the answers of the demonstration: photos of the work, signed documents, who is responsible instead."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw
from sqlalchemy import select

from hotline.actor import Actor
from hotline.catalogue.models import Authority, Evidence
from hotline.db import db
from hotline.tickets import actions
from hotline.tickets.models import FilePurpose, RefusalReason, Ticket
from hotline.web.formats import local

NEEDLESS_PROOF_SHARE = 0.05
DOCUMENT_SHARE = 0.04
REPORTED_PHOTO_SHARE = 0.05
COLOURS = (("#8fb7c9", "#6b6f73"), ("#a9c4a2", "#7d7263"), ("#c9bda0", "#5c6670"))
SIGNATORIES = ("Nguyễn Văn Thành", "Trần Quốc Dũng", "Lê Thị Bích Thủy", "Phạm Minh Hải")

# By how a report of `words.UNSORTED` begins: why it is refused, and whose it is.
DOORS: dict[str, tuple[RefusalReason, str]] = {
    "Đề nghị xem lại bản án": (RefusalReason.COURT, "TAND"),
    "Đề nghị tổng đài đòi giúp tiền": (RefusalReason.CIVIL_DISPUTE, "HGCS"),
    "Khiếu nại quyết định thu hồi đất": (RefusalReason.COMPLAINT, "TCD"),
    "Ngân hàng trừ tiền": (RefusalReason.OTHER_PLACE, "NHNN"),
    "Quốc lộ 14": (RefusalReason.OTHER_PLACE, "QLDB"),
}


def door_of(said: str) -> tuple[RefusalReason, Authority | None]:
    """Why a report is refused, and who is responsible instead."""
    because, code = next(
        (door for begin, door in DOORS.items() if said.startswith(begin)), (RefusalReason.NOTHING_TO_ANSWER, "")
    )
    return because, db.session.scalar(select(Authority).where(Authority.code == code))


def show_report(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """Now and then the person who reported has sent a photo."""
    chance = _luck_of(ticket, "report")
    if chance.random() < REPORTED_PHOTO_SHARE:
        photo = _photo(chance.randrange(len(COLOURS)), is_done=False)
        actions.add_files(ticket, [photo], FilePurpose.REPORT, by=by, now=now)


def show_work(ticket: Ticket, *, by: Actor, now: datetime) -> actions.OfficialDocument:
    """The proof that the category asks for, or a photo for good measure; now and then a signed document."""
    chance = _luck_of(ticket, f"answer {ticket.cycle}")
    asked = ticket.category.evidence if ticket.category else Evidence.NONE
    if asked in (Evidence.PHOTO, Evidence.EITHER) or chance.random() < NEEDLESS_PROOF_SHARE:
        photo = _photo(chance.randrange(len(COLOURS)), is_done=True)
        actions.add_files(ticket, [photo], FilePurpose.EVIDENCE, by=by, now=now)
    if asked is not Evidence.DOCUMENT and chance.random() > DOCUMENT_SHARE:
        return actions.OfficialDocument()
    number = f"{chance.randrange(120, 2400)}/{ticket.department.code if ticket.department else 'UBND'}-VP"
    actions.add_files(ticket, [_document()], FilePurpose.OFFICIAL, by=by, now=now)
    return actions.OfficialDocument(number, local(now).date(), chance.choice(SIGNATORIES))


def _luck_of(ticket: Ticket, occasion: str) -> Random:
    """A luck of its own, so that files change nothing in the lives of the cases."""
    return Random(f"{ticket.code} {occasion}")


@cache
def _photo(number: int, *, is_done: bool) -> actions.ExaminedFile:
    """A street before or after the work, drawn."""
    sky, ground = COLOURS[number]
    picture = Image.new("RGB", (480, 360), sky)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 170, 480, 360), fill=ground)
    draw.polygon([(200, 170), (280, 170), (420, 360), (60, 360)], fill="#4b4f54")
    for top in range(180, 360, 44):
        draw.rectangle((236, top, 244, top + 22), fill="#e9e4d2")
    for left in (20, 110, 330, 410):
        draw.rectangle((left, 90 + left % 30, left + 54, 172), fill="#d9cdb6")
    if not is_done:
        draw.ellipse((150, 258, 236, 300), fill="#22262a")
        draw.ellipse((262, 212, 306, 232), fill="#22262a")
    content = BytesIO()
    picture.save(content, "JPEG", quality=70)
    return actions.examine("sau-khi-xu-ly.jpg" if is_done else "hien-truong.jpg", content.getvalue())


@cache
def _document() -> actions.ExaminedFile:
    """A page of paper, written by hand."""
    words = b"BT /F1 16 Tf 72 760 Td (UY BAN NHAN DAN - VAN BAN TRA LOI) Tj 0 -30 Td (Ban trinh dien) Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    begin = len(content)
    content += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % begin
    return actions.examine("van-ban-tra-loi.pdf", content)
