"""Jobs in the pool."""

import threading

import pytest
import shiboken6
from PySide6.QtCore import QDeadlineTimer, QObject, Slot

from samstudio.audio.errors import AudioError
from samstudio.controllers.background import UNEXPECTED


class Panic(BaseException):
    """What a library written in Rust raises where its own code fails: no Exception."""


class Owner(QObject):
    """Notes what it receives, in order, and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.received = []
        self.threads = set()

    def _note(self, *entry) -> None:
        self.received.append(entry)
        self.threads.add(threading.current_thread())

    @Slot(object)
    def on_step(self, step) -> None:
        self._note("step", step)

    @Slot(object)
    def on_done(self, last) -> None:
        self._note("done", last)

    @Slot(str)
    def on_failure(self, sentence) -> None:
        self._note("failed", sentence)

    @Slot()
    def on_ended(self) -> None:
        self._note("ended")

    def start(self, background, steps):
        return background.run(
            steps, stepped=self.on_step, done=self.on_done, failed=self.on_failure, ended=self.on_ended
        )


@pytest.fixture
def owner(qapp):
    return Owner()


def test_steps_and_the_last_of_them_come_on_the_thread_that_started_the_job(background, owner, qtbot):
    worked_on = []

    def steps():
        worked_on.append(threading.current_thread())
        yield 1
        yield 2

    job = owner.start(background, steps())
    with qtbot.waitSignal(job.ended):
        pass
    assert owner.received == [("step", 1), ("step", 2), ("done", 2), ("ended",)]
    assert owner.threads == {threading.main_thread()}
    assert worked_on != [threading.main_thread()]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(AudioError("The disk is full."), "The disk is full."), (ZeroDivisionError(), UNEXPECTED), (Panic(), UNEXPECTED)],
)
def test_an_error_is_one_sentence(background, owner, qtbot, error, sentence):
    def steps():
        yield 1
        raise error

    job = owner.start(background, steps())
    with qtbot.waitSignal(job.ended):
        pass
    assert owner.received == [("step", 1), ("failed", sentence), ("ended",)]


def test_a_cancel_closes_the_generator_and_nothing_more_is_reported(background, owner, qtbot):
    begun, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def steps():
        try:
            yield 1
            begun.set()
            assert go_on.wait(10)
            yield 2
            yield 3
        finally:
            closed.set()

    job = owner.start(background, steps())
    assert begun.wait(10)
    # The first step is on its way already: it is dropped, too.
    job.cancel()
    with qtbot.waitSignal(job.ended):
        go_on.set()
    assert closed.is_set()
    assert owner.received == [("ended",)]


def test_a_job_that_is_cancelled_before_it_begins_does_nothing(background, owner, qtbot):
    go_on, begun = threading.Event(), []

    def blocking():
        assert go_on.wait(10)
        yield

    def steps():
        begun.append(1)
        yield

    for _ in range(2):
        background.run(blocking())
    job = owner.start(background, steps())
    job.cancel()
    with qtbot.waitSignal(job.ended):
        go_on.set()
    assert begun == []


def test_a_job_outlives_its_receiver(background, owner, qtbot):
    go_on = threading.Event()
    ended = []

    def steps():
        yield 1
        assert go_on.wait(10)
        ended.append(1)
        yield 2

    job = owner.start(background, steps())
    with qtbot.waitSignal(job.stepped):
        pass
    with qtbot.waitSignal(job.ended):
        shiboken6.delete(owner)
        go_on.set()
    assert ended == [1]
    assert owner.received == [("step", 1)]


def test_a_job_that_does_not_look_for_its_cancel_is_not_waited_for_without_end(background, owner):
    begun, go_on = threading.Event(), threading.Event()

    def steps():
        begun.set()
        go_on.wait(60)
        yield

    owner.start(background, steps())
    assert begun.wait(10)
    assert not background.shut_down(QDeadlineTimer(20))
    go_on.set()
    assert background.shut_down()
