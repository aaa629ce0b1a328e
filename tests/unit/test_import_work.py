"""Work beside the server: answers come back, errors as sentences, bugs as bugs, and a killed process harms nothing."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mhgis.errors import StorageError
from mhgis.importing.work import Job, Workers

WAIT_S = 60
HERE = "tests.unit.test_import_work"


def count_to(n: int, tell: Callable[[float, str], None]) -> int:
    for at in range(n):
        tell(at / n, f"at {at}")
    sys.stdout.write("what is printed is no answer\n")
    return n


def wait_long(tell: Callable[[float, str], None]) -> None:
    tell(0.5, "half")
    time.sleep(WAIT_S)


def refuse(tell: Callable[[float, str], None]) -> None:
    raise StorageError("There is no room.")


def fail(tell: Callable[[float, str], None]) -> float:
    return 1 / 0


def die(tell: Callable[[float, str], None]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path.cwd()))
        yield Workers(1)


def ended(job: Job) -> Job:
    assert job.ended.wait(WAIT_S)
    return job


def test_an_answer_comes_back_with_how_far_it_was(workers):
    job = ended(workers.begin(f"{HERE}:count_to", n=4))
    assert (job.state, job.result, job.share, job.message) == ("done", 4, 0.75, "")


def test_an_error_a_user_can_mend_is_its_sentence(workers):
    job = ended(workers.begin(f"{HERE}:refuse"))
    assert (job.state, job.message) == ("refused", "There is no room.")


def test_a_bug_brings_its_traceback(workers):
    job = ended(workers.begin(f"{HERE}:fail"))
    assert job.state == "broken"
    assert "ZeroDivisionError" in job.message


def test_after_a_killed_process_the_next_work_is_done(workers):
    job = ended(workers.begin(f"{HERE}:die"))
    assert (job.state, job.message) == ("broken", "")
    assert ended(workers.begin(f"{HERE}:count_to", n=1)).result == 1


def test_work_is_stopped_while_it_runs_and_before_it_begins(workers):
    running = workers.begin(f"{HERE}:wait_long")
    waiting = workers.begin(f"{HERE}:count_to", n=2)
    while running.share < 0.5:
        time.sleep(0.01)
    workers.stop(waiting)
    workers.stop(running)
    assert (running.state, waiting.state) == ("stopped", "stopped")
    assert ended(workers.begin(f"{HERE}:count_to", n=3)).result == 3
    assert waiting.result is None


def test_many_who_open_the_page_at_once_warm_one_process():
    idle = Workers(0)
    assert idle.warm() is idle.warm()
