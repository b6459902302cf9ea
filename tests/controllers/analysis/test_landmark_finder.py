import numpy as np
import pytest

from samstudio.controllers.analysis.landmark_finder import LandmarkFinder
from samstudio.session.clip import AudioClip


@pytest.fixture
def landmarks(background):
    return LandmarkFinder(background)


def click_clip(*starts: float) -> AudioClip:
    samples = np.zeros((40000, 1), np.float32)
    for start in starts:
        samples[int(start * 8000) : int(start * 8000) + 400] = 0.5
    return AudioClip(samples, 8000)


def test_onsets_are_found_in_the_background(landmarks, qtbot):
    landmarks.set_clip(click_clip(1.0, 3.5))
    with qtbot.waitSignal(landmarks.onsets_changed) as found:
        landmarks.find_onsets()
    assert found.args[0] == pytest.approx((1.0, 3.5), abs=0.002)


def test_those_of_a_clip_that_was_shown_before_come_at_once(landmarks, qtbot):
    first = click_clip(1.0)
    landmarks.set_clip(first)
    with qtbot.waitSignal(landmarks.onsets_changed) as found:
        landmarks.find_onsets()
    landmarks.set_clip(click_clip(2.0))
    landmarks.set_clip(first)
    emitted = []
    landmarks.onsets_changed.connect(emitted.append)
    landmarks.find_onsets()
    assert emitted == [found.args[0]]


def test_another_clip_forgets_them(landmarks, qtbot):
    landmarks.set_clip(click_clip(1.0))
    landmarks.find_onsets()
    with qtbot.waitSignal(landmarks.onsets_changed) as forgotten:
        landmarks.set_clip(click_clip(2.0))
    assert forgotten.args[0] == ()
    with qtbot.assertNotEmitted(landmarks.onsets_changed, wait=200):
        pass


def test_zero_crossings_are_given_in_seconds(landmarks):
    wave = np.sin(2 * np.pi * 100 * np.arange(8000) / 8000 + 0.01).astype(np.float32)[:, None]
    landmarks.set_clip(AudioClip(wave, 8000))
    assert landmarks.zero_crossing(0.5012) == pytest.approx(0.5, abs=2 / 8000)
    landmarks.set_clip(None)
    assert landmarks.zero_crossing(0.5) is None
