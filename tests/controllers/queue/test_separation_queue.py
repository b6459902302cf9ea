"""Separations of several recordings, one after the other."""

from dataclasses import replace

import pytest

from samstudio.controllers.queue.queued_separation import QueuedSeparation
from samstudio.controllers.queue.separation_queue import SeparationQueue
from samstudio.controllers.separation.pace_history import PaceHistory
from samstudio.controllers.separation.separator import Separator
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings


@pytest.fixture
def separator(document, fake_engine, tmp_path):
    separator = Separator(document, PaceHistory(tmp_path / "paces.json"))
    yield separator
    separator.shut_down()


@pytest.fixture
def queue(document, separator):
    return SeparationQueue(document, separator)


@pytest.fixture
def recordings(document, tone_clip):
    for _ in range(2):
        document.open(replace(tone_clip))
    return document.recordings.all


def wanted(recording) -> QueuedSeparation:
    return QueuedSeparation(recording, Prompt("bell"), SeparationSettings(), "Take 1")


def test_they_are_made_in_order_each_in_its_recording(queue, separator, recordings, qtbot):
    order = []
    separator.ended.connect(lambda recording, take, _failure: order.append((recording, take in recording.takes)))
    for recording in recordings:
        queue.add(wanted(recording))
    assert [queue.is_running(recording) for recording in recordings] == [True, False, False]
    assert [queue.is_waiting(recording) for recording in recordings] == [False, True, True]
    qtbot.waitUntil(lambda: len(order) == 3)
    assert order == [(recording, True) for recording in recordings]
    assert not any(queue.is_pending(recording) for recording in recordings)


def test_one_that_is_still_being_read_lets_the_others_go_first(queue, recordings, qtbot):
    recordings[0].is_complete = False
    queue.add(wanted(recordings[0]))
    queue.add(wanted(recordings[1]))
    qtbot.waitUntil(lambda: len(recordings[1].takes) == 1)
    assert queue.is_waiting(recordings[0])
    recordings[0].is_complete = True
    queue.go_on()
    qtbot.waitUntil(lambda: len(recordings[0].takes) == 1)


def test_a_recording_that_is_closed_leaves_the_queue(queue, document, recordings, qtbot):
    for recording in recordings:
        queue.add(wanted(recording))
    document.recordings.close(recordings[1])
    qtbot.waitUntil(lambda: len(recordings[2].takes) == 1)
    assert recordings[1].takes == ()
    assert not queue.is_waiting(recordings[1])
