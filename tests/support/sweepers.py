"""Sweepers in processes of their own, as the jobs process is one: started in no time, shot without warning."""

from __future__ import annotations

import multiprocessing

from config import Config
from hotline import create_app
from hotline.db import db
from hotline.tickets import jobs

# Children are forked from a process that has loaded the house and nothing else: no thread, no connection, no lock.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.support.sweepers", "hotline.house"])


def sweeper(config: Config, now, gun):
    """A process that waits at `gun` (a barrier), then sweeps as of `now` until nothing more is due."""
    process = PROCESSES.Process(target=_sweep, args=(config, now, gun), daemon=True)
    process.start()
    return process


def _sweep(config, now, gun):
    app = create_app(config)
    with app.app_context():
        db.session.connection()  # being connected is no part of a sweep
        db.session.rollback()
        gun.wait()
        jobs.escalate(now)
