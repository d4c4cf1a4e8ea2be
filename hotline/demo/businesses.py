"""Businesses of the demonstration: names that nobody bears, with tax codes whose digits agree and that nobody has."""

from __future__ import annotations

from random import Random

from hotline.tickets.rules.businesses import check_digit

NAMES = (
    "Công ty TNHH Gỗ Rừng Xanh Ví Dụ",
    "Công ty CP Điều Vàng Ví Dụ",
    "Công ty TNHH May Mặc Sao Mai Ví Dụ",
    "Công ty CP Cao su Bình Minh Ví Dụ",
    "Công ty TNHH Vận tải Đường Dài Ví Dụ",
    "Công ty TNHH Chăn nuôi Đồng Cỏ Ví Dụ",
    "Công ty CP Xây dựng Mái Ngói Ví Dụ",
    "Hợp tác xã Rau sạch Ví Dụ",
)
HOUSEHOLDS = ("Hộ kinh doanh Tạp hoá Cô Ba Ví Dụ", "Hộ kinh doanh Sửa xe Chú Tư Ví Dụ", "Hộ kinh doanh Quán cơm Ví Dụ")
NO_PROVINCE = 99  # the tax authority gives out no code that begins with it
HOUSEHOLD_SHARE = 0.25
BRANCH_SHARE = 0.15


def _company_code(number: int) -> str:
    """The code of the n-th company: the first one from there on that has a check digit."""
    serial = 10 * number
    while check_digit(nine := f"{NO_PROVINCE}{serial:07}") is None:
        serial += 1
    return f"{nine}{check_digit(nine)}"


def business_that_calls(chance: Random) -> tuple[str, str]:
    """Name and tax code of a business: a company, a branch of one, or a household business."""
    if chance.random() < HOUSEHOLD_SHARE:
        place = chance.randrange(len(HOUSEHOLDS))
        return HOUSEHOLDS[place], f"0700000000{place + 1:02}"
    place = chance.randrange(len(NAMES))
    if chance.random() < BRANCH_SHARE:
        return f"{NAMES[place]}, chi nhánh Đồng Xoài", f"{_company_code(place + 1)}-001"
    return NAMES[place], _company_code(place + 1)
