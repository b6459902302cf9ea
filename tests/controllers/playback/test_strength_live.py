"""A strength dragged while the take plays: it is heard at once, and nothing clicks."""

from dataclasses import replace

import numpy as np
import pytest

from samstudio.audio.playback.tracks import StemSet
from samstudio.controllers.playback.mixing import Mixing
from samstudio.separation.correction.derive import PartlyCorrected, corrected
from samstudio.session.clip import AudioClip
from samstudio.session.correction import Correction
from samstudio.session.mix import Mix
from samstudio.session.take import Sound, Stem, Stems

RATE, BLOCK = 48000, 480


@pytest.fixture
def stems() -> Stems:
    """Two low tones, most of each in its own stem: any click is louder than their own steps from sample to sample."""
    time = np.arange(RATE * 6)[:, None] / RATE
    one, other = (0.3 * np.sin(2 * np.pi * pitch * time) for pitch in (110.0, 170.0))
    grid = 1 << 15
    target, residual = (np.rint(sound * grid) / grid for sound in (0.8 * one + 0.2 * other, 0.2 * one + 0.8 * other))
    return Stems(target.astype(np.float32), residual.astype(np.float32))


def test_a_strength_that_changes_while_it_plays_does_not_click(qapp, stems):
    mixing, clip = Mixing(), AudioClip(stems.target + stems.residual, RATE)
    mixing.set_clip(clip)
    mixing.set_stems(StemSet(stems))
    mixing.set_mix(Mix().soloed(Stem.TARGET))
    heard, place = [], 0
    sound, shown = Sound(stems), stems

    def play(blocks: int) -> None:
        nonlocal place
        for _ in range(blocks):
            out = np.empty((BLOCK, 2), np.float32)
            mixing.mixer.render(place, out)
            heard.append(out)
            place += BLOCK

    play(10)
    for strength in (6.0, -12.0, 12.0):
        steps = corrected(replace(sound, correction=Correction(strength)), clip.samples, RATE, place)
        for step in steps:
            if isinstance(step, PartlyCorrected):
                mixing.set_stems(StemSet(step.stems, ready=step.stop, elsewhere=shown, since=step.start))
                play(2)
                shown_next = step.stems
        shown = shown_next
    played = np.concatenate(heard)[:, 0]
    assert place < len(stems.target)
    steps = np.abs(np.diff(played, 2))
    # The second difference of the tones is below 2e-4; of a jump it is the jump, of a kink in a fade its slope.
    assert steps.max() < 3e-3
    assert np.ptp(played[-RATE // 4 :]) > 0.1
