"""Spans from motion: what moves with a sound is +, what rests while something begins is -."""

import numpy as np
import pytest

from samstudio.separation.steps import finish
from samstudio.separation.video.motion_spans import motion_spans
from samstudio.session.prompt import Sign
from samstudio.session.video.mask_track import MaskTrack, packed_mask

STEP, RATE = 0.04, 24000


class Shaken:
    """A square that jumps at one second, before a ground that moves all the time."""

    key = "shaken"

    def __init__(self) -> None:
        waves = 120 + 60 * np.sin(2 * np.pi * np.arange(80) / 40)
        self._ground = np.broadcast_to(waves[None, :, None], (36, 80, 3)).astype(np.uint8)

    def frames_at(self, times):
        for time in times:
            k = round(time / STEP)
            frame = np.roll(self._ground, 2 * k, 1)
            skin = np.roll(self._ground, 2 * k + 3 * (k in (25, 26)), 1)
            frame[10:26, 20:40] = skin[10:26, 20:40]
            yield frame


def spans_of(masks, *, noisy=((1.0, 1.2), (2.0, 2.2))):
    sound = np.zeros((3 * RATE, 1), np.float32)
    for start, end in noisy:
        place = slice(round(start * RATE), round(end * RATE))
        sound[place] = 0.1 * np.random.default_rng(1).standard_normal((place.stop - place.start, 1))
    track = MaskTrack("", tuple(k * STEP for k in range(75)), masks, (1.0,) * 75, 36, 80)
    spans = finish(motion_spans(Shaken(), track, sound, RATE))
    return [(span.sign, round(span.start, 2)) for span in spans]


def square() -> bytes:
    mask = np.zeros((36, 80), bool)
    mask[10:26, 20:40] = True
    return packed_mask(mask)


def test_what_moves_with_a_sound_sounds_and_what_rests_does_not():
    assert spans_of((square(),) * 75) == [(Sign.PLUS, pytest.approx(1.0)), (Sign.MINUS, pytest.approx(2.0))]


def test_nothing_is_said_where_it_is_not_seen_or_nothing_sounds():
    gone = tuple(b"" if k > 45 else square() for k in range(75))
    assert spans_of(gone) == [(Sign.PLUS, pytest.approx(1.0))]
    assert spans_of((b"",) * 75) == []
    assert spans_of((square(),) * 75, noisy=()) == []


def test_an_object_that_is_all_of_the_picture_says_nothing():
    """As the mask of a click may be that told nothing from the rest."""
    whole = np.ones((36, 80), bool)
    whole[:2, :2] = False
    assert spans_of((packed_mask(whole),) * 75) == []
