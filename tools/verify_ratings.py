"""Recompute a province's satisfaction and the seals of its ledgers, with Python's standard library alone.

    python verify_ratings.py --base https://1022.example.vn [ROOT ...]    fetches /open/ledger.json and every ledger
    python verify_ratings.py ledger.json 2026-09.csv 2026-10.csv [ROOT ...]   checks what you downloaded

ROOT: seals you noted earlier; each must still stand. Exit code 0 when everything agrees, 1 when not.
A line of a ledger is a leaf: SHA-256(0x00 line). Pairs are hashed as SHA-256(0x01 left right), an odd one goes up as it
is. A seal is SHA-256(0x02 "previous seal,month,ratings,satisfied," tree).
"""

import csv
import json
import sys
import urllib.request
from hashlib import sha256


def read(place):
    """The text of a file or an address."""
    if place.startswith(("http://", "https://")):
        with urllib.request.urlopen(place, timeout=60) as answer:
            return answer.read().decode()
    with open(place, encoding="utf-8", newline="") as file:
        return file.read()


def tree(lines):
    """The Merkle root over the lines."""
    level = [sha256(b"\x00" + line.encode()).digest() for line in lines] or [sha256(b"").digest()]
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) // 2 * 2 :]
    return level[0]


def main(words):
    """Print one line a month; 0 when all agree."""
    noted = [word for word in words if len(word) == 64]
    places = [word for word in words if word not in noted and word != "--base"]
    base = places[0].rstrip("/") if "--base" in words else ""
    months = json.loads(read(f"{base}/open/ledger.json" if base else places[0]))["months"]
    files = {} if base else {place[-11:-4]: place for place in places[1:]}
    before, agree, ratings, satisfied, first = "", True, 0, 0, []
    for month in months:
        name = month["month"]
        header, *lines = read(base + month["ledger"] if base else files[name]).splitlines()
        rows = list(csv.DictReader([header, *lines]))
        happy = sum(int(row["score"]) >= 4 for row in rows)
        stated = f"{month['previous_root']},{name},{len(rows)},{happy},".encode()
        root = sha256(b"\x02" + stated + tree(lines)).hexdigest()
        fits = (root, len(rows), happy) == (month["root"], month["ratings"], month["satisfied"])
        chained = month["previous_root"] == before and all(row["month"] == name for row in rows)
        word = "DIFFERS from its seal" if not fits else "OK" if chained else "DIFFERS: does not follow the month before"
        print(f"{name}  {len(rows)} ratings, {happy} satisfied, {100 * happy / max(1, len(rows)):.1f} %  {word}")
        before, agree = month["root"], agree and fits and chained
        ratings, satisfied = ratings + len(rows), satisfied + happy
        first.append([int(row["score"]) >= 4 for row in rows if row["cycle"] == "first"])
    for root in set(noted) - {month["root"] for month in months}:
        print(f"{root}  DIFFERS: a seal you noted stands no more")
        agree = False
    year = [happy for scores in first[-12:] for happy in scores]
    share = 100 * sum(year) / max(1, len(year))
    print(f"first answers, last {len(first[-12:])} months: {len(year)} ratings, {sum(year)} satisfied, {share:.1f} %")
    share, word = 100 * satisfied / max(1, ratings), "OK" if agree else "DIFFERS"
    print(f"in all   {ratings} ratings, {satisfied} satisfied, {share:.1f} %  {word}")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
