"""`make bench`: two provinces of different size and a bare Flask page, worked on in turns, in one table with ratios.

Rounds alternate between the three servers, so that a slow minute of the machine falls on all of them. Compare ratios
within one run, processor time before waiting time; never an absolute time with another day's. Working time comes last.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench.draining import print_draining  # noqa: E402
from bench.importing import import_made_up  # noqa: E402
from bench.measure import MEGABYTE, Sample, memory_mb, run_round  # noqa: E402
from bench.replanning import print_replanning  # noqa: E402
from bench.sweeping import print_sweeping  # noqa: E402
from bench.work import WORK, Office  # noqa: E402
from bench.worktime import print_working_time  # noqa: E402
from tools.province import bare, province  # noqa: E402
from tools.visitor import Visitor  # noqa: E402

SMALL, LARGE = 1_000, 10_000
ROUNDS = 5
BARE_TIMES = 500
IMPORTS = (3_000, 30_000)
MOST_GROWTH = 1.3
LEAST_A_SECOND = 1_000
GROWTH_IS_LIMITED = ("first queue page", "ticket page")


def main() -> int:
    """Measure everything and print it; 1 when a promised ratio is missed."""
    well = [_print_work(), _print_imports(), print_sweeping(), print_replanning(), print_draining()]
    well.append(print_working_time())
    return 0 if all(well) else 1


def _print_work() -> bool:
    print(f"Loading {SMALL:,} and {LARGE:,} reports …", flush=True)
    with contextlib.ExitStack() as stack:
        floor = stack.enter_context(bare("bench.bare:app"))
        served = {size: stack.enter_context(province(tickets=size)) for size in (SMALL, LARGE)}
        offices = {size: Office(one.base) for size, one in served.items()}
        nobody, nothing = Visitor(floor.base), Sample()
        found = {(work.name, size): Sample() for work in WORK for size in served}
        for turn in range(ROUNDS + 1):
            if turn == 1:  # the first round only warms up
                nothing = Sample()
                found = {key: Sample() for key in found}
            run_round(nothing, floor.process.pid, [lambda: nobody.get("/").seconds] * BARE_TIMES)
            for work in WORK:
                for size, office in offices.items():
                    steps = work.round_of(office, work.times)
                    run_round(found[(work.name, size)], served[size].process.pid, steps)
        memory = {size: memory_mb(one.process.pid) for size, one in served.items()}
        bare_memory = memory_mb(floor.process.pid)
    print(f"\nSQLite, gunicorn with 2 workers, one visitor at a time, {ROUNDS} rounds; times in milliseconds.\n")
    print("| operation | reports | CPU each | p50 | p95 | CPU / bare page | CPU / smaller province |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    print(f"| bare Flask page | | {nothing.cpu:.2f} | {nothing.p50_ms:.2f} | {nothing.p95_ms:.2f} | 1 | |")
    well = True
    for work in WORK:
        small, large = found[(work.name, SMALL)], found[(work.name, LARGE)]
        growth = large.cpu / small.cpu
        well &= growth <= MOST_GROWTH or work.name not in GROWTH_IS_LIMITED
        for size, sample, ratio in ((SMALL, small, "1"), (LARGE, large, f"{growth:.2f}")):
            print(f"| {work.name} | {size:,} | {sample.cpu:.1f} | {sample.p50_ms:.1f} | {sample.p95_ms:.1f} "
                  f"| {sample.cpu / nothing.cpu:.0f} | {ratio} |")  # fmt: skip
    print("\n| server | memory, MB | / bare |\n|---|---:|---:|")
    print(f"| bare Flask page | {bare_memory:.0f} | 1 |")
    for size, megabytes in memory.items():
        print(f"| {size:,} reports | {megabytes:.0f} | {megabytes / bare_memory:.1f} |")
    print(f"\nQueue and ticket page at {LARGE:,} at most {MOST_GROWTH} times {SMALL:,}: {'yes' if well else 'NO'}.\n")
    return well


def _print_imports() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        runs = [import_made_up(records, Path(folder) / str(records)) for records in IMPORTS]
    print("| import of | seconds | records a second | most memory, MB |\n|---:|---:|---:|---:|")
    for run in runs:
        print(f"| {run.records:,} | {run.seconds:.1f} | {run.records / run.seconds:,.0f} "
              f"| {run.peak_bytes / MEGABYTE:.0f} |")  # fmt: skip
    well = all(run.records / run.seconds >= LEAST_A_SECOND for run in runs)
    growth = runs[-1].peak_bytes / runs[0].peak_bytes
    print(f"\nImport at {LEAST_A_SECOND:,} records a second or more: {'yes' if well else 'NO'}; "
          f"{runs[-1].records // runs[0].records} times the records took {growth:.2f} times the memory.")  # fmt: skip
    return well


if __name__ == "__main__":
    sys.exit(main())
