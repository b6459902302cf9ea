"""Jobs in the pool."""

import threading

import shiboken6
from PySide6.QtCore import QObject

from samstudio.controllers.background import Background, Job


def test_a_job_outlives_whoever_ordered_it(qapp, qtbot):
    background, go_on, owner = Background(), threading.Event(), QObject()
    job = Job(owner)

    def steps():
        yield 1
        assert go_on.wait(10)
        yield 2

    with qtbot.waitSignal(job.stepped):
        background.start(job, steps())
    with qtbot.waitSignal(job.ended):
        shiboken6.delete(owner)
        go_on.set()
    background.shut_down()
