"""Which worker gets a recording. Real ones: tests/cluster."""

from pathlib import Path

import pytest

from samstudio.separation.remote.extra import ClusterError
from samstudio.separation.remote.machine_link import MachineAddress, MachineLink


class Scheduler:
    """Answers what each worker is at."""

    def __init__(self, **workers: tuple[str, ...]):
        self.workers = workers

    def processing(self):
        return self.workers


@pytest.fixture
def link():
    return MachineLink(MachineAddress("here", "tls://here:8786", Path("certificates")))


def test_a_recording_goes_to_the_same_worker_again(link):
    workers = Scheduler(b=(), c=())
    assert link.worker_for("song", workers) == "b"
    # The task before has told its end and is not yet gone.
    workers.workers["b"] = (link.new_name(),)
    assert link.worker_for("song", workers) == "b"
    workers.workers["a"] = ()
    assert link.worker_for("song", workers) == "b"
    assert link.worker_for("speech", workers) == "a"


def test_others_do_not_wait_for_each_other(link):
    workers = Scheduler(a=("of others",), b=())
    assert link.worker_for("song", workers) == "b"
    workers.workers.update(a=(), b=("of others",))
    assert link.worker_for("song", workers) == "a"
    # Both have it now.
    workers.workers.update(a=("of others", "too"))
    assert link.worker_for("song", workers) == "b"


def test_a_machine_without_workers_is_named(link):
    with pytest.raises(ClusterError, match="here has no workers"):
        link.worker_for("song", Scheduler())
