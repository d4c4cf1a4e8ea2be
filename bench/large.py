"""`make bench-large`: the desk among 200,000 reports and more than a million notices, beside the desk among 10,000.

Both provinces of a database are served at once by gunicorn with 2 workers; every page is asked of the small one and of
the large one in turn, so that a slow minute of the machine falls on both. The same work lies open in both: what grows
is the years behind it. `python bench/large.py 1000000` does the same with another size, once.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from flask import Flask  # noqa: E402
from sqlalchemy import delete  # noqa: E402

from bench.databases import postgres  # noqa: E402
from bench.measure import Sample  # noqa: E402
from bench.plans import asked, plans_of, scans_in  # noqa: E402
from config import Config  # noqa: E402
from hotline import clock, create_app  # noqa: E402
from hotline.db import db, transaction  # noqa: E402
from hotline.serve import server_command  # noqa: E402
from hotline.web.limits import RateLimit  # noqa: E402
from tools.archive import Written, fill, settle  # noqa: E402
from tools.province import HOST, address_of, environment_in, flask, free_port, serving  # noqa: E402
from tools.visitor import PASSWORD, Visitor  # noqa: E402

SMALL, LARGE = 10_000, 200_000
MODELS, SEED = 1_000, 7
ROUNDS, WARM_UP = 40, 3
MOST_GROWTH, MOST_SEARCH_GROWTH, LEAST_A_SECOND = 1.3, 3.0, 2_000
PEOPLE = ("lead", "head", "staff")
SEARCHES = (
    *("duong hung vuong", "ổ gà", "den chieu sang", "rac", "phuong dong xoai", "xa tan thanh", "QL14", "dt741"),
    *("cong tac nuoc ngap", "de nghi som kiem tra", "truong tieu hoc", "ubnd", "nguyen thi", "mat dien", "tr", "n"),
    *("khu pho 3", '"hai ba trung"', "bien bao nghieng", "o ga truoc cong cho"),
)
READ_BY_INDEX = ("tickets", "ticket_events", "ticket_search")

Key = tuple[str, str]


@dataclass(frozen=True)
class House:
    """One served province and its people, signed in."""

    size: int
    people: dict[str, Visitor]
    app: Flask


def main(sizes: Sequence[int]) -> int:
    """Measure both databases and print them; 1 when a promise was missed."""
    small, large = SMALL, sizes[0] if sizes else LARGE
    well = _print_database("SQLite", small, large)
    well &= _print_database("PostgreSQL", small, large)
    return 0 if well else 1


def _print_database(name: str, small: int, large: int) -> bool:
    print(f"\n{name}: {small:,} and {large:,} reports, load {os.getloadavg()[0]:.1f} …", flush=True)
    with contextlib.ExitStack() as stack:
        environments = {size: stack.enter_context(_database(name)) for size in (small, large)}
        written = {size: _fill(environment, size) for size, environment in environments.items()}
        houses = [stack.enter_context(_served(environment, size)) for size, environment in environments.items()]
        found = _measure(houses)
        scans = _scans(environments[large], found)
    done = written[large]
    speed = done.tickets / done.seconds
    print(f"{done.tickets:,} reports and {done.notices:,} notices written at {speed:,.0f} reports a second.")
    print("\n| page | p50, p95 small, ms | p50, p95 large, ms | p95 large / small |\n|---|---:|---:|---:|")
    growths: dict[Key, float] = {}
    for key in found[small]:
        one, other = found[small][key], found[large][key]
        growths[key] = other.p95_ms / one.p95_ms
        print(f"| {key[0]}: {key[1]} | {one.p50_ms:.1f}, {one.p95_ms:.1f} | {other.p50_ms:.1f}, {other.p95_ms:.1f} "
              f"| {growths[key]:.2f} |")  # fmt: skip
    pages = [growth for key, growth in growths.items() if key[0] != "search"]
    searches = [growth for key, growth in growths.items() if key[0] == "search"]
    promises = {
        f"{LEAST_A_SECOND:,} reports a second or more": speed >= LEAST_A_SECOND,
        f"pages at most {MOST_GROWTH} times (worst {max(pages):.2f})": max(pages) <= MOST_GROWTH,
        f"search at most {MOST_SEARCH_GROWTH} times (worst {max(searches):.2f})": max(searches) <= MOST_SEARCH_GROWTH,
        "no table is read from end to end": not scans,
    }
    for line in scans:
        print(f"    {line}")
    print("\n" + "; ".join(f"{promise}: {'yes' if kept else 'NO'}" for promise, kept in promises.items()) + ".")
    return all(promises.values())


@contextlib.contextmanager
def _database(name: str) -> Iterator[dict[str, str]]:
    """The environment of an empty database of this kind."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(postgres()) if name == "PostgreSQL" else ""
        port = free_port()
        yield environment_in(folder, address_of(port)) | {"HOTLINE_DATABASE_URL": url, "BENCH_PORT": str(port)}


