"""`make run` keeps its processes alive: one that dies is started again, each time a little later."""

import sys
import time

from hotline.serve import Child


def ended(child):
    deadline = time.monotonic() + 10
    while child._process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_process_that_dies_is_started_again_after_growing_pauses(tmp_path, capsys):
    mark = tmp_path / "starts"
    child = Child("The jobs process", [sys.executable, "-c", f"open({str(mark)!r}, 'a').write('x')"], {})
    now = 100.0
    for times, pause in enumerate((0.0, 1.0, 2.0, 4.0), start=1):
        child.keep(now + pause / 2)
        now += pause
        child.keep(now)
        ended(child)
        assert mark.read_text() == "x" * times
        child.keep(now)
    assert "The jobs process stopped" in capsys.readouterr().out
    child.stop()


def test_stopping_ends_it_for_good():
    child = Child("The server", [sys.executable, "-c", "import time; time.sleep(60)"], {})
    child.keep(1.0)
    child.stop()
    ended(child)
