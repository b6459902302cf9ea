"""How far all separations of the queue are, and when they will be done."""

from dataclasses import replace

import numpy as np
import pytest

from samstudio.controllers.document.recording import Recording
from samstudio.controllers.queue.queued_separation import QueuedSeparation, queue_progress
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings


def of(seconds: int, frame_range=None) -> QueuedSeparation:
    clip = AudioClip(np.zeros((1000 * seconds, 1), np.float32), 1000)
    return QueuedSeparation(
        Recording(clip=clip), Prompt("bell"), SeparationSettings(), "Take 1", frame_range=frame_range
    )


def test_longer_ones_are_more_work():
    now = queue_progress([of(10)], of(20), (0.5, 30.0), [of(60), of(60, (0, 10_000))], lambda one: 2.0 * one.seconds)
    assert (now.done, now.total) == (1, 4)
    assert now.fraction == pytest.approx((10 + 10) / (10 + 20 + 60 + 10))
    assert now.left == pytest.approx(30.0 + 120.0 + 20.0)


def test_without_a_time_for_each_there_is_none_for_all():
    assert queue_progress([], of(20), (0.5, 30.0), [of(60)], lambda _: None).left is None
    assert queue_progress([], of(20), (0.5, None), [], lambda _: None).left is None
    assert queue_progress([of(20)], None, (0.0, None), [of(20)], lambda _: 5.0).left == 5.0
    assert queue_progress([], None, (0.0, None), [], lambda _: None).fraction == 0.0


def test_alike_is_what_would_make_the_same():
    one = of(10)
    assert one.is_like(replace(one, name="Take 2"))
    assert not one.is_like(replace(one, prompt=Prompt("horn")))
    assert not one.is_like(replace(one, frame_range=(0, 10)))
    assert not one.is_like(of(10)), "another recording"