def _fill(environment: dict[str, str], size: int) -> Written:
    flask(environment, "db", "upgrade")
    flask(environment, "demo", "load", "--tickets", str(MODELS))
    app = create_app(Config.from_env(environment))
    with app.app_context():
        done = fill(size - MODELS, seed=SEED, now=clock.now())
        settle()
        db.session.remove()
        db.engine.dispose()
    return done


@contextlib.contextmanager
def _served(environment: dict[str, str], size: int) -> Iterator[House]:
    port = int(environment["BENCH_PORT"])
    with serving(server_command(HOST, port), port, environment):
        people = {name: Visitor(address_of(port)).sign_in(name) for name in PEOPLE}
        app = create_app(Config.from_env(environment))
        yield House(size, people, app)
        with app.app_context():
            db.engine.dispose()


def _pages(house: House) -> dict[Key, tuple[str, list[str]]]:
    """What is asked of a house: whom, and the addresses that take turns."""
    pages: dict[Key, tuple[str, list[str]]] = {}
    for name, person in house.people.items():
        tabs = dict.fromkeys(re.findall(r"/tickets\?view=([a-z_]+)", person.get("/tickets").body))
        for tab in tabs:
            pages[("queue", f"{name} {tab}")] = (name, [f"/tickets?view={tab}"])
        codes = re.findall(r"/tickets/(\d\d-\d{7})", person.get("/tickets?view=all").body)
        pages[("case", name)] = (name, [f"/tickets/{code}" for code in codes])
    for name in PEOPLE[:2]:
        pages[("search", name)] = (name, [f"/tickets?q={quote_plus(words)}" for words in SEARCHES])
    return pages


def _measure(houses: Sequence[House]) -> dict[int, dict[Key, Sample]]:
    pages = {house.size: _pages(house) for house in houses}
    keys = [key for key in pages[houses[0].size] if all(key in some for some in pages.values())]
    found = {house.size: {key: Sample() for key in keys} for house in houses}
    for turn in range(-WARM_UP, ROUNDS):
        for house in houses:
            _forget_limits(house)
        for key in keys:
            for house in houses:
                name, addresses = pages[house.size][key]
                for address in addresses if key[0] == "search" else [addresses[turn % len(addresses)]]:
                    reply = house.people[name].get(address)
                    if reply.status != 200:
                        raise RuntimeError(f"{address} answered {reply.status}")
                    if turn >= 0:
                        found[house.size][key].waits.append(reply.seconds)
    return found


def _forget_limits(house: House) -> None:
    """Let the few people of the bench search on: in a turn each asks for no more than a person may in a minute."""
    with house.app.app_context(), transaction() as session:
        session.execute(delete(RateLimit))


def _scans(environment: dict[str, str], found: dict[int, dict[Key, Sample]]) -> list[str]:
    """What the pages ask of the large house, where it reads a table from end to end."""
    app = create_app(Config.from_env(environment))
    lines: set[str] = set()
    for name in PEOPLE:
        visitor = app.test_client()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.get("/login").text)
        fields = {
            "email": f"{name}@demo.test",
            "password": PASSWORD,
            "next": "",
            "csrf_token": token[1] if token else "",
        }
        visitor.post("/login", data=fields)
        tabs = [
            key[1].split()[1] for key in next(iter(found.values())) if key[0] == "queue" and key[1].startswith(name)
        ]
        addresses = [f"/tickets?view={tab}" for tab in tabs] + [f"/tickets?q={quote_plus(words)}" for words in SEARCHES]
        code = re.search(r"/tickets/(\d\d-\d{7})", visitor.get("/tickets?view=all").text)
        for address in [*addresses, *([f"/tickets/{code[1]}"] if code else [])]:
            with app.app_context(), asked() as statements:
                if visitor.get(address).status_code != 200:
                    raise RuntimeError(f"{address} was not shown to {name}")
                lines |= {f"{name} {address}: {line}" for line in scans_in(plans_of(statements), READ_BY_INDEX)}
    with app.app_context():
        db.engine.dispose()
    return sorted(lines)


if __name__ == "__main__":
    sys.exit(main([int(word) for word in sys.argv[1:]]))
